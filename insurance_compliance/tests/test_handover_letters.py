from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .handover_case import HandoverCase


@tagged("post_install", "-at_install")
class TestHandoverLetters(HandoverCase):
    def setUp(self):
        super().setUp()
        self._long_policy()
        self.partner.email = "zhang.wei@example.com"
        self.short = self._archive(name="王芳")

    def _done(self, **values):
        handover = self._handover(**values)
        handover.action_hand_over()
        return handover

    def _line(self, handover, archive=None):
        archive = archive or self.archive
        return handover.line_ids.filtered(lambda line: line.archive_id == archive)

    def test_clients_with_long_policies_are_told_within_thirty_days(self):
        handover = self._done()
        today = fields.Date.today()
        line = self._line(handover)
        self.assertEqual(line.state, "to_send")
        self.assertEqual(line.due_date, today + timedelta(days=30))
        self.assertEqual(self._line(handover, self.short).state, "none")

    def test_time_runs_from_the_last_day(self):
        last = fields.Date.today() - timedelta(days=10)
        self.assertEqual(self._done(date=last).notice_due, last + timedelta(days=30))

    def test_days_are_a_parameter(self):
        parameter = self.env["insurance.parameter"].search(
            [("key", "=", "agent_leave_notice_days")]
        )
        parameter.value = "15"
        handover = self._done()
        self.assertEqual(handover.notice_due, fields.Date.today() + timedelta(days=15))

    def test_no_clock_runs_when_clients_are_shared_out_anew(self):
        self.assertFalse(self._done(reason="reassigned").notice_due)

    def test_mail_says_who_looks_after_the_client_and_nothing_of_policies(self):
        line = self._line(self._done())
        line.with_user(self.colleague).action_send_mail()
        mail = self.env["mail.mail"].search(
            [("recipient_ids", "in", self.partner.ids)], limit=1
        )
        self.assertIn(self.colleague.name, mail.body_html)
        self.assertNotIn("P0", mail.body_html)
        self.assertRecordValues(
            line,
            [{"state": "sent", "channel": "mail", "sent_by_id": self.colleague.id}],
        )

    def test_letter_is_in_the_language_of_the_client(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        template = self.env.ref("insurance_compliance.mail_template_handover")
        template.with_context(lang="zh_CN").subject = "您的服务人员"
        self.partner.lang = "zh_CN"
        line = self._line(self._done())
        line.action_send_mail()
        mail = self.env["mail.mail"].search(
            [("recipient_ids", "in", self.partner.ids)], limit=1
        )
        self.assertEqual(mail.subject, "您的服务人员")

    def test_clients_without_an_address_get_a_printed_letter(self):
        self.partner.email = False
        line = self._line(self._done())
        with self.assertRaises(UserError):
            line.action_send_mail()
        action = line.action_print()
        html, _kind = (
            self.env["ir.actions.report"]
            .with_context(**action["context"])
            ._render_qweb_html(action["report_name"], line.ids)
        )
        self.assertIn(self.colleague.name, html.decode())
        self.assertIn("张伟", html.decode())
        line.action_posted()
        self.assertEqual((line.state, line.channel), ("sent", "post"))

    def test_answer_of_the_client_is_noted_after_the_letter(self):
        line = self._line(self._done())
        with self.assertRaises(UserError):
            line.action_confirmed()
        line.action_told()
        line.action_confirmed()
        self.assertEqual(line.state, "confirmed")

    def test_others_tell_no_client(self):
        line = self._line(self._done())
        for user in (self.colleague2, self.agent2, self.compliance, self.accountant):
            with self.assertRaises(AccessError):
                line.with_user(user).action_told()

    def test_overdue_letters_are_found(self):
        last = fields.Date.today() - timedelta(days=31)
        handover = self._done(date=last)
        self.assertEqual(
            handover.line_ids.search([("overdue", "=", True)]) & handover.line_ids,
            self._line(handover),
        )
        self.assertEqual(handover.late_count, 1)
        self._line(handover).action_told()
        self.assertEqual(handover.late_count, 0)
        self.assertEqual(handover.told_count, 1)

    def test_reminders_say_nothing_and_name_no_record(self):
        handover = self._done(date=fields.Date.today() - timedelta(days=31))
        self.env["insurance.handover"]._cron_remind()
        tasks = self.env["mail.activity"].search(
            [("user_id", "in", (self.colleague | self.compliance).ids)]
        )
        self.assertEqual(tasks.user_id, self.colleague | self.compliance)
        self.assertFalse(tasks.filtered("res_model"))
        self.assertFalse(tasks.filtered("note"))
        self.assertTrue(handover.escalated_on)
        count = len(tasks)
        self.env["insurance.handover"]._cron_remind()
        self.assertEqual(
            self.env["mail.activity"].search_count([("id", "in", tasks.ids)]), count
        )

    def test_tasks_end_with_the_last_letter(self):
        handover = self._done()
        task = self.env["mail.activity"].search([("user_id", "=", self.colleague.id)])
        self.assertTrue(task)
        self._line(handover).with_user(self.colleague).action_told()
        self.assertFalse(task.active)

    def test_nobody_is_told_before_the_handover(self):
        with self.assertRaises(UserError):
            self._handover().line_ids.action_told()
