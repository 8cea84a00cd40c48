from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .common import ArchiveCase


@tagged("post_install", "-at_install")
class TestVerification(ArchiveCase):
    """Going through the record with the client."""

    def _wizard(self, user=None):
        action = self.archive.with_user(user or self.agent).action_verify()
        return (
            self.env[action["res_model"]]
            .with_user(user or self.agent)
            .browse(action["res_id"])
        )

    def _reviews(self):
        return self.archive.interaction_ids.filtered(
            lambda interaction: interaction.purpose == "review"
        )

    def test_values_on_file_are_shown_and_corrected(self):
        with Form(self._wizard()) as form:
            self.assertEqual(form.name, "张伟")
            form.phone = "13900139000"
            form.contact = True
        form.record.action_confirm()
        self.assertEqual(self.partner.phone, "13900139000")

    def test_confirmed_parts_are_checked_by_the_user_today(self):
        wizard = self._wizard()
        wizard.contact = True
        wizard.action_confirm()
        checked = self.archive.block_ids.filtered("checked_on")
        self.assertEqual(checked.mapped("block"), ["contact"])
        self.assertEqual(checked.checked_by_id, self.agent)
        self.assertEqual(self.archive.accuracy_checked_on, fields.Date.today())

    def test_verification_is_an_interaction(self):
        wizard = self._wizard()
        wizard.write({"contact": True, "channel": "message", "note": "Has moved"})
        wizard.action_confirm()
        self.assertRecordValues(
            self._reviews(),
            [
                {
                    "channel": "message",
                    "outcome": "reached",
                    "client_words": "Has moved",
                    "user_id": self.agent.id,
                }
            ],
        )

    def test_nothing_ticked_is_refused(self):
        with self.assertRaisesRegex(UserError, "Tick"):
            self._wizard().action_confirm()

    def test_one_button_confirms_all_that_is_due(self):
        with freeze_time(self.archive.next_review_date):
            self._wizard().action_confirm_all()
        self.assertTrue(all(self.archive.block_ids.mapped("checked_on")))
        self.assertFalse(self.archive.freshness == "overdue")

    def test_client_not_reached_stays_due(self):
        before = self.archive.next_review_date
        self._wizard().action_not_reached()
        self.assertEqual(self._reviews().outcome, "not_reached")
        self.assertEqual(self.archive.next_review_date, before)
        self.assertFalse(self.archive.accuracy_checked_on)

    def test_others_cannot_verify_or_look_into_the_dialog(self):
        with self.assertRaises(AccessError):
            self._wizard(self.agent2)
        wizard = self._wizard()
        with self.assertRaises(AccessError):
            wizard.with_user(self.agent2).read(["name"])
        with self.assertRaises(AccessError):
            self.env["insurance.archive.verify"].with_user(self.agent2).create(
                {"archive_id": self.archive.id}
            )

    def test_onchange_reveals_nothing_of_a_hidden_archive(self):
        Wizard = self.env["insurance.archive.verify"].with_user(self.agent2)
        self.env.invalidate_all()
        try:
            answer = Wizard.onchange(
                {"archive_id": self.archive.id},
                ["archive_id"],
                {"name": {}, "phone": {}},
            )
        except AccessError:
            answer = ""
        self.assertNotIn("张伟", str(answer))
