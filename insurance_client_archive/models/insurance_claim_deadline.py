from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

from ..flag_domain import flag_domain
from .insurance_claim_life import UNDECIDED


class InsuranceClaim(models.Model):
    """Until when we must decide, and pay.

    The days are parameters. They are applied when a claim changes: a new number
    holds for the claims that come after it.
    """

    _inherit = "insurance.claim"

    decision_deadline = fields.Date(
        string="Decide until",
        compute="_compute_decision_deadline",
        store=True,
        help="Counted from the report or, when papers were missing, from the day they "
        "were complete. Empty while we wait for papers.",
    )
    payment_deadline = fields.Date(
        string="Pay until",
        compute="_compute_payment_deadline",
        store=True,
        help="Counted from the agreement with the claimant or, without one, from the "
        "decision.",
    )
    next_deadline = fields.Date(
        string="Next deadline",
        compute="_compute_next_deadline",
        store=True,
        index="btree_not_null",
        help="What is due next: the decision or the payment.",
    )
    overdue = fields.Boolean(compute="_compute_overdue", search="_search_overdue")

    @api.depends("reported_date", "papers_requested_on", "papers_complete_on")
    def _compute_decision_deadline(self):
        days = timedelta(self.env["insurance.parameter"]._get("claim_complex_days"))
        for claim in self:
            start = claim.reported_date
            if claim.papers_requested_on:
                start = claim.papers_complete_on
            claim.decision_deadline = start and start + days

    @api.depends("decision", "decision_date", "agreed_on")
    def _compute_payment_deadline(self):
        days = timedelta(self.env["insurance.parameter"]._get("claim_payment_days"))
        for claim in self:
            start = claim.agreed_on or claim.decision_date
            due = claim.decision in ("accepted", "partial") and start
            claim.payment_deadline = due and due + days

    @api.depends("state", "decision_deadline", "payment_deadline")
    def _compute_next_deadline(self):
        for claim in self:
            if claim.state in UNDECIDED:
                claim.next_deadline = claim.decision_deadline
            else:
                claim.next_deadline = (
                    claim.state == "decided" and claim.payment_deadline
                )

    @api.depends("next_deadline")
    def _compute_overdue(self):
        today = fields.Date.context_today(self)
        for claim in self:
            claim.overdue = bool(claim.next_deadline) and claim.next_deadline < today

    def _search_overdue(self, operator, value):
        late = Domain("next_deadline", "<", "today")
        return flag_domain(operator, value, late)
