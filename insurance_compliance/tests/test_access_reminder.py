from odoo import fields
from odoo.tests import tagged
from odoo.tools import SQL

from .common_request import RequestCase


@tagged("post_install", "-at_install")
class TestAccessReminder(RequestCase):
    """Who is told that something waits; reminders name no client."""

    def test_leader_is_told_at_once_and_no_more_when_it_is_decided(self):
        request = self.submitted()
        [reminder] = self._reminders(self.supervisor)
        self.assertEqual(reminder.res_id, self.supervisor.partner_id.id)
        self.assertFalse(self._reminders(self.agent))
        self.approve(request)
        self.assertFalse(self._reminders(self.supervisor))
        self.assertTrue(self._reminders(self.agent))

    def test_leader_with_more_to_decide_keeps_the_one_reminder(self):
        first = self.submitted()
        self.submitted()
        self.assertEqual(len(self._reminders(self.supervisor)), 1)
        self.approve(first)
        self.assertEqual(len(self._reminders(self.supervisor)), 1)

    def test_reminder_names_neither_applicant_nor_client(self):
        self.submitted(purpose_text="canary-purpose")
        [reminder] = self._reminders(self.supervisor)
        texts = f"{reminder.summary} {reminder.note} {reminder.res_name}"
        for word in ("张伟", "canary-purpose", self.agent.name, "AP-"):
            self.assertNotIn(word, texts)

    def test_nothing_hangs_on_the_client(self):
        before = self._on_client()
        self.approve(self.submitted())
        self.assertEqual(self._on_client(), before)
        self.assertFalse(self.supervisor.partner_id.message_is_follower)

    def test_compliance_is_told_when_nobody_decides(self):
        request = self.submitted()
        self._age(request, "submitted_on", days=6)
        self._remind()
        self.assertEqual(request.escalated_on, fields.Date.context_today(request))
        self.assertEqual(len(self._reminders(self.compliance)), 1)
        self._remind()
        self.assertEqual(len(self._reminders(self.compliance)), 1)

    def test_applicant_is_reminded_to_confirm_the_use(self):
        request = self.approved()
        self._reminders(self.agent).action_feedback()
        self._age(request.grant_id, "date_from", days=20)
        self._age(request.grant_id, "date_to", days=20)
        self._remind()
        self.assertEqual(len(self._reminders(self.agent)), 1)

    def test_drafts_nobody_submits_are_forgotten(self):
        draft, submitted = self.draft(), self.submitted()
        for request in (draft, submitted):
            self._age(request, "write_date", days=31)
        self.requests._gc_drafts()
        self.assertFalse(draft.exists())
        self.assertTrue(submitted.exists())

    def _remind(self):
        self.env.flush_all()
        with self.enter_registry_test_mode():
            cron = self.env.ref("insurance_compliance.ir_cron_remind_access")
            cron.method_direct_trigger()
        self.env.invalidate_all()

    def _reminders(self, user):
        kinds = ("decide", "late", "decided", "confirm")
        types = [
            self.env.ref(f"insurance_compliance.mail_activity_type_access_{kind}").id
            for kind in kinds
        ]
        return self.env["mail.activity"].search(
            [("user_id", "=", user.id), ("activity_type_id", "in", types)]
        )

    def _on_client(self):
        return self.env["mail.activity"].search_count(
            [("res_model", "=", "res.partner"), ("res_id", "=", self.partner.id)]
        )

    def _age(self, record, name, days):
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                "UPDATE %(table)s SET %(name)s = %(name)s - %(days)s * interval '1 day'"
                " WHERE id = %(record)s",
                table=SQL.identifier(record._table),
                name=SQL.identifier(name),
                days=days,
                record=record.id,
            )
        )
        self.env.invalidate_all()
