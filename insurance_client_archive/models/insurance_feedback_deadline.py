from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

from ..flag_domain import flag_domain
from .insurance_feedback_life import OPEN

MODULE = "insurance_client_archive"
WORKING = ("acknowledged", "investigating")


class InsuranceFeedback(models.Model):
    """Until when the client gets an answer, in calendar days.

    The days are parameters. They are applied when a record changes: a new number
    holds for the feedback that comes after it.
    """

    _inherit = "insurance.feedback"

    complexity = fields.Selection(
        [("simple", "Plain facts"), ("complex", "Complex")],
        required=True,
        default="simple",
        help="A complex complaint may take longer; say why it is complex.",
    )
    complexity_reason = fields.Text(string="Why it is complex")
    extension_reason = fields.Text(string="Why more time is needed", copy=False)
    extension_asked_by_id = fields.Many2one(
        "res.users", string="Extension asked for by", readonly=True, copy=False
    )
    extension_approved_by_id = fields.Many2one(
        "res.users", string="Extension approved by", readonly=True, copy=False
    )
    extension_approved_on = fields.Date(
        string="Extension approved on", readonly=True, copy=False
    )
    extension_told_on = fields.Date(
        string="Client told of the extension on",
        readonly=True,
        copy=False,
        help="The time is extended once the client has been told.",
    )
    receipt_deadline = fields.Date(
        string="Confirm receipt until", compute="_compute_deadlines", store=True
    )
    answer_deadline = fields.Date(
        string="Answer until", compute="_compute_deadlines", store=True
    )
    review_deadline = fields.Date(
        string="Decide the review until", compute="_compute_deadlines", store=True
    )
    review_request_limit = fields.Date(
        string="Review possible until", compute="_compute_review_request_limit"
    )
    next_deadline = fields.Date(
        string="Next deadline",
        compute="_compute_next_deadline",
        store=True,
        index="btree_not_null",
        help="What is due next: confirming the receipt, the answer, or the review.",
    )
    overdue = fields.Boolean(compute="_compute_overdue", search="_search_overdue")
    answered_late = fields.Boolean(
        string="Answered too late",
        compute="_compute_answer_time",
        store=True,
    )
    days_to_answer = fields.Integer(
        string="Days to the answer",
        compute="_compute_answer_time",
        store=True,
        aggregator="avg",
    )

    @api.depends(
        "kind",
        "received_on",
        "complexity",
        "extension_told_on",
        "review_requested_on",
    )
    def _compute_deadlines(self):
        days = self._deadline_days()
        for feedback in self:
            start = feedback.received_on
            if feedback.kind == "praise" or not start:
                feedback.receipt_deadline = feedback.answer_deadline = False
                feedback.review_deadline = False
                continue
            feedback.receipt_deadline = start + days["receipt"]
            feedback.answer_deadline = start + feedback._time_to_answer(days)
            asked = feedback.review_requested_on
            feedback.review_deadline = asked and asked + days["review"]

    @api.depends("answered_on")
    def _compute_review_request_limit(self):
        days = timedelta(self.env["insurance.parameter"]._get("review_request_days"))
        for feedback in self:
            day = feedback.answered_on
            feedback.review_request_limit = day and day + days

    @api.depends(
        "state", "kind", "receipt_deadline", "answer_deadline", "review_deadline"
    )
    def _compute_next_deadline(self):
        for feedback in self:
            if feedback.state == "new":
                feedback.next_deadline = feedback.receipt_deadline
            elif feedback.state in WORKING:
                feedback.next_deadline = feedback.answer_deadline
            elif feedback.state == "review":
                feedback.next_deadline = feedback.review_deadline
            else:
                feedback.next_deadline = False

    @api.depends("next_deadline")
    def _compute_overdue(self):
        today = fields.Date.context_today(self)
        for feedback in self:
            due = feedback.next_deadline
            feedback.overdue = bool(due) and due < today

    def _search_overdue(self, operator, value):
        late = Domain("next_deadline", "<", "today")
        return flag_domain(operator, value, late)

    @api.depends("answered_on", "received_on", "answer_deadline")
    def _compute_answer_time(self):
        for feedback in self:
            day, due = feedback.answered_on, feedback.answer_deadline
            feedback.answered_late = bool(day and due) and day > due
            feedback.days_to_answer = day and (day - feedback.received_on).days

    @api.constrains("complexity", "complexity_reason", "kind")
    def _check_complexity(self):
        for feedback in self:
            if feedback.complexity == "complex" and (
                feedback.kind != "complaint"
                or not (feedback.complexity_reason or "").strip()
            ):
                raise ValidationError(
                    self.env._(
                        "A complaint gets the longer time only with a reason: enter "
                        "why it is complex."
                    )
                )

    def action_ask_extension(self):
        """Ask a senior person for more time."""
        for feedback in self:
            feedback._check_extensible()
            if not (feedback.extension_reason or "").strip():
                raise UserError(self.env._("Enter why more time is needed."))
            feedback._set_extension({"extension_asked_by_id": self.env.uid})

    def action_approve_extension(self):
        """Approve more time, as a senior person who is not the one asking."""
        for feedback in self:
            feedback._check_extensible()
            feedback._check_approver()
            feedback._set_extension(
                {
                    "extension_approved_by_id": self.env.uid,
                    "extension_approved_on": fields.Date.context_today(self),
                }
            )

    def action_extension_told(self):
        """Note that the client was told; from now on the longer time holds."""
        for feedback in self:
            if not feedback.extension_approved_on:
                raise UserError(
                    self.env._("The extension has to be approved before it is told.")
                )
            feedback._set_extension(
                {"extension_told_on": fields.Date.context_today(self)}
            )

    def _check_extensible(self):
        self.ensure_one()
        if (
            self.kind != "complaint"
            or self.complexity != "complex"
            or self.state not in WORKING
            or self.extension_approved_on
        ):
            raise UserError(
                self.env._(
                    "Only a complex complaint that is being worked on gets more time, "
                    "and only once."
                )
            )

    def _check_approver(self):
        self.ensure_one()
        asker = self.extension_asked_by_id
        if not asker:
            raise UserError(self.env._("Nobody has asked for more time yet."))
        user = self.env.user
        if user in asker | self.handler_id or not user.has_group(
            f"{MODULE}.group_supervisor"
        ):
            raise UserError(
                self.env._(
                    "More time is approved by a supervisor who neither asked for it "
                    "nor handles the complaint (Complaint Measures, art. 18)."
                )
            )

    def _set_extension(self, vals):
        self.check_access("write")
        self._check_impartial()
        # superuser: exactly the field of this step, which nobody enters by hand;
        # access and impartiality were asked for just before
        self.sudo().write(vals)

    def _time_to_answer(self, days):
        self.ensure_one()
        if self.kind != "complaint":
            return days["other"]
        if self.complexity == "simple":
            return days["simple"]
        extension = days["extension"] if self.extension_told_on else timedelta()
        return days["complex"] + extension

    @api.model
    def _deadline_days(self):
        keys = {
            "receipt": "feedback_receipt_days",
            "other": "feedback_reply_days",
            "simple": "complaint_days",
            "complex": "complaint_complex_days",
            "extension": "complaint_extension_days",
            "review": "review_decision_days",
        }
        Parameter = self.env["insurance.parameter"]
        return {name: timedelta(Parameter._get(key)) for name, key in keys.items()}

    @api.model
    def _open_domain(self):
        return Domain("state", "in", OPEN)
