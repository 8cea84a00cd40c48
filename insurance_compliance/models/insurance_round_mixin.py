from odoo import api, fields, models
from odoo.fields import Domain

from odoo.addons.insurance_client_archive.flag_domain import flag_domain
from odoo.addons.insurance_client_archive.models.insurance_state_mixin import (
    Transition,
)

COMPLIANCE = "insurance_client_archive.group_compliance"


class InsuranceRoundMixin(models.AbstractModel):
    """What is gone through anew from time to time, and until a day."""

    _name = "insurance.round.mixin"
    _inherit = "insurance.state.mixin"
    _description = "Round with a deadline"

    _initial_states = ("draft",)
    _transitions = {
        "draft": {"running": Transition(groups=COMPLIANCE, check="_check_begin")},
        "running": {"closed": Transition(groups=COMPLIANCE, check="_check_complete")},
    }

    name = fields.Char(required=True)
    date = fields.Date(
        string="Begun on", required=True, default=fields.Date.context_today
    )
    deadline = fields.Date(
        required=True,
        default=lambda self: fields.Date.add(fields.Date.today(), days=30),
    )
    user_id = fields.Many2one(
        "res.users",
        string="Responsible",
        required=True,
        readonly=True,
        default=lambda self: self.env.user,
    )
    state = fields.Selection(
        [("draft", "In preparation"), ("running", "Under way"), ("closed", "Closed")],
        required=True,
        default="draft",
        readonly=True,
        copy=False,
        group_expand=True,
    )
    overdue = fields.Boolean(compute="_compute_overdue", search="_search_overdue")

    _dates_ordered = models.Constraint(
        "CHECK(deadline >= date)", "The deadline can't lie before the beginning."
    )

    @api.depends("deadline", "state")
    def _compute_overdue(self):
        today = fields.Date.context_today(self)
        for one in self:
            due = one.state == "running" and one.deadline
            one.overdue = bool(due) and due < today

    def _search_overdue(self, operator, value):
        late = Domain("state", "=", "running") & Domain("deadline", "<", "today")
        return flag_domain(operator, value, late)

    def action_start(self):
        """Begin: what is gone through is taken down as it stands now."""
        self.write({"state": "running"})

    def action_close(self):
        """End the round, when nothing is left to do in it."""
        self.write({"state": "closed"})

    def _check_begin(self):
        """Override to say what must hold before the round begins."""

    def _check_complete(self):
        """Override to say what is still to be done before it is closed."""
