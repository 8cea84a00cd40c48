from odoo import api, fields, models
from odoo.exceptions import UserError

from .insurance_state_mixin import Transition

STATES = [
    ("reported", "Reported"),
    ("papers_requested", "Papers requested"),
    ("assessing", "Being assessed"),
    ("decided", "Decided"),
    ("paid", "Paid"),
    ("closed", "Closed"),
    ("refused", "Refused"),
    ("withdrawn", "Withdrawn"),
]
#: waiting for our decision
UNDECIDED = ("reported", "papers_requested", "assessing")
#: nothing is to be done any more
DONE = ("paid", "closed", "refused", "withdrawn")

BECAUSE = Transition(reason=True)


class InsuranceClaim(models.Model):
    """From the report to payment or refusal."""

    _inherit = "insurance.claim"

    # a claim that was handled before the archive existed is entered as it stands
    _initial_states = tuple(state for state, _label in STATES)
    _transitions = {
        "reported": {
            "papers_requested": Transition(check="_check_papers_requested"),
            "assessing": Transition(),
            "withdrawn": BECAUSE,
        },
        "papers_requested": {
            "assessing": Transition(check="_check_papers_complete"),
            "withdrawn": BECAUSE,
        },
        "assessing": {
            "decided": Transition(check="_check_decided"),
            "refused": BECAUSE,
            "withdrawn": BECAUSE,
        },
        "decided": {"paid": Transition(check="_check_paid"), "assessing": BECAUSE},
        "paid": {"closed": Transition(), "assessing": BECAUSE},
        "refused": {"closed": Transition(), "assessing": BECAUSE},
        "closed": {"assessing": BECAUSE},
        "withdrawn": {"assessing": BECAUSE},
    }

    state = fields.Selection(
        STATES,
        required=True,
        default="reported",
        readonly=True,
        index=True,
        group_expand=True,
    )
    decision = fields.Selection(
        [
            ("accepted", "Accepted in full"),
            ("partial", "Accepted in part"),
            ("refused", "Refused"),
        ],
        copy=False,
    )
    decision_date = fields.Date(string="Decided on", copy=False)
    decision_reason = fields.Text(string="Reason of decision", copy=False)
    agreed_on = fields.Date(
        string="Agreed on",
        copy=False,
        help="When we and the claimant agreed on the payment; the time for paying "
        "starts.",
    )

    def _check_decided(self):
        self.ensure_one()
        if self.decision not in ("accepted", "partial") or self.approved_amount <= 0:
            raise UserError(
                self.env._(
                    "Enter whether the claim is accepted in full or in part, and the "
                    "approved amount. To refuse it, use “Refuse claim”."
                )
            )
        if self.decision == "partial" and not (self.decision_reason or "").strip():
            raise UserError(self.env._("Enter why the claim is accepted in part only."))

    def _check_paid(self):
        self.ensure_one()
        if self.paid_amount <= 0 or not self.paid_on:
            raise UserError(self.env._("Enter what was paid, and when."))

    def _on_state(self, before):
        super()._on_state(before)
        today = fields.Date.context_today(self)
        for claim in self:
            if claim.state == "decided":
                claim.decision_date = claim.decision_date or today
            elif claim.state == "refused":
                claim.write(
                    {
                        "decision": "refused",
                        "decision_date": today,
                        "decision_reason": claim.state_reason,
                        "approved_amount": 0,
                    }
                )
            elif claim.state == "assessing" and before[claim.id] == "refused":
                claim.write({"decision": False, "decision_date": False})

    @api.onchange("decision", "claimed_amount")
    def _onchange_decision(self):
        if self.decision == "accepted" and not self.approved_amount:
            self.approved_amount = self.claimed_amount
