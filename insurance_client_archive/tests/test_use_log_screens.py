from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .. import use_log_anchor, use_log_verify
from .common_use_log import UseLogCase

MODULE = "insurance_client_archive"


@tagged("post_install", "-at_install")
class TestUseLogScreens(UseLogCase):
    """Verification as compliance sees and starts it."""

    def setUp(self):
        super().setUp()
        self.anchor = self.file_anchor()
        self.patch(use_log_anchor, "anchors", lambda database: [self.anchor])
        # the log of this database may hold what earlier tests wrote with other keys
        recount = use_log_verify.verify
        self.patch(
            use_log_verify,
            "verify",
            lambda cr, held, anchors, first, progress: recount(
                cr, held, anchors, first=max(first, self.base + 1), progress=progress
            ),
        )
        self.checks = self.env["insurance.use.check"].with_user(self.compliance)

    def status(self, user=None):
        return Form(self.env["insurance.use.status"].with_user(user or self.compliance))

    def verify_now(self):
        action = self.checks.action_verify()
        return self.env[action["res_model"]].browse(action["res_id"])

    def tampered(self):
        """Let the next verifications find a changed event."""

        def verify(cr, held, anchors, first, progress):
            return use_log_verify.Result(
                first_epoch=1, last_epoch=2, kind="mac", epoch=2, writer=255, n=7
            )

        self.patch(use_log_verify, "verify", verify)

    def test_a_verification_is_kept_with_its_figures(self):
        self.record()
        check = self.verify_now()
        self.assertEqual(check.state, "ok")
        self.assertEqual(check.user_id, self.compliance)
        self.assertGreaterEqual(check.done_count, 2)
        self.assertTrue(check.anchored_count)
        self.assertEqual(check.progress, 100)

    def test_a_verification_is_a_use_itself(self):
        self.uses()
        self.verify_now()
        self.assertIn("verify", [use["action"] for use in self.uses()])

    def test_a_misfit_is_named_and_told_to_compliance(self):
        self.tampered()
        check = self.verify_now()
        self.assertEqual((check.state, check.misfit), ("misfit", "mac"))
        self.assertEqual(check.misfit_place, "epoch 2, chain ff, number 7")
        activity = self.env["mail.activity"].search(
            [("user_id", "=", self.compliance.id)], order="id desc", limit=1
        )
        self.assertIn("chain ff", activity.note)
        self.assertEqual(self.status().check_state, "misfit")

    def test_wrong_keys_are_a_misfit(self):
        self.verify_now()
        from ..models import insurance_use_check

        def locked(known):
            raise insurance_use_check.vault_process.KeysRefused("fingerprint")

        self.patch(insurance_use_check.vault_process, "log_keys", locked)
        check = self.verify_now()
        self.assertEqual((check.state, check.misfit), ("misfit", "keys"))

    def test_a_fresh_verification_is_not_overdue(self):
        before = self.checks.sudo().search([])
        before.write({"date_end": fields.Datetime.now() - timedelta(days=9)})
        self.assertTrue(self.status().overdue)
        check = self.verify_now()
        self.assertFalse(self.status().overdue)
        check.sudo().date_end = fields.Datetime.now() - timedelta(hours=27)
        self.assertTrue(self.status().overdue)

    def test_a_job_that_was_switched_off_is_shown(self):
        self.assertFalse(self.status().cron_off)
        cron = self.env.ref(f"{MODULE}.cron_use_log_seal")
        cron.active = False
        self.assertEqual(self.status().cron_off, cron.name)

    def test_the_owner_of_the_tables_has_level_a(self):
        self.assertEqual(self.verify_now().level, "a")

    def test_only_compliance_verifies(self):
        for user in (self.agent, self.supervisor, self.insurance_admin):
            with self.assertRaises(AccessError):
                self.checks.with_user(user).action_verify()
            with self.assertRaises(AccessError):
                self.env["insurance.use.status"].with_user(user).create({})

    def test_verifications_are_evidence(self):
        check = self.verify_now()
        with self.assertRaises(UserError):
            check.sudo().unlink()

    def test_a_sealed_record_shows_its_proof(self):
        event = self.log.browse(self.record())
        proofs = self.env["insurance.use.proof"]
        self.assertFalse(proofs._of(event))
        epoch = self.seal()
        proof = proofs._of(event)
        self.assertTrue(proof.holds)
        self.assertIn(f'"epoch": {epoch}', proof.content)

    def test_a_record_that_is_not_sealed_yet_has_no_proof_on_the_screen(self):
        self.env.cr.execute(
            "INSERT INTO insurance_use_log (writer, n, date, user_id, action, result,"
            " mac) VALUES (1, 1, now(), 1, 'view', 'done', '') RETURNING id"
        )
        event = self.log.browse(self.env.cr.fetchone()[0])
        with self.assertRaises(UserError):
            event.with_user(self.compliance).action_proof()

    def test_the_minute_job_seals_and_tells_the_anchor(self):
        self.record()
        before = self.anchor.last()
        self.env["insurance.use.epoch"]._cron_seal()
        self.assertGreater(self.anchor.last(), before)
        self.env["insurance.use.epoch"]._cron_seal()
        self.assertEqual(len(self.anchor.known()), self.anchor.last())

    def test_compliance_gets_the_last_hash_by_mail_once(self):
        self.record()
        self.seal()
        self.compliance.email = "compliance@example.com"
        epochs = self.env["insurance.use.epoch"]
        # the transaction of the test has not seen the epoch that was sealed meanwhile
        mails = self.env["mail.mail"]
        before = mails.search_count([])
        epochs._cron_mail()
        sent = mails.search([], order="id desc", limit=mails.search_count([]) - before)
        mail = sent.filtered(lambda mail: "compliance@example.com" in mail.email_to)
        self.assertEqual(len(mail), 1)
        with self.cursor() as cr:
            cr.execute(
                "SELECT encode(hash, 'hex') FROM insurance_use_epoch"
                " ORDER BY id DESC LIMIT 1"
            )
            self.assertIn(cr.fetchone()[0], mail.body_html)
        epochs._cron_mail()
        self.assertEqual(mails.search_count([]), before + len(sent))
