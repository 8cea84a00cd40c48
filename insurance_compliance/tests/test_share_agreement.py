from psycopg2 import IntegrityError

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common_impact import assess
from .common_share import ShareCase


@tagged("post_install", "-at_install")
class TestShareAgreement(ShareCase):
    """What a partner may get is written down, approved, and ends."""

    def _cooperation(self, agreement, **values):
        return self._share(kind="cooperation", agreement_id=agreement.id, **values)

    def test_second_person_approves(self):
        agreement = self._agreement(approve=False)
        agreement.state = "submitted"
        with self.assertRaisesRegex(AccessError, "Somebody else"):
            agreement.state = "approved"
        assess(agreement, self.compliance, self.compliance2)
        agreement.with_user(self.compliance2).state = "approved"
        self.assertEqual(agreement.approver_id, self.compliance2)
        self.assertTrue(agreement.in_force)

    def test_incomplete_agreement_is_not_submitted(self):
        agreement = self._agreement(approve=False, document_hash=False, liability=False)
        with self.assertRaisesRegex(UserError, "Liability.*SHA-256"):
            agreement.state = "submitted"

    def test_approved_terms_stay(self):
        agreement = self._agreement()
        with self.assertRaisesRegex(UserError, "prepare a new one"):
            agreement.slice_health = True
        with self.assertRaises(AccessError):
            agreement.approver_id = self.compliance
        agreement.checked_on = fields.Date.today()
        with self.assertRaises(UserError):
            agreement.unlink()

    def test_partner_abroad_is_refused_unless_allowed(self):
        self.insurer.country_id = self.env.ref("base.de")
        agreement = self._agreement(approve=False)
        self.assertTrue(agreement.is_foreign)
        with self.assertRaisesRegex(UserError, "38 to 40"):
            agreement.state = "submitted"

    def test_sharing_needs_an_agreement_in_force(self):
        today = fields.Date.today()
        draft = self._agreement(approve=False)
        future = self._agreement(date_from=fields.Date.add(today, days=5))
        for agreement in (draft, future):
            with self.assertRaisesRegex(UserError, "no agreement in force"):
                self._cooperation(agreement).action_submit()

    def test_sharing_stays_within_the_agreement(self):
        agreement = self._agreement()
        for values, words in (
            ({"parts": ("identity", "claims")}, "covers only"),
            (
                {
                    "purpose_id": self.env.ref(
                        "insurance_client_archive.purpose_quotation"
                    ).id
                },
                "is not for",
            ),
        ):
            share = self._cooperation(agreement, **values)
            with self.subTest(words), self.assertRaisesRegex(UserError, words):
                share.action_submit()
        other = self.env["res.partner"].create({"name": "Other", "is_company": True})
        foreign_agreement = self._agreement(partner_id=other.id)
        with self.assertRaisesRegex(UserError, "somebody else"):
            self._cooperation(foreign_agreement).action_submit()

    def test_partner_that_decides_itself_needs_the_client_s_consent_too(self):
        share = self._cooperation(self._agreement(), consent_ids=[])
        with self.assertRaisesRegex(UserError, "consent"):
            share.action_submit()

    def test_shares_end_with_the_agreement(self):
        agreement = self._agreement()
        share = self._delivered(kind="cooperation", agreement_id=agreement.id)
        agreement.write({"state": "ended", "state_reason": "Notice given"})
        self.assertRecordValues(share, [{"state": "ended", "end_reason": "agreement"}])

    def test_agreement_that_ends_soon_is_marked(self):
        soon = self._agreement(date_to=fields.Date.add(fields.Date.today(), days=20))
        later = self._agreement()
        self.assertTrue(soon.expiring)
        found = self.env["insurance.share.agreement"].search([("expiring", "=", True)])
        self.assertIn(soon, found)
        self.assertNotIn(later, found)

    def test_hash_has_the_form_of_one(self):
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            self._agreement(approve=False, document_hash="abc").flush_recordset()

    @mute_logger("odoo.addons.base.models.ir_model")
    def test_agents_read_agreements_and_change_none(self):
        agreement = self._agreement().with_user(self.agent)
        self.assertTrue(agreement.number)
        with self.assertRaises(AccessError):
            agreement.write({"state": "ended", "state_reason": "x"})
