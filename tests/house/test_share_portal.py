"""The recipient's way to a packet, and every way past it."""

import hashlib
import io
import json
from datetime import timedelta
from unittest.mock import patch

import pypdf
import pyzipper
from share_portal_case import PHONE, SharePortalCase

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import SQL, mute_logger

from odoo.addons.insurance_client_archive.models.insurance_use_record import (
    InsuranceUseLog,
    UseLogUnavailable,
)
from odoo.addons.insurance_client_archive.tests.common_vault import (
    ACCOUNT,
    CANARIES,
    ID_NUMBER,
)
from odoo.addons.insurance_compliance import share_delivery


@tagged("post_install", "-at_install")
class TestSharePortal(SharePortalCase):
    def test_recipient_undertakes_downloads_and_confirms(self):
        share = self._delivered()
        self.log_in()
        page = self.url_open("/my/shares").text
        self.assertIn(share.number, page)
        page = self.url_open(self.path(share)).text
        self.assertIn("Confidentiality undertaking", page)
        # who the client is belongs to what is kept confidential
        self.assertNotIn(self.partner.name, page)
        page = self.accept(share).text
        self.assertIn(self.partner.name, page)
        response = self.download(share)
        self.assertEqual(response.headers["Content-Type"], "application/pdf")
        self.assertEqual(response.headers["Cache-Control"], "no-store")
        self.assertIn("attachment", response.headers["Content-Disposition"])
        self.post(self.path(share, "/receipt"))
        self.assertRecordValues(share, [{"download_count": 1}])
        self.assertTrue(share.receipt_on and share.undertaken_on)
        events = share.event_ids.sorted("id")
        self.assertEqual(
            events.mapped("event"),
            ["submitted", "approved", "delivered", "undertaking", "download"]
            + ["receipt"],
        )
        self.assertEqual(events[-1].user_id, self.recipient)

    def test_every_page_names_recipient_and_time(self):
        for number in range(60):
            self.env["insurance.related.person"].create(
                {
                    "archive_id": self.archive.id,
                    "name": f"Child {number}",
                    "relation": "child",
                }
            )
        share = self._opened(parts=("identity", "phone", "persons"))
        pdf = pypdf.PdfReader(io.BytesIO(self.download(share).content))
        self.assertGreater(len(pdf.pages), 1)
        for page in pdf.pages:
            text = page.extract_text()
            for words in (self.recipient.login, str(fields.Date.today().year)):
                self.assertIn(words, text)
            self.assertIn("Huaxia Re", text)
        self.assertIn("张伟", pdf.pages[0].extract_text())
        self.assertIn(PHONE, "".join(page.extract_text() for page in pdf.pages))

    def test_log_has_the_hash_before_the_bytes_leave(self):
        share = self._opened()
        content = self.download(share).content
        [use] = [use for use in self.uses if use["action"] == "download"]
        digest = hashlib.sha256(content).hexdigest()
        self.assertEqual(use["user"], self.recipient.id)
        self.assertEqual(use["ids"], self.archive.ids)
        self.assertEqual(use["content"], ["identity", "phone"])
        self.assertIn(digest, use["purpose_text"])
        self.assertEqual(share.event_ids[:1].digest, digest)

    def test_without_the_log_nothing_leaves(self):
        share = self._opened()
        record = InsuranceUseLog._record

        def unavailable(log, action, *args, **event):
            if action == "download":
                raise UseLogUnavailable("no log")
            return record(log, action, *args, **event)

        with patch.object(InsuranceUseLog, "_record", unavailable):
            self.assertRefused(self.download(share))

    def _opened(self, **values):
        """Return a share that the logged-in recipient has only to download."""
        share = self._delivered(**values)
        self.log_in()
        self.accept(share)
        self.assertTrue(share.undertaken_on)
        self.uses.clear()
        return share

    # --- sealed values and the encrypted file

    def test_zip_opens_with_its_password_alone(self):
        share = self._opened(parts=("identity", "id_number"))
        self.assertRefused(self.download(share, "zip"))
        method = "insurance.share.action_show_password"
        with self.calling(self.agent, method) as env:
            shown = share.with_env(env).action_show_password()
        password = shown["params"]["title"]
        content = self.download(share, "zip").content
        with pyzipper.AESZipFile(io.BytesIO(content)) as file:
            name = f"{share.number}.json"
            self.assertEqual(file.getinfo(name).wz_aes_strength, 3)  # 256 bits
            for wrong in (None, b"wrong"):
                with self.assertRaises(RuntimeError):
                    file.read(name, pwd=wrong)
            data = json.loads(file.read(name, pwd=password.encode()))
            self.assertTrue(
                file.read(f"{share.number}.pdf", pwd=password.encode()).startswith(
                    b"%PDF"
                )
            )
        parts = {part["part"]: part["rows"] for part in data["parts"]}
        self.assertEqual(parts["id_number"][0]["id_number"], ID_NUMBER)
        # in no column, not even as it is shown to the sender
        self.env.cr.execute("SELECT row_to_json(s)::text FROM insurance_share s")
        self.assertNotIn(password, str(self.env.cr.fetchall()))

    def test_password_is_for_the_sender_s_own_browser(self):
        share = self._delivered()
        method = "insurance.share.action_show_password"
        for user, caller in (
            (self.supervisor, {}),
            (self.agent, {"has_session": False}),
            (self.agent, {"method": "ir.actions.server.run"}),
        ):
            with (
                self.subTest(user.login, **caller),
                self.assertRaises(AccessError),
                self.calling(user, **{"method": method, **caller}) as env,
            ):
                share.with_env(env).action_show_password()

    def test_sealed_values_are_opened_for_the_packet_alone(self):
        share = self._opened(parts=("identity", "id_number"))
        content = self.download(share).content
        text = pypdf.PdfReader(io.BytesIO(content)).pages[0].extract_text()
        self.assertIn(ID_NUMBER, text)
        self.assertIn(("reveal", "done"), self.actions())
        for table in ("ir_attachment", "insurance_share", "insurance_share_event"):
            query = SQL("SELECT t::text FROM %s t", SQL.identifier(table))
            self.env.cr.execute(query)
            stored = str(self.env.cr.fetchall())
            for canary in CANARIES:
                self.assertNotIn(canary, stored, table)

    def test_packet_holds_no_more_than_was_chosen(self):
        share = self._opened(parts=("phone",))
        content = self.download(share).content
        text = pypdf.PdfReader(io.BytesIO(content)).pages[0].extract_text()
        self.assertIn(PHONE, text)
        for other in ("张伟", ID_NUMBER, ACCOUNT):
            self.assertNotIn(other, text)

    # --- the second factor

    def test_without_second_factor_the_page_says_how_to_switch_it_on(self):
        share = self._delivered()
        self.authenticate(self.recipient.login, self.recipient.login)
        for path in ("/my/shares", self.path(share)):
            page = self.url_open(path).text
            self.assertIn("/my/security", page)
            self.assertNotIn(share.number, page)
        self.accept(share)
        self.assertFalse(share.undertaken_on)
        self.assertRefused(self.download(share))

    def test_session_that_has_not_given_the_code_opens_nothing(self):
        share = self._opened()
        # logged in anew without the code, as with a remembered device
        self.authenticate(self.recipient.login, self.recipient.login)
        page = self.url_open(self.path(share)).text
        self.assertIn("o_insurance_share_code", page)
        self.assertNotIn(share.number, page)
        self.assertRefused(self.download(share))
        with mute_logger("odoo.addons.auth_totp.models.res_users"):
            page = self.post("/my/shares/code", code="000000").text
        self.assertIn("o_insurance_share_code", page)
        self.assertRefused(self.download(share))

    def test_code_is_asked_for_again_after_some_hours(self):
        share = self._opened()
        self.parameter("share_second_factor_hours", "1")
        self.assertTrue(self.is_packet(self.download(share)))
        now = fields.Datetime.now() + timedelta(hours=2)
        with patch("time.time", lambda: now.timestamp()):
            self.assertRefused(self.download(share))

    # --- over, recalled, used up, unfounded

    def test_nothing_is_handed_out_before_the_undertaking(self):
        share = self._delivered()
        self.log_in()
        self.assertRefused(self.download(share))
        self.post(self.path(share, "/accept"), digest="0" * 64, agreed="1")
        self.assertFalse(share.undertaken_on)
        self.post(self.path(share, "/accept"), digest="", agreed="")
        self.assertFalse(share.undertaken_on)

    def test_limit_of_downloads_holds(self):
        share = self._opened(download_limit=2)
        results = [self.is_packet(self.download(share)) for _number in range(4)]
        self.assertEqual(results, [True, True, False, False])
        self.assertEqual(share.download_count, 2)
        self.assertEqual(self.actions().count(("download", "denied")), 2)

    def test_nothing_is_handed_out_after_the_end(self):
        for end in (
            lambda share: share.write({"state": "ended", "state_reason": "x"}),
            lambda share: self.sql(
                "UPDATE insurance_share SET date_to = now() AT TIME ZONE 'UTC'"
                " - interval '1 second' WHERE id = %s",
                share.id,
            ),
            lambda share: self._withdraw(share.consent_ids),
            # a withdrawal that told nobody
            lambda share: self._forget_consent(share.consent_ids),
        ):
            share = self._opened(consent_ids=[(6, 0, self._new_consent().ids)])
            self.assertTrue(self.is_packet(self.download(share)))
            end(share)
            self.assertRefused(self.download(share))
            self.assertEqual(share.download_count, 1)

    def test_withdrawal_in_the_same_transaction_closes_the_page(self):
        share = self._opened()
        self._withdraw(self.consent)
        self.assertEqual(share.state, "ended")
        page = self.url_open(self.path(share)).text
        self.assertIn("Closed", page)
        self.assertNotIn("o_insurance_share_download", page)

    # --- other people's packets, other ways

    def test_share_of_somebody_else_is_as_absent_as_one_that_never_was(self):
        share = self._delivered()
        draft = self._share()
        self.log_in(self.stranger)
        answers = {
            (response.status_code, response.text.count("error"))
            for response in (
                self.url_open(f"/my/shares/{share_id}{step}")
                for share_id in (share.id, draft.id, 999_999_999)
                for step in ("", "?access_token=x")
            )
        }
        self.assertEqual(len(answers), 1)
        self.assertEqual(answers.pop()[0], 404)
        for share_id in (share.id, 999_999_999):
            for step in ("accept", "receipt", "download"):
                response = self.post(f"/my/shares/{share_id}/{step}", file_format="pdf")
                self.assertEqual(response.status_code, 404, step)
        self.assertIn(("denied", "denied"), self.actions())

    def test_recipient_sees_nothing_before_it_is_delivered(self):
        share = self._share()
        share.action_submit()
        self.log_in()
        self.assertEqual(self.url_open(self.path(share)).status_code, 404)
        self.assertNotIn(share.number, self.url_open("/my/shares").text)

    def test_download_needs_login_post_and_csrf_token(self):
        share = self._opened()
        path = self.path(share, "/download")
        self.assertEqual(self.url_open(f"{path}?file_format=pdf").status_code, 405)
        with mute_logger("odoo.http"):
            self.assertEqual(self.download(share, token=False).status_code, 400)
        self.assertTrue(self.is_packet(self.download(share)))
        self.authenticate(None, None)
        self.assertIn("/web/login", self.url_open(self.path(share)).url)

    def test_employees_and_internal_shares_have_no_packet(self):
        share = self._delivered()
        self.log_in(self.agent)
        self.assertEqual(self.url_open(self.path(share)).status_code, 404)

    def test_too_many_requests_are_stopped(self):
        share = self._opened()
        self.parameter("share_downloads_per_hour", "1")
        self.assertTrue(self.is_packet(self.download(share)))
        self.assertRefused(self.download(share))
        self.parameter("share_pages_per_hour", "5")
        pages = [self.url_open("/my/shares").text for _number in range(8)]
        self.assertNotIn(share.number, pages[-1])

    def test_server_code_in_the_recipient_s_name_gets_no_packet(self):
        share = self._opened()
        with self.calling(self.recipient, "ir.actions.server.run") as env:
            with self.assertRaises(AccessError):
                share_delivery.download(env, share.id, "pdf")
        names = {name for name in dir(share) if "packet" in name or "download" in name}
        self.assertFalse({name for name in names if callable(getattr(share, name))})
