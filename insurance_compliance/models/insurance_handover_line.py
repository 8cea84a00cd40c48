from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

from odoo.addons.insurance_client_archive.flag_domain import flag_domain

from .insurance_handover import ARCHIVE

#: what a person changes by hand, and only while it is being prepared
PLANNED = {"to_agent_id"}


class InsuranceHandoverLine(models.Model):
    """One client of a handover: to whom, and whether the client was told."""

    _name = "insurance.handover.line"
    _description = "Client handed over"
    _order = "handover_id desc, due_date, id"

    handover_id = fields.Many2one(
        "insurance.handover",
        required=True,
        index=True,
        ondelete="cascade",
        readonly=True,
    )
    archive_id = fields.Many2one(
        "insurance.archive",
        string="Client archive",
        required=True,
        index=True,
        readonly=True,
        ondelete="restrict",
    )
    partner_id = fields.Many2one(
        "res.partner",
        string="Client",
        required=True,
        index=True,
        readonly=True,
        ondelete="restrict",
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True)
    region_id = fields.Many2one("res.country.state", string="Province", readonly=True)
    from_agent_id = fields.Many2one(
        "res.users", string="Former agent", required=True, readonly=True, index=True
    )
    from_team_id = fields.Many2one("crm.team", string="Former team", readonly=True)
    to_agent_id = fields.Many2one(
        "res.users",
        string="New agent",
        index=True,
        domain=lambda self: [
            ("all_group_ids", "in", self.env.ref(f"{ARCHIVE}.group_agent").id)
        ],
    )
    handover_state = fields.Selection(
        related="handover_id.state", store=True, string="State of the handover"
    )
    policy_count = fields.Integer(string="Policies", readonly=True)
    work_count = fields.Integer(string="Open work", readonly=True)
    long_term = fields.Boolean(
        string="To be told by law",
        readonly=True,
        help="Has insurance of persons for more than a year.",
    )
    state = fields.Selection(
        [
            ("none", "No letter needed"),
            ("to_send", "To be told"),
            ("sent", "Letter sent"),
            ("confirmed", "Client knows"),
        ],
        string="Letter",
        default="none",
        required=True,
        readonly=True,
        index=True,
    )
    due_date = fields.Date(string="Tell until", readonly=True, index="btree_not_null")
    overdue = fields.Boolean(compute="_compute_overdue", search="_search_overdue")
    channel = fields.Selection(
        [("mail", "E-mail"), ("post", "Post"), ("other", "In another way")],
        string="Told by",
        readonly=True,
    )
    sent_on = fields.Datetime(readonly=True)
    sent_by_id = fields.Many2one("res.users", string="Sent by", readonly=True)
    confirmed_on = fields.Datetime(readonly=True)
    confirmed_by_id = fields.Many2one("res.users", string="Noted by", readonly=True)

    _archive_once = models.UniqueIndex(
        "(handover_id, archive_id)", "This client is on the list already."
    )

    @api.depends("partner_id")
    def _compute_display_name(self):
        for line in self:
            line.display_name = line.partner_id.name

    @api.depends("due_date", "state")
    def _compute_overdue(self):
        today = fields.Date.context_today(self)
        for line in self:
            due = line.due_date
            line.overdue = line.state == "to_send" and bool(due) and due < today

    def _search_overdue(self, operator, value):
        late = Domain("state", "=", "to_send") & Domain("due_date", "<", "today")
        return flag_domain(operator, value, late)

    @api.constrains("to_agent_id")
    def _check_to_agent(self):
        for agent, lines in self.grouped("to_agent_id").items():
            if not agent:
                continue
            if agent in lines.from_agent_id:
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
        if vals_list and not self.env.su:
            raise UserError(self.env._("The handover lists its clients itself."))
        return super().create(vals_list)

    def write(self, vals):
        if not self.env.su:
            if not vals.keys() <= PLANNED:
                raise UserError(
                    self.env._("This is noted by the handover itself. Use the buttons.")
                )
            # superuser: the state alone, of lines that the user may write
            self.sudo().handover_id._check_draft()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_planned(self):
        if not self.env.su:
            # superuser: the state alone, of lines that the user may write
            self.sudo().handover_id._check_draft()

    def action_open_archive(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "insurance.archive",
            "res_id": self.archive_id.id,
            "view_mode": "form",
        }
