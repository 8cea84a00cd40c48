from datetime import timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.tests import tagged

from .common import MODULE, ArchiveCase


@tagged("post_install", "-at_install")
class TestDueQueue(ArchiveCase):
    """Reminders of reviews, on the contact, for the agent."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.review = cls.env.ref(f"{MODULE}.mail_activity_type_review")
        cls.escalation = cls.env.ref(f"{MODULE}.mail_activity_type_review_escalation")
        cls.env["mail.activity"].search(
            [("activity_type_id", "in", (cls.review | cls.escalation).ids)]
        ).unlink()
        # whatever else is in the database is not due
        cls.env["insurance.archive"].search([]).write({"next_review_date": False})
        cls._fall_due(cls.archive)

    @classmethod
    def _fall_due(cls, archives, day="2026-03-10"):
        """Let the archives be verified so long ago that they are due on the day."""
        months = cls.env["insurance.parameter"]._get("refresh_ordinary_months")
        due = fields.Date.from_string(day)
        archives.block_ids.checked_on = fields.Date.subtract(due, months=months)
        archives._schedule_reviews()

    def _run_cron(self, day="2026-03-10"):
        with freeze_time(f"{day} 08:00:00"), self.enter_registry_test_mode():
            cron = self.env.ref(f"{MODULE}.ir_cron_schedule_reviews")
            cron.method_direct_trigger()
        self.env.invalidate_all()

    def _activities(self, activity_type=None, partner=None):
        return self.env["mail.activity"].search(
            [
                ("res_model", "=", "res.partner"),
                ("res_id", "=", (partner or self.partner).id),
                ("activity_type_id", "=", (activity_type or self.review).id),
            ]
        )

    def test_agent_is_reminded_before_the_review_is_due(self):
        lead = self.env["insurance.parameter"]._get("review_lead_days")
        due = self.archive.next_review_date
        self._run_cron(due - timedelta(days=lead + 1))
        self.assertFalse(self._activities())
        self._run_cron(due - timedelta(days=lead))
        self.assertRecordValues(
            self._activities(), [{"user_id": self.agent.id, "date_deadline": due}]
        )

    def test_second_run_changes_nothing(self):
        self._run_cron()
        first = self._activities()
        self._run_cron()
        self.assertEqual(self._activities(), first)
        self.assertEqual(len(first), 1)

    def test_reminder_says_nothing_about_the_client(self):
        self.env.cr.execute(
            "UPDATE insurance_archive SET number = 'NR-0001' WHERE id = %s",
            [self.archive.id],
        )
        self._run_cron()
        activity = self._activities()
        self.assertEqual(activity.summary, "Client record review")
        self.assertFalse(activity.note)
        names = ["display_name", "summary", "note", "res_name", "feedback"]
        seen = str(activity.with_user(self.accountant).read(names)).lower()
        for secret in ("nr-0001", "archive", "insurance"):
            self.assertNotIn(secret, seen)

    def test_agent_does_not_become_a_follower(self):
        self._run_cron()
        self.assertNotIn(self.agent.partner_id, self.partner.message_partner_ids)

    def test_leader_is_told_once_when_long_overdue(self):
        days = self.env["insurance.parameter"]._get("review_escalation_days")
        late = self.archive.next_review_date + timedelta(days=days)
        self._run_cron(late - timedelta(days=1))
        self.assertFalse(self._activities(self.escalation))
        self._run_cron(late)
        self.assertEqual(self._activities(self.escalation).user_id, self.supervisor)
        self._activities(self.escalation).action_done()
        self._run_cron(late + timedelta(days=3))
        self.assertFalse(self._activities(self.escalation))

    def test_reminder_follows_the_client_to_the_new_agent(self):
        self._run_cron()
        self.archive.with_user(self.supervisor).write(
            {"agent_id": self.agent2.id, "team_id": self.team_a.id}
        )
        self.assertEqual(self._activities().user_id, self.agent2)
        self.assertNotIn(self.agent2.partner_id, self.partner.message_partner_ids)

    def test_verification_closes_the_reminders(self):
        days = self.env["insurance.parameter"]._get("review_escalation_days")
        self._run_cron(self.archive.next_review_date + timedelta(days=days))
        self.assertTrue(self._activities() and self._activities(self.escalation))
        archive = self.archive.with_user(self.agent)
        wizard = archive.action_verify()
        self.env[wizard["res_model"]].with_user(self.agent).browse(
            wizard["res_id"]
        ).action_confirm_all()
        self.assertFalse(self._activities() or self._activities(self.escalation))
        self.assertFalse(self.archive.review_escalated_on)

    def test_partial_verification_keeps_the_reminder(self):
        self._run_cron()
        archive = self.archive.with_user(self.agent)
        archive._check_off(["identity"])
        archive._finish_reviews()
        self.assertTrue(self._activities())

    def test_client_without_agent_is_nobodys_reminder(self):
        self.archive.agent_id = False
        self._run_cron()
        self.assertFalse(self._activities())

    def test_three_hundred_clients_in_batches(self):
        archives = self.env["insurance.archive"].create(
            [{"name": "李秀英", "agent_id": self.agent.id} for _number in range(300)]
        )
        self._fall_due(archives)
        sizes = []
        with freeze_time("2026-03-10 08:00:00"), self.enter_registry_test_mode():
            cron = self.env["ir.cron"]
            self.patch(
                type(cron),
                "_commit_progress",
                lambda model, processed=0, **kwargs: sizes.append(processed) or 1,
            )
            self.env["insurance.archive"]._cron_schedule_reviews(batch_size=100)
            self.env["insurance.archive"]._cron_schedule_reviews(batch_size=100)
        self.assertEqual(sum(sizes), 301)
        self.assertLessEqual(max(sizes), 100)
        reminded = self.env["mail.activity"].search(
            [
                ("activity_type_id", "=", self.review.id),
                ("res_id", "in", archives.partner_id.ids),
            ]
        )
        self.assertEqual(len(reminded), 300)

    def test_stopped_run_goes_on_where_it_stopped(self):
        archives = self.env["insurance.archive"].create(
            [{"name": "李秀英", "agent_id": self.agent.id} for _number in range(10)]
        )
        self._fall_due(archives)
        with freeze_time("2026-03-10 08:00:00"), self.enter_registry_test_mode():
            cron = self.env["ir.cron"]
            self.patch(type(cron), "_commit_progress", lambda *args, **kwargs: 0)
            for _run in range(4):
                self.env["insurance.archive"]._cron_schedule_reviews(batch_size=4)
        reminders = self.env["mail.activity"].search(
            [("activity_type_id", "=", self.review.id)]
        )
        self.assertEqual(
            sorted(reminders.mapped("res_id")),
            sorted((archives.partner_id | self.partner).ids),
        )
