from datetime import date

from odoo.exceptions import UserError, ValidationError
from odoo.tests import Form, freeze_time, tagged

from .common_feedback import FeedbackCase

TODAY = "2026-06-15"


@tagged("post_install", "-at_install")
@freeze_time(TODAY)
class TestFeedback(FeedbackCase):
    """From what the client says to the lessons of it."""

    def test_feedback_gets_a_number_and_a_handler(self):
        feedback = self._feedback(self.agent)
        self.assertTrue(feedback.number)
        self.assertEqual(feedback.user_id, self.agent)
        self.assertEqual(feedback.handler_id, self.manager)

    def test_suggestion_is_handled_by_the_agent(self):
        self.assertEqual(self._feedback(kind="suggestion").handler_id, self.agent)

    def test_straight_way_from_receipt_to_closing(self):
        feedback = self._answer(self._handled())
        today = date(2026, 6, 15)
        self.assertRecordValues(
            feedback,
            [{"receipt_on": today, "answered_on": today, "next_deadline": False}],
        )
        feedback.write({"cause": "speed", "cause_analysis": "No deputy."})
        feedback.measure_ids = [(0, 0, {"name": "Deputies", "due_date": "2026-07-01"})]
        feedback.state = "closed"
        self.assertEqual(feedback.state, "closed")

    def test_answer_needs_findings_reasons_and_remedies(self):
        for missing, words in (
            ({"answer": " "}, "what the client was answered"),
            ({"finding": False}, "right to the reasons"),
            ({"outcome": False}, "right to the reasons"),
            ({"remedies_told": False}, "further remedies"),
        ):
            with (
                self.subTest(missing=missing),
                self.assertRaisesRegex(UserError, words),
            ):
                self._answer(self._handled(), **missing)

    def test_complaint_closes_with_cause_and_measure_only(self):
        feedback = self._answer(self._handled())
        with self.assertRaisesRegex(UserError, "cause and its analysis"):
            feedback.state = "closed"
        feedback.write({"cause": "speed", "cause_analysis": "No deputy."})
        with self.assertRaisesRegex(UserError, "at least one measure"):
            feedback.state = "closed"

    def test_unjustified_complaint_needs_no_measure(self):
        feedback = self._answer(self._handled(), outcome="unjustified")
        feedback.write({"cause": "other", "cause_analysis": "Mixed up with another."})
        feedback.state = "closed"
        self.assertFalse(feedback.measure_ids)

    def test_praise_is_closed_at_once_and_a_complaint_is_not(self):
        praise = self._feedback(kind="praise")
        self.assertFalse(praise.next_deadline)
        praise.state = "closed"
        with self.assertRaisesRegex(UserError, "Answer the client first"):
            self._feedback().with_user(self.manager).state = "closed"

    def test_new_feedback_starts_as_received(self):
        with self.assertRaisesRegex(UserError, "can't start as"):
            self._feedback(state="closed")

    def test_complaint_stays_on_the_register(self):
        with self.assertRaisesRegex(UserError, "stays on the register"):
            self._feedback().unlink()
        self._feedback(kind="praise").unlink()

    def test_days_of_steps_are_not_entered_by_hand(self):
        feedback = self._feedback().with_user(self.manager)
        for name in ("answered_on", "receipt_on", "extension_told_on"):
            with self.subTest(name=name), self.assertRaisesRegex(UserError, "Days and"):
                feedback.write({name: "2026-06-01"})
        with self.assertRaisesRegex(UserError, "Days and names"):
            self._feedback(answered_on="2026-06-01")

    def test_day_of_receipt_stays_once_work_has_begun(self):
        feedback = self._handled()
        with self.assertRaisesRegex(UserError, "stay once"):
            feedback.received_on = "2026-06-14"
        with self.assertRaisesRegex(UserError, "stay once"):
            feedback.kind = "suggestion"

    def test_nothing_is_received_in_the_future(self):
        with self.assertRaisesRegex(ValidationError, "future"):
            self._feedback(received_on="2026-06-16")

    def test_links_are_of_the_same_client(self):
        other = self._archive(name="王芳")
        policy = self._policy(archive_id=other.id)
        with self.assertRaisesRegex(ValidationError, "of this client"):
            self._feedback(policy_id=policy.id)

    def test_changes_are_kept_in_the_history(self):
        feedback = self._handled()
        feedback.write({"finding": "Two calls were missed."})
        changes = self.archive.change_ids.filtered(
            lambda change: change.model == feedback._name
        )
        self.assertIn("finding", changes.mapped("field_name"))

    def test_form_of_an_agent(self):
        Feedback = self.env["insurance.feedback"].with_user(self.agent)
        context = {"default_archive_id": self.archive.id}
        with Form(Feedback.with_context(**context)) as form:
            form.name = "Bill is wrong"
            form.description = "Charged twice."
        self.assertEqual(form.record.archive_id, self.archive)
