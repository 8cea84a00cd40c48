from odoo import api, fields, models


class InsuranceArchiveHandover(models.TransientModel):
    """Give clients to another agent, also to one of another team."""

    _name = "insurance.archive.handover"
    _description = "Hand clients over"

    archive_ids = fields.Many2many("insurance.archive", string="Clients", required=True)
    archive_count = fields.Integer(
        string="Number of clients", compute="_compute_archive_count"
    )
    agent_id = fields.Many2one(
        "res.users",
        string="New agent",
        required=True,
        domain=lambda self: [
            (
                "all_group_ids",
                "in",
                self.env.ref("insurance_client_archive.group_agent").id,
            )
        ],
    )
    team_id = fields.Many2one(
        "crm.team",
        string="New team",
        compute="_compute_team_id",
        store=True,
        readonly=False,
    )
    manager_id = fields.Many2one(
        "res.users",
        string="New account manager",
        help="Leave empty to keep the account manager.",
        domain=lambda self: [
            (
                "all_group_ids",
                "in",
                self.env.ref("insurance_client_archive.group_manager").id,
            )
        ],
    )
    leaves = fields.Boolean(compute="_compute_leaves")

    @api.depends("archive_ids")
    def _compute_archive_count(self):
        for handover in self:
            handover.archive_count = len(handover.archive_ids)

    @api.depends("agent_id")
    def _compute_team_id(self):
        for handover in self:
            # the membership of the agent, even where the supervisor can't see it
            teams = handover.agent_id.sudo().crm_team_ids
            handover.team_id = teams[:1]

    @api.depends("team_id")
    @api.depends_context("uid")
    def _compute_leaves(self):
        for handover in self:
            leader = handover.team_id.user_id
            handover.leaves = bool(handover.team_id) and leader != self.env.user

    def action_confirm(self):
        self.ensure_one()
        vals = {"agent_id": self.agent_id.id, "team_id": self.team_id.id}
        if self.manager_id:
            vals["manager_id"] = self.manager_id.id
        # the write asks for the user's rights on each of the archives
        self.archive_ids.write(vals)
        if all(archive.has_access("read") for archive in self.archive_ids):
            return {"type": "ir.actions.act_window_close"}
        # what has left the user's sight can't be shown again: back to the list
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(
                "insurance_client_archive.insurance_archive_action"
            ),
            "target": "main",
        }
