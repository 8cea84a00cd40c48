from odoo import api, fields, models
from odoo.exceptions import ValidationError

from .insurance_handover import ARCHIVE


class InsuranceHandoverTarget(models.Model):
    """An agent who takes clients over: which share, of which provinces."""

    _name = "insurance.handover.target"
    _description = "Agent who takes over"
    _order = "handover_id, id"

    handover_id = fields.Many2one(
        "insurance.handover", required=True, index=True, ondelete="cascade"
    )
    agent_id = fields.Many2one(
        "res.users",
        string="New agent",
        required=True,
        ondelete="restrict",
        domain=lambda self: [
            ("all_group_ids", "in", self.env.ref(f"{ARCHIVE}.group_agent").id)
        ],
    )
    team_id = fields.Many2one(
        "crm.team",
        string="New team",
        compute="_compute_team_id",
        store=True,
        readonly=False,
        compute_sudo=True,
    )
    share = fields.Integer(
        string="Portion",
        default=1,
        help="Two takes twice as many clients as one; none takes none.",
    )
    region_ids = fields.Many2many(
        "res.country.state",
        string="Provinces",
        help="Takes the clients who live there first; empty for all others.",
    )
    client_count = fields.Integer(
        string="Number of clients", compute="_compute_client_count", compute_sudo=True
    )

    _once = models.UniqueIndex(
        "(handover_id, agent_id)", "This agent is on the list already."
    )
    _share_positive = models.Constraint(
        "CHECK(share >= 0)", "A share can't be negative."
    )

    @api.depends("agent_id")
    def _compute_team_id(self):
        for target in self:
            target.team_id = target.agent_id.crm_team_ids[:1]

    @api.depends("handover_id.line_ids.to_agent_id")
    def _compute_client_count(self):
        counts = {
            (handover.id, agent.id): count
            for handover, agent, count in self.env[
                "insurance.handover.line"
            ]._read_group(
                [("handover_id", "in", self.handover_id.ids)],
                ["handover_id", "to_agent_id"],
                ["__count"],
            )
        }
        for target in self:
            key = (target.handover_id._origin.id, target.agent_id.id)
            target.client_count = counts.get(key, 0)

    @api.constrains("agent_id", "handover_id")
    def _check_agent(self):
        for target in self:
            agent = target.agent_id
            if agent == target.handover_id.agent_id:
                raise ValidationError(
                    self.env._("%s gives the clients away.", agent.name)
                )
            if not agent.active or not agent.has_group(f"{ARCHIVE}.group_agent"):
                raise ValidationError(
                    self.env._(
                        "%s doesn't have the role of an agent. Choose somebody else.",
                        agent.name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        targets = super().create(vals_list)
        targets._check_plan()
        return targets

    def write(self, vals):
        self._check_plan()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_done(self):
        self._check_plan()

    def _check_plan(self):
        if not self.env.su:
            self.handover_id._check_draft()
