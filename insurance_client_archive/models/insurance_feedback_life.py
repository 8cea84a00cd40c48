from odoo import api, fields, models
from odoo.exceptions import UserError

from .insurance_state_mixin import Transition

STATES = [
    ("new", "Received"),
    ("acknowledged", "Receipt confirmed"),
    ("investigating", "Being looked into"),
    ("answered", "Answered"),
    ("review", "Under review"),
    ("closed", "Closed"),
    ("withdrawn", "Taken back"),
]
#: an answer is still owed
OPEN = ("new", "acknowledged", "investigating", "review")

BECAUSE = Transition(reason=True)
ANSWER = Transition(check="_check_answered")
REVIEW = Transition(reason=True, check="_check_review")


class InsuranceFeedback(models.Model):
    """From the receipt to the answer, its review and the lessons."""

    _inherit = "insurance.feedback"

    _initial_states = ("new",)
    _transitions = {
        "new": {
            "acknowledged": Transition(check="_check_handled"),
            "closed": Transition(check="_check_no_answer_owed"),
            "withdrawn": BECAUSE,
        },
        "acknowledged": {
            "investigating": Transition(check="_check_handled"),
            "answered": ANSWER,
            "withdrawn": BECAUSE,
        },
        "investigating": {"answered": ANSWER, "withdrawn": BECAUSE},
        "answered": {
            "closed": Transition(check="_check_closed"),
            "review": REVIEW,
            "investigating": BECAUSE,
        },
        "review": {"answered": ANSWER, "withdrawn": BECAUSE},
        "closed": {"investigating": BECAUSE, "review": REVIEW},
        "withdrawn": {"investigating": BECAUSE},
    }

    state = fields.Selection(
        STATES,
        required=True,
        default="new",
        readonly=True,
        index=True,
        group_expand=True,
    )
    receipt_on = fields.Date(string="Receipt confirmed on", readonly=True, copy=False)
    finding = fields.Text(string="What was found out", copy=False)
    outcome = fields.Selection(
        [
            ("justified", "Justified"),
            ("partly", "Justified in part"),
            ("unjustified", "Not justified"),
            ("settled", "Settled amicably"),
        ],
        copy=False,
        help="Of a complaint.",
    )
    answer = fields.Text(string="Our answer", copy=False)
    remedies_told = fields.Boolean(
        string="Told of further remedies",
        copy=False,
        help="The client was told of review, mediation, arbitration and court.",
    )
    answered_on = fields.Date(string="Answered on", readonly=True, copy=False)
    review_requested_on = fields.Date(
        string="Review asked for on", readonly=True, copy=False
    )
    review_decided_on = fields.Date(
        string="Review decided on", readonly=True, copy=False
    )
    cause = fields.Selection(
        [
            ("sales", "Sales conduct"),
            ("product", "Product does not fit"),
            ("price", "Price"),
            ("service", "Service and attitude"),
            ("speed", "Speed"),
            ("claim", "Claim handling"),
            ("information", "Information and transparency"),
            ("data", "Client data"),
            ("system", "Systems"),
            ("other", "Other cause"),
        ],
        copy=False,
        index="btree_not_null",
    )
    cause_analysis = fields.Text(
        string="Cause analysis",
        copy=False,
        help="Why it could happen, so that it does not happen again.",
    )
    measure_ids = fields.One2many(
        "insurance.feedback.measure", "feedback_id", string="Measures"
    )

    def _check_no_answer_owed(self):
        self.ensure_one()
        if self.kind != "praise":
            raise UserError(
                self.env._("Answer the client first; only praise is closed at once.")
            )

    def _check_answered(self):
        self.ensure_one()
        self._check_handled()
        if not (self.answer or "").strip():
            raise UserError(self.env._("Enter what the client was answered."))
        if self.kind != "complaint":
            return
        if not self.outcome or not (self.finding or "").strip():
            raise UserError(
                self.env._(
                    "Enter what was found out and whether the complaint is justified: "
                    "the client has a right to the reasons (Complaint Measures, "
                    "art. 19)."
                )
            )
        if not self.remedies_told:
            raise UserError(
                self.env._(
                    "Tell the client of further remedies – review, mediation, "
                    "arbitration, court – and tick it (Complaint Measures, art. 19)."
                )
            )

    def _check_closed(self):
        self.ensure_one()
        if self.kind != "complaint":
            return
        if not self.cause or not (self.cause_analysis or "").strip():
            raise UserError(
                self.env._(
                    "Enter the cause and its analysis before you close a complaint."
                )
            )
        if self.outcome != "unjustified" and not self.measure_ids:
            raise UserError(
                self.env._(
                    "Enter at least one measure against the cause before you close a "
                    "complaint."
                )
            )

    def _check_review(self):
        self.ensure_one()
        if self.kind != "complaint":
            raise UserError(self.env._("Only complaints are reviewed."))
        limit = self.review_request_limit
        if limit and fields.Date.context_today(self) > limit:
            raise UserError(
                self.env._(
                    "A review could be asked for until %s (Complaint Measures, "
                    "art. 20). Take down a new complaint instead.",
                    fields.Date.to_string(limit),
                )
            )

    def _on_state(self, before):
        result = super()._on_state(before)
        today = fields.Date.context_today(self)
        for feedback in self:
            # superuser: days and the change of handler follow from the move itself,
            # nobody enters them
            feedback.sudo().write(feedback._vals_of_state(before[feedback.id], today))
        self.filtered(lambda one: one.state not in OPEN)._close_reminders()
        return result

    def _vals_of_state(self, left, today):
        """Return what a move sets besides the state."""
        self.ensure_one()
        if self.state == "acknowledged":
            return {"receipt_on": today}
        if self.state == "answered" and left == "review":
            return {"review_decided_on": today}
        if self.state == "answered":
            return {"answered_on": today, "receipt_on": self.receipt_on or today}
        if self.state == "closed" and self.kind == "praise":
            return {"receipt_on": self.receipt_on or today}
        if self.state == "review":
            # decided anew by somebody who has not decided before
            return {
                "review_requested_on": today,
                "review_decided_on": False,
                "first_handler_id": self.handler_id.id,
                "handler_id": False,
            }
        return {}

    @api.onchange("kind")
    def _onchange_kind(self):
        if self.kind != "complaint":
            self.complexity = "simple"
