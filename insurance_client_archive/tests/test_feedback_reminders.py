from datetime import timedelta

from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged

from .common import MODULE
from .common_feedback import FeedbackCase

TODAY = "2026-06-15"


@tagged("post_install", "-at_install")
class TestFeedbackReminders(FeedbackCase):
    """Neutral reminders on the contact, and escalation of what is late."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["insurance.feedback"].sudo().search([]).write({"next_deadline": False})
        with freeze_time(TODAY):
            cls.feedback = cls._feedback()
            cls.feedback.with_user(cls.manager).state = "acknowledged"

    def _run_cron(self, day):
        with freeze_time(f"{day} 08:00:00"), self.enter_registry_test_mode():
            self.env.ref(f"{MODULE}.ir_cron_remind_feedback").method_direct_trigger()
        self.env.invalidate_all()

    def _activities(self, name):
        return self.env["mail.activity"].search(
            [
                ("res_model", "=", "res.partner"),
                ("res_id", "=", self.partner.id),
                (
                    "activity_type_id",
                    "=",
                    self.env.ref(f"{MODULE}.mail_activity_type_{name}").id,
                ),
            ]
        )

    def test_handler_is_reminded_before_the_deadline_and_only_once(self):
        lead = self.env["insurance.parameter"]._get("feedback_reminder_days")
        due = self.feedback.answer_deadline
        self._run_cron(due - timedelta(days=lead + 1))
        self.assertFalse(self._activities("client_request"))
        for _run in range(2):
            self._run_cron(due - timedelta(days=lead))
        self.assertRecordValues(
            self._activities("client_request"),
            [{"user_id": self.manager.id, "date_deadline": due, "note": False}],
        )

    def test_reminder_says_nothing_about_a_complaint(self):
        self._run_cron(self.feedback.answer_deadline)
        activity = self._activities("client_request").with_user(self.accountant)
        names = ["display_name", "summary", "note", "res_name", "feedback"]
        seen = str(activity.read(names)).lower()
        for secret in ("complain", "insurance", "archive", self.feedback.number):
            self.assertNotIn(secret.lower(), seen)

    def test_leader_is_told_once_when_it_is_late(self):
        late = self.feedback.answer_deadline + timedelta(days=1)
        self._run_cron(late)
        told = self._activities("client_request_late")
        self.assertEqual(told.user_id, self.supervisor)
        self.assertEqual(self.feedback.escalated_on, late)
        told.action_done()
        self._run_cron(late + timedelta(days=1))
        self.assertFalse(self._activities("client_request_late"))

    def test_leader_with_an_interest_is_not_told(self):
        self.feedback.with_user(self.manager).complained_user_id = self.supervisor
        self._run_cron(self.feedback.answer_deadline + timedelta(days=1))
        self.assertFalse(self._activities("client_request_late"))
        self.assertTrue(self.feedback.escalated_on)

    @freeze_time(TODAY)
    def test_escalation_by_hand_tells_the_leader_at_once(self):
        self.feedback.with_user(self.agent).action_escalate()
        self.assertEqual(
            self._activities("client_request_late").user_id, self.supervisor
        )
        self.assertEqual(self.feedback.escalated_by_id, self.agent)
        with self.assertRaisesRegex(UserError, "only once"):
            self.feedback.with_user(self.manager).action_escalate()

    @freeze_time(TODAY)
    def test_answer_closes_the_reminders(self):
        self._run_cron(self.feedback.answer_deadline + timedelta(days=1))
        self._answer(self.feedback.with_user(self.manager))
        self.assertFalse(self._activities("client_request"))
        self.assertFalse(self._activities("client_request_late"))

    def test_reminders_are_set_in_batches_without_a_query_for_each(self):
        clients = self.env["insurance.archive"].create(
            [
                {
                    "name": "李秀英",
                    "agent_id": self.agent.id,
                    "manager_id": self.manager.id,
                    "team_id": self.team_a.id,
                }
                for _number in range(60)
            ]
        )
        with freeze_time(TODAY):
            self.env["insurance.feedback"].create(
                [
                    {"archive_id": client.id, "name": "x", "kind": "complaint"}
                    for client in clients
                ]
            )
        self.env.flush_all()
        self.env.invalidate_all()
        Feedback = self.env["insurance.feedback"]
        with freeze_time("2026-06-18"):
            waiting = Feedback.search(Feedback._reminders_due())
            self.assertGreaterEqual(len(waiting), 60)
            waiting.mapped("partner_id.name")
            before = self.cr.sql_log_count
            waiting._remind_handlers()
            self.env.flush_all()
        self.assertLess(self.cr.sql_log_count - before, 200)
