from odoo import fields
from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from .common_consent import give_consent
from .common_share import ShareCase

WHOLE = ("identity", "phone", "income", "health_grade", "claims", "documents")
PURPOSES = (
    "sharing",
    "sharing_financial",
    "sharing_health",
    "sharing_claims",
    "sharing_documents",
)


@tagged("post_install", "-at_install")
class TestShareConsent(ShareCase):
    """Each kind of data of a packet rests on a consent of its own."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        now = fields.Datetime.now()
        cls.env["insurance.access.grant"]._issue(
            cls.agent,
            ["basic", "contact", "financial", "health", "claims", "documents"],
            cls.claim,
            fields.Datetime.subtract(now, hours=1),
            fields.Datetime.add(now, days=1),
            archives=cls.archive,
        )
        cls.env["insurance.share.policy"]._of("client_authorised").write(
            {"max_parts": 20, "excluded_slice": False}
        )

    def _consents(self, *codes):
        return give_consent(self.archive, *codes, recipient=self.insurer)

    def test_shipped_purposes_cover_all_that_a_packet_can_hold(self):
        consents = self._consents(*PURPOSES)
        share = self._delivered(
            parts=WHOLE, consent_ids=[fields.Command.set(consents.ids)]
        )
        self.assertEqual(share.state, "delivered")
        self.assertFalse(share.missing_consent)
        every_part = self.env["insurance.share.part"].search([])
        self.assertLessEqual(
            share.browse().new({"part_ids": every_part.ids})._slices(),
            set(consents.category_ids.mapped("code")),
        )

    def test_consent_to_the_address_gives_no_health(self):
        share = self._share(parts=("identity", "health_grade"))
        self.assertEqual(share.missing_consent, "Health")
        with self.assertRaisesRegex(UserError, "no valid separate consent.*Health"):
            share.action_submit()
        share.consent_ids |= self._consents("sharing_health")
        share.action_submit()
        self.assertEqual(share.state, "submitted")

    def test_sensitive_data_are_asked_about_apart(self):
        purpose = self.env["insurance.processing"]._of_code("sharing_health")
        address = self.env.ref("insurance_compliance.data_category_contact")
        with self.assertRaisesRegex(ValidationError, "a purpose of its own"):
            purpose.category_ids |= address

    def test_one_withdrawn_consent_of_several_ends_the_packet(self):
        consents = self._consents("sharing", "sharing_health")
        share = self._delivered(
            parts=("identity", "health_grade"),
            consent_ids=[fields.Command.set(consents.ids)],
        )
        self._withdraw(consents[1])
        self.assertRecordValues(share, [{"state": "ended", "end_reason": "consent"}])

    def test_consents_given_meanwhile_are_named_by_a_click(self):
        share = self._share(parts=("identity", "claims"), consent_ids=[])
        with self.assertRaisesRegex(UserError, "has not agreed yet.*Claims"):
            share.action_name_consents()
        consents = self.consent | self._consents("sharing_claims")
        share.action_name_consents()
        self.assertEqual(share.consent_ids, consents)
        share.action_submit()

    def test_health_of_another_recipient_is_no_health_for_this_one(self):
        other = self.env["res.partner"].create({"name": "Other Re"})
        consent = give_consent(self.archive, "sharing_health", recipient=other)
        share = self._share(parts=("identity", "health_grade"))
        share.consent_ids |= consent
        with self.assertRaisesRegex(UserError, "no valid separate consent"):
            share.action_submit()
