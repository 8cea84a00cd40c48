from unittest.mock import patch

from odoo import fields, http
from odoo.exceptions import UserError
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .. import second_factor
from .common_consent import ConsentCase

YES, NO = "yes", "no"


@tagged("post_install", "-at_install")
class TestConsentPortal(ConsentCase, HttpCase):
    """Clients read the notice and answer on the portal, for themselves alone."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("zh_CN")
        cls.client = cls._portal_user("test client", cls.partner)
        cls.stranger = cls._portal_user(
            "test stranger", cls.accountant.partner_id.copy()
        )

    def _key(self, code, recipient=None):
        return f"answer_{self._purpose(code).id}_{recipient.id if recipient else 0}"

    def _answer(self, answers, user=None, text=None):
        Consent = self.env["insurance.consent"].with_user(user or self.client)
        Consent = Consent.with_context(lang=(user or self.client).lang)
        text = text or self.notice._text((user or self.client).lang)
        return Consent._portal_answer(text.id, answers)

    def _said(self, code):
        return self.env["insurance.consent"].search(
            [
                ("archive_id", "=", self.archive.id),
                ("processing_id", "=", self._purpose(code).id),
                ("state", "!=", "replaced"),
            ]
        )

    def _post(self, answers):
        page = self.url_open("/my/consents").text
        token = page.split('name="csrf_token" value="')[1].split('"')[0]
        text = page.split('name="text_id" value="')[1].split('"')[0]
        return self.url_open(
            "/my/consents/answer",
            data={"csrf_token": token, "text_id": text, **answers},
        )

    def _asking_share(self):
        insurer = self.env["res.partner"].create({"name": "Huaxia Re"})
        login = self._portal_user("test recipient", insurer)
        parts = self.env["insurance.share.part"].search(
            [("code", "in", ("identity", "health_grade"))]
        )
        share = (
            self.env["insurance.share"]
            .with_user(self.agent)
            .create(
                {
                    "archive_id": self.archive.id,
                    "recipient_id": insurer.id,
                    "recipient_user_id": login.id,
                    "purpose_id": self.env.ref(
                        "insurance_client_archive.purpose_claim"
                    ).id,
                    "part_ids": [(6, 0, parts.ids)],
                }
            )
        )
        return share, insurer

    def test_client_agrees_and_refuses_on_the_page(self):
        self.authenticate(self.client.login, self.client.login)
        page = self.url_open("/my/consents")
        self.assertIn("Who handles your data", page.text)
        self.assertNotIn("checked", page.text)
        self.assertEqual(page.headers["Cache-Control"], "no-store")
        page = self._post({self._key("profiling"): YES, self._key("marketing"): NO})
        self.assertIn("Your answers are taken down", page.text)
        self.assertRecordValues(
            self._said("profiling") | self._said("marketing"),
            [{"state": "given"}, {"state": "refused"}],
        )

    def test_evidence_holds_the_version_and_language_that_was_shown(self):
        self.client.lang = "zh_CN"
        self._answer({self._key("profiling"): YES})
        consent = self._said("profiling")
        self.assertRecordValues(
            consent.evidence_id,
            [
                {
                    "evidence": "portal",
                    "text_id": self.notice._text("zh_CN").id,
                    "lang": "zh_CN",
                    "user_id": self.client.id,
                }
            ],
        )
        self.assertTrue(consent._is_genuine())

    def test_notice_that_has_changed_meanwhile_is_read_again(self):
        with self.assertRaisesRegex(UserError, "notice has changed"):
            self._answer({self._key("profiling"): YES}, text=self.notice._text("zh_CN"))
        self.assertFalse(self._said("profiling"))

    def test_what_is_not_answered_stays_open(self):
        with self.assertRaisesRegex(UserError, "at least one"):
            self._answer({"answer_0_0": YES, self._key("profiling"): "perhaps"})
        self.assertFalse(self._said("profiling"))

    def test_client_changes_the_mind_at_once(self):
        self._answer({self._key("marketing"): NO})
        self._answer({self._key("marketing"): YES})
        self.assertEqual(self._said("marketing").state, "given")

    def test_what_the_contract_needs_is_read_and_not_refused(self):
        with self.assertRaisesRegex(UserError, "not on your consent"):
            self._answer({self._key("service"): NO})
        self._answer({self._key("service"): YES})
        self.assertEqual(self._said("service").state, "given")

    def test_guardian_of_a_child_answers_elsewhere(self):
        self.archive.birth_date = fields.Date.subtract(fields.Date.today(), years=8)
        self.authenticate(self.client.login, self.client.login)
        page = self.url_open("/my/consents").text
        self.assertIn("the guardian answers", page)
        self.assertNotIn("/my/consents/answer", page)

    @mute_logger("odoo.http")
    def test_who_is_no_client_answers_nothing(self):
        before = self.env["insurance.consent"].search_count([])
        self.authenticate(self.stranger.login, self.stranger.login)
        page = self.url_open("/my/consents").text
        self.assertNotIn("/my/consents/answer", page)
        token = http.Request.csrf_token(self)
        answered = self.url_open(
            "/my/consents/answer",
            data={
                "csrf_token": token,
                "text_id": str(self.notice._text("en_US").id),
                self._key("profiling"): YES,
            },
        )
        self.assertEqual(answered.status_code, 404)
        self.assertEqual(self.env["insurance.consent"].search_count([]), before)

    def test_recipient_is_asked_about_after_the_second_factor(self):
        share, insurer = self._asking_share()
        answers = {
            self._key("sharing", insurer): YES,
            self._key("sharing_health", insurer): NO,
        }
        with self.assertRaisesRegex(UserError, "at least one"):
            # nobody has asked the client yet
            self._answer(answers)
        share.action_ask_in_portal()
        with self.assertRaisesRegex(UserError, "second factor"):
            self._answer(answers)
        with (
            patch.object(second_factor, "is_fresh", lambda user, hours: True),
            patch.object(type(self.client), "_mfa_type", lambda user: "totp"),
        ):
            self._answer(answers)
        given = self._said("sharing")
        self.assertRecordValues(
            given, [{"state": "given", "recipient_id": insurer.id, "kind": "separate"}]
        )
        self.assertEqual(given.evidence_id.reference, "2FA")
        self.assertEqual(self._said("sharing_health").state, "refused")
        share.invalidate_recordset()
        self.assertIn("Health", share.missing_consent)

    def test_questions_about_recipients_are_not_shown_before_the_code(self):
        share, insurer = self._asking_share()
        share.action_ask_in_portal()
        self.authenticate(self.client.login, self.client.login)
        page = self.url_open("/my/consents").text
        self.assertIn("two-factor", page)
        self.assertNotIn(insurer.name, page)

    def test_client_without_login_is_asked_on_the_screen(self):
        share, _insurer = self._asking_share()
        self.client.active = False
        with self.assertRaisesRegex(UserError, "no portal login"):
            share.action_ask_in_portal()
