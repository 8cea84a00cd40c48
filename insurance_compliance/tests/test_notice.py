from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common_consent import ConsentCase


@tagged("post_install", "-at_install")
class TestNotice(ConsentCase):
    """A notice is approved by another person, keeps its words, and is followed."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.writer = cls._user("writer", role="compliance")

    def _next(self, **values):
        action = self.notice.with_user(self.writer).action_new_version()
        notice = self.env["insurance.notice"].browse(action["res_id"])
        notice.with_user(self.writer).write(values or {"change_kind": "substance"})
        return notice

    def test_demo_notice_was_laid_down_in_the_language_of_its_readers(self):
        notice = self.env.ref("insurance_compliance.notice_clients_1")
        self.assertTrue(notice.text_ids)
        for text in notice.text_ids:
            chinese = "个人信息保护负责人" in text.body
            self.assertEqual(chinese, text.lang.startswith("zh"), text.lang)

    def test_author_does_not_approve(self):
        draft = self._next()
        with self.assertRaisesRegex(AccessError, "did not write"):
            draft.with_user(self.writer).action_approve_substance()
        draft.with_user(self.compliance).rights = "New words"
        with self.assertRaisesRegex(AccessError, "did not write"):
            draft.with_user(self.compliance).action_approve_substance()
        draft.with_user(self.department_head).action_approve_substance()
        self.assertEqual(draft.state, "in_force")
        self.assertEqual(self.notice.state, "replaced")

    def test_agents_and_plain_writes_do_not_approve(self):
        draft = self._next()
        for user in (self.agent, self.supervisor):
            with self.assertRaises(AccessError):
                draft.with_user(user).action_approve_substance()
        for values in (
            {"state": "approved"},
            {"approved_by_id": self.writer.id},
            {"state": "in_force"},
        ):
            with self.assertRaises(UserError):
                draft.with_user(self.compliance).write(values)

    def test_change_of_content_lets_consents_be_renewed(self):
        consent = self._give("profiling")
        self._next().with_user(self.compliance).action_approve_substance()
        self.env.invalidate_all()
        self.assertEqual(consent.status, "to_renew")
        self.assertTrue(self.archive._may_process("profiling"))
        late = fields.Date.subtract(fields.Date.today(), days=1)
        consent.sudo().renew_by = late
        self.assertFalse(self.archive._may_process("profiling"))
        self._run_cron("consent_expire")
        self.assertEqual(consent.state, "expired")

    def test_change_of_words_leaves_consents_alone(self):
        consent = self._give("profiling")
        draft = self._next(change_kind="wording", rights="In other words")
        with self.assertRaisesRegex(UserError, "author says otherwise"):
            draft.with_user(self.compliance).action_approve_substance()
        draft.with_user(self.compliance).action_approve_wording()
        self.assertEqual(consent.status, "given")

    def test_new_kind_of_data_is_no_wording(self):
        draft = self._next(change_kind="wording")
        line = draft.line_ids[:1].with_user(self.writer)
        line.category_ids |= self.env.ref("insurance_compliance.data_category_health")
        with self.assertRaisesRegex(UserError, "more than wording"):
            draft.with_user(self.compliance).action_approve_wording()

    def test_sensitive_data_need_their_two_parts(self):
        draft = self._next(change_kind="substance", sensitive_effect=" ")
        with self.assertRaisesRegex(UserError, "PIPL 30"):
            draft.with_user(self.compliance).action_approve_substance()

    def test_approved_words_stay(self):
        for attempt in (
            lambda: self.notice.write({"rights": "x"}),
            lambda: self.notice.update_field_translations(
                "rights", {"en_US": {"x": "y"}}
            ),
            lambda: self.notice.line_ids[:1].write({"manner": "x"}),
            lambda: self.notice.line_ids[:1].unlink(),
            lambda: self.text.write({"body": "x"}),
            lambda: self.text.unlink(),
            lambda: self.notice.unlink(),
        ):
            with self.assertRaises(UserError):
                attempt()

    def test_version_waits_for_its_day(self):
        tomorrow = fields.Date.add(fields.Date.today(), days=1)
        draft = self._next(change_kind="substance", in_force_from=tomorrow)
        draft.with_user(self.compliance).action_approve_substance()
        self.assertEqual((draft.state, self.notice.state), ("approved", "in_force"))
        self._run_cron("notice_in_force")
        self.assertEqual(draft.state, "approved")
        draft.sudo()._write_multi([{"in_force_from": fields.Date.today()}])
        self.env.invalidate_all()
        self._run_cron("notice_in_force")
        self.assertEqual((draft.state, self.notice.state), ("in_force", "replaced"))

    def test_text_holds_the_five_parts_and_the_list(self):
        body = self.text.body
        for part in (
            self.notice.handler_name,
            self.notice.introduction,
            self.notice.storage_period,
            self.notice.sensitive_effect,
            self.notice.line_ids[0].manner,
        ):
            self.assertIn(part.splitlines()[0][:40], body)
