from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import mute_logger

from odoo.addons.insurance_client_archive.tests.common_vault import ACCOUNT

from .test_client_request import RequestCase


@tagged("post_install", "-at_install")
class TestClientRightsPortal(RequestCase, HttpCase):
    """Clients see, withdraw and fetch what is theirs, and nothing else."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.client = cls._portal_user("test client", cls.partner)
        cls.other_archive = cls._archive(name="王芳")
        cls.other = cls._portal_user("test other", cls.other_archive.partner_id)

    def _token(self, page):
        return page.split('name="csrf_token" value="')[1].split('"')[0]

    def _handed_in(self, kind="copy", user=None):
        number = (
            self.env["insurance.client.request"]
            .with_user(user or self.client)
            ._portal_hand_in(kind, "Please")
        )
        return self.env["insurance.client.request"].search([("number", "=", number)])

    def _answer_on_portal(self, asked):
        officer = asked.with_user(self.compliance)
        officer.action_identify()
        officer.answer = "Here it is."
        officer.action_answer()

    def test_client_withdraws_on_the_page(self):
        consent = self._give("profiling")
        self.authenticate(self.client.login, self.client.login)
        page = self.url_open("/my/consents")
        self.assertIn("Segmentation and early signs", page.text)
        self.assertEqual(page.headers["Cache-Control"], "no-store")
        page = self.url_open(
            f"/my/consents/{consent.id}/withdraw",
            data={"csrf_token": self._token(page.text), "reason": "No more"},
        )
        self.assertIn("Withdrawn.", page.text)
        self.assertRecordValues(
            consent,
            [
                {
                    "state": "withdrawn",
                    "withdrawn_channel": "portal",
                    "withdrawn_by_id": self.client.id,
                    "state_reason": "No more",
                }
            ],
        )

    def test_client_reads_the_notice_that_was_shown(self):
        consent = self._give("profiling")
        text = consent.evidence_id.text_id
        self.authenticate(self.client.login, self.client.login)
        url = f"/my/consents/notice/{text.id}"
        self.assertIn("Who handles your data", self.url_open(url).text)
        self.authenticate(self.other.login, self.other.login)
        self.assertEqual(self.url_open(url).status_code, 404)

    def test_other_clients_consents_and_requests_do_not_exist(self):
        consent = self._give("profiling")
        asked = self._handed_in()
        self._answer_on_portal(asked)
        self.authenticate(self.other.login, self.other.login)
        page = self.url_open("/my/data").text
        self.assertNotIn(asked.number, page)
        for extension in ("json", "pdf"):
            answer = self.url_open(f"/my/data/{asked.id}/copy.{extension}")
            self.assertEqual(answer.status_code, 404)
            answer = self.url_open(f"/insurance/request/{asked.id}/copy.{extension}")
            self.assertEqual(answer.status_code, 404)
        answer = self.url_open(
            f"/my/consents/{consent.id}/withdraw",
            data={"csrf_token": self._token(page)},
        )
        self.assertEqual(answer.status_code, 404)
        self.assertEqual(consent.state, "given")

    def test_client_asks_and_fetches_the_copy_after_the_answer(self):
        self.authenticate(self.client.login, self.client.login)
        page = self.url_open("/my/data")
        page = self.url_open(
            "/my/data/new",
            data={
                "csrf_token": self._token(page.text),
                "kind": "copy",
                "description": "All of it",
                "archive_id": self.other_archive.id,
                "state": "answered",
            },
        )
        asked = self.env["insurance.client.request"].search(
            [("portal_user_id", "=", self.client.id)]
        )
        self.assertRecordValues(
            asked,
            [{"archive_id": self.archive.id, "state": "new", "channel": "portal"}],
        )
        url = f"/my/data/{asked.id}/copy.json"
        self.assertEqual(self.url_open(url).status_code, 404)
        self._answer_on_portal(asked)
        answer = self.url_open(url)
        self.assertEqual(answer.json()["archive"]["bank_account"], ACCOUNT)
        self.assertEqual(answer.headers["Cache-Control"], "no-store")
        self.assertIn("attachment", answer.headers["Content-Disposition"])
        pdf = self.url_open(f"/my/data/{asked.id}/copy.pdf")
        self.assertTrue(pdf.content.startswith(b"%PDF"))
        self.assertIn("Here it is.", self.url_open("/my/data").text)

    def test_same_question_is_not_handed_in_twice(self):
        self._handed_in()
        with self.assertRaisesRegex(UserError, "already"):
            self._handed_in()

    def test_what_the_contract_needs_is_not_withdrawn(self):
        consent = self._give("service")
        portal = self.Consent.with_user(self.client)
        with self.assertRaisesRegex(UserError, "contract or the law"):
            portal._portal_withdraw(consent.id, "x")

    def test_strangers_ask_nothing(self):
        stranger = new_test_user(
            self.env, "test stranger", groups="base.group_portal", lang="en_US"
        )
        with self.assertRaisesRegex(UserError, "Only clients"):
            self._handed_in(user=stranger)

    @mute_logger("odoo.addons.base.models.ir_model", "odoo.http")
    def test_portal_users_reach_no_model(self):
        consent = self._give("profiling")
        asked = self._handed_in()
        for record in (consent, consent.evidence_id, asked, self.notice):
            with self.assertRaises(AccessError):
                record.with_user(self.client).read(["display_name"])
        for model in ("insurance.consent.ask", "insurance.consent.withdraw"):
            with self.assertRaises(AccessError):
                self.env[model].with_user(self.client).create({})
