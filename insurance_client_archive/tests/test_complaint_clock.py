from datetime import date, timedelta

from odoo.exceptions import UserError, ValidationError
from odoo.tests import freeze_time, tagged

from .common import MODULE
from .common_feedback import FeedbackCase

TODAY = "2026-06-15"


@tagged("post_install", "-at_install")
@freeze_time(TODAY)
class TestComplaintClock(FeedbackCase):
    """15 days, 30 for complex ones, 30 more with approval and notice (art. 18)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        get = cls.env["insurance.parameter"]._get
        cls.plain = timedelta(get("complaint_days"))
        cls.complex = timedelta(get("complaint_complex_days"))
        cls.extension = timedelta(get("complaint_extension_days"))

    def _make_complex(self, feedback):
        feedback.write({"complexity": "complex", "complexity_reason": "Two insurers."})

    def test_law_gives_fifteen_thirty_and_thirty_more_days(self):
        self.assertEqual(
            (self.plain.days, self.complex.days, self.extension.days), (15, 30, 30)
        )
        for key in ("days", "complex_days", "extension_days"):
            parameter = self.env.ref(f"{MODULE}.parameter_complaint_{key}")
            self.assertEqual(
                parameter.regulation_ids, self.env.ref(f"{MODULE}.regulation_cm_17")
            )

    def test_plain_complaint_is_answered_in_the_short_time(self):
        feedback = self._feedback(received_on="2026-06-10")
        due = date(2026, 6, 10) + self.plain
        self.assertEqual(feedback.answer_deadline, due)
        self.assertEqual(feedback.next_deadline, feedback.receipt_deadline)
        feedback.with_user(self.manager).state = "acknowledged"
        self.assertEqual(feedback.next_deadline, due)

    def test_complex_complaint_needs_a_reason(self):
        feedback = self._handled()
        with self.assertRaisesRegex(ValidationError, "why it is complex"):
            feedback.complexity = "complex"
        self._make_complex(feedback)
        self.assertEqual(feedback.answer_deadline, feedback.received_on + self.complex)

    def test_changed_parameter_holds_for_what_comes_after(self):
        before = self._feedback()
        self.env.flush_all()
        self.env.ref(f"{MODULE}.parameter_complaint_days").value = 10
        after = self._feedback()
        self.assertEqual(before.answer_deadline - before.received_on, self.plain)
        self.assertEqual((after.answer_deadline - after.received_on).days, 10)

    def test_extension_counts_once_it_is_approved_and_told(self):
        feedback = self._handled()
        self._make_complex(feedback)
        with self.assertRaisesRegex(UserError, "why more time"):
            feedback.action_ask_extension()
        feedback.extension_reason = "An expert is asked."
        feedback.action_ask_extension()
        with self.assertRaisesRegex(UserError, "has to be approved"):
            feedback.action_extension_told()
        feedback.with_user(self.supervisor).action_approve_extension()
        self.assertEqual(feedback.answer_deadline, feedback.received_on + self.complex)
        feedback.action_extension_told()
        self.assertEqual(
            feedback.answer_deadline,
            feedback.received_on + self.complex + self.extension,
        )
        with self.assertRaisesRegex(UserError, "only once"):
            feedback.action_ask_extension()

    def test_plain_complaint_is_not_extended(self):
        feedback = self._handled()
        feedback.extension_reason = "Holidays"
        with self.assertRaisesRegex(UserError, "Only a complex"):
            feedback.action_ask_extension()

    def test_nobody_approves_the_own_request_for_time(self):
        feedback = self._handled()
        self._make_complex(feedback)
        feedback.extension_reason = "An expert is asked."
        feedback.action_ask_extension()
        with self.assertRaisesRegex(UserError, "neither asked"):
            feedback.action_approve_extension()
        feedback.with_user(self.supervisor).handler_id = self.supervisor
        with self.assertRaisesRegex(UserError, "nor handles"):
            feedback.with_user(self.supervisor).action_approve_extension()

    def test_overdue_complaints_are_found(self):
        feedback = self._handled()
        Feedback = feedback.browse()
        with freeze_time(feedback.answer_deadline):
            feedback.invalidate_recordset()
            self.assertFalse(feedback.overdue)
        with freeze_time(feedback.answer_deadline + timedelta(days=1)):
            feedback.invalidate_recordset()
            self.assertTrue(feedback.overdue)
            self.assertIn(feedback, Feedback.search([("overdue", "=", True)]))
            self.assertNotIn(feedback, Feedback.search([("overdue", "=", False)]))

    def test_late_answer_is_counted_as_late(self):
        feedback = self._handled(received_on="2026-05-01")
        self._answer(feedback)
        self.assertTrue(feedback.answered_late)
        self.assertEqual(feedback.days_to_answer, 45)

    def test_review_is_decided_by_somebody_else_in_its_own_time(self):
        feedback = self._answer(self._handled())
        with self.assertRaisesRegex(UserError, "why"):
            feedback.state = "review"
        feedback.write({"state": "review", "state_reason": "Not content"})
        days = self.env["insurance.parameter"]._get("review_decision_days")
        self.assertEqual(
            feedback.next_deadline, date(2026, 6, 15) + timedelta(days=days)
        )
        self.assertEqual(feedback.first_handler_id, self.manager)
        feedback = feedback.with_user(self.supervisor)
        with self.assertRaisesRegex(ValidationError, "interest"):
            feedback.handler_id = self.manager
        feedback.handler_id = self.supervisor
        feedback.state = "answered"
        self.assertEqual(feedback.review_decided_on, date(2026, 6, 15))
        self.assertEqual(feedback.answered_on, date(2026, 6, 15))

    def test_review_is_refused_when_the_time_for_it_has_passed(self):
        feedback = self._answer(self._handled())
        with freeze_time(feedback.review_request_limit + timedelta(days=1)):
            with self.assertRaisesRegex(UserError, "art. 20"):
                feedback.write({"state": "review", "state_reason": "Late"})
