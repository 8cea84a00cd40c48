from odoo.exceptions import UserError
from odoo.tests import tagged

from .common_segments import SegmentCase


@tagged("post_install", "-at_install")
class TestClassNotice(SegmentCase):
    """The class of a client is felt where people work: warnings, claims, prices."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Notice = cls.env["insurance.class.notice"]
        cls.Notice.search([]).active = False
        cls.policy = cls._issued()
        # superuser: as a scorecard would set it
        cls.archive.sudo().behaviour = "dissatisfied"

    def _notice(self, **values):
        return self.Notice.create(
            {
                "name": "Dissatisfied",
                "segment_id": self._segment("behaviour", "dissatisfied").id,
                "level": "warning",
                "text": "Settle the complaint first",
                **values,
            }
        )

    def _claim(self, **values):
        return (
            self.env["insurance.claim"]
            .with_user(self.agent)
            .create({"policy_id": self.policy.id, **values})
        )

    def test_warning_is_shown_where_it_belongs_and_nowhere_else(self):
        self._notice(on_client=True, on_lead=True)
        lead = self.env["crm.lead"].create(
            {"name": "x", "partner_id": self.partner.id, "user_id": self.agent.id}
        )
        text = "Dissatisfied: Settle the complaint first"
        self.assertEqual(self.archive.with_user(self.agent).class_warning, text)
        self.assertEqual(lead.with_user(self.agent).class_warning, text)
        self.assertFalse(self.archive.with_user(self.agent).class_hint)
        self.assertFalse(self.policy.with_user(self.agent).class_warning)

    def test_warning_follows_the_class(self):
        self._notice(on_client=True)
        self.archive.sudo().behaviour = "steady"
        self.assertFalse(self.archive.with_user(self.agent).class_warning)

    def test_whoever_may_not_open_the_client_reads_nothing_of_the_class(self):
        self._notice(on_lead=True)
        lead = self.env["crm.lead"].create(
            {"name": "x", "partner_id": self.partner.id, "user_id": self.agent2.id}
        )
        self.assertFalse(lead.with_user(self.agent2).class_warning)

    def test_notice_of_product_categories_is_for_them_alone(self):
        category = self.policy.product_id.insurance_category_id
        notice = self._notice(on_policy=True, category_ids=[(4, category.id)])
        self.assertTrue(self.policy.with_user(self.agent).class_warning)
        other = self.env["insurance.product.category"].search(
            [("id", "!=", category.id)], limit=1
        )
        notice.category_ids = other
        self.policy.invalidate_recordset()
        self.assertFalse(self.policy.with_user(self.agent).class_warning)

    def test_claim_of_the_class_waits_for_a_second_look(self):
        self._notice(on_claim=True, claim_way="second_look")
        claim = self._claim(handling="first")
        self.assertEqual(claim.handling, "second_look")
        claim.write(
            {
                "state": "assessing",
                "decision": "accepted",
                "approved_amount": 100,
            }
        )
        with self.assertRaisesRegex(UserError, "second person"):
            claim.write({"state": "decided"})
        with self.assertRaisesRegex(UserError, "yourself"):
            claim.action_second_look()
        with self.assertRaises(UserError):
            claim.second_look_by_id = self.agent
        claim.with_user(self.supervisor).action_second_look()
        claim.write({"state": "decided"})
        self.assertEqual(claim.second_look_by_id, self.supervisor)
        claim.write({"state": "assessing", "state_reason": "New papers"})
        self.assertFalse(claim.second_look_by_id)

    def test_weightier_way_wins_and_other_claims_have_none(self):
        self.assertFalse(self._claim().handling)
        self._notice(on_claim=True, claim_way="second_look")
        self._notice(on_claim=True, claim_way="first")
        self.assertEqual(self._claim().handling, "second_look")

    def test_claim_decided_elsewhere_needs_no_second_look(self):
        self._notice(on_claim=True, claim_way="second_look")
        claim = self._claim(state="closed")
        self.assertFalse(claim.handling)

    def test_shipped_notices_name_a_class_and_an_occasion(self):
        notices = self.Notice.with_context(active_test=False).search([])
        shipped = notices.filtered(lambda notice: notice.get_external_id()[notice.id])
        self.assertGreaterEqual(len(shipped), 10)
        for notice in shipped:
            occasions = ("client", "lead", "policy", "claim", "advice")
            self.assertTrue(any(notice[f"on_{name}"] for name in occasions))
