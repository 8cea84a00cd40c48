from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common_recommendation import RecommendationCase


@tagged("post_install", "-at_install")
class TestRecommendationOutcome(RecommendationCase):
    """What comes of advice: policies, the opportunity's stage, and the figures."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.lead = (
            cls.env["crm.lead"]
            .with_user(cls.agent)
            .create(
                {
                    "name": "Family",
                    "type": "opportunity",
                    "partner_id": cls.partner.id,
                    "team_id": cls.team_a.id,
                }
            )
        )

    def test_sale_wins_the_opportunity_with_its_premium(self):
        self._advice("sold", lead_id=self.lead.id)
        self.assertTrue(self.lead.stage_id.is_won)
        self.assertEqual(self.lead.expected_revenue, 2_000)

    def test_talk_moves_the_opportunity_on_and_never_back(self):
        stages = self.env["crm.stage"].search([], order="sequence")
        stages.insurance_step = False
        stages[1].insurance_step = "talk"
        self.lead.stage_id = stages[0]
        advice = self._advice("talk", lead_id=self.lead.id)
        self.assertEqual(self.lead.stage_id, stages[1])
        self.lead.stage_id = stages[2]
        advice.state = "recommend"
        advice.state = "talk"
        self.assertEqual(self.lead.stage_id, stages[2])

    def test_client_who_declines_says_why_and_the_opportunity_is_lost(self):
        advice = self._advice("talk", lead_id=self.lead.id)
        with self.assertRaises(UserError):
            advice.state = "declined"
        advice.write({"state": "declined", "state_reason": "Too expensive"})
        self.assertEqual(self.lead.won_status, "lost")

    def test_lost_opportunity_closes_its_advice(self):
        talked = self._advice("talk", lead_id=self.lead.id)
        begun = self._advice(lead_id=self.lead.id)
        self.lead.with_user(self.agent).action_set_lost()
        self.assertEqual(talked.state, "declined")
        self.assertEqual(begun.state, "cancelled")

    def test_opportunity_of_another_client_is_refused(self):
        stranger = self._archive(name="王芳")
        lead = self.env["crm.lead"].create(
            {"name": "Other", "partner_id": stranger.partner_id.id}
        )
        with self.assertRaises(UserError):
            self._advice(lead_id=lead.id)

    def test_figures_of_the_effect_are_those_of_the_records(self):
        sold = self._advice("sold")
        policy = sold.policy_ids
        policy.write(
            {
                "number": f"P{next(self.numbers)}",
                "statutory_beneficiaries": True,
                "start_date": fields.Date.subtract(fields.Date.today(), months=20),
            }
        )
        policy.state = "active"
        other, third = (self._analysed(f"Other {number}") for number in (1, 2))
        declined = self._advice("talk", product=other)
        declined.write({"state": "declined", "state_reason": "Later"})
        self._advice("talk", product=third)
        self.env.flush_all()
        effect = self.env["insurance.recommendation.effect"].with_user(self.agent)
        [figures] = effect._read_group(
            [("archive_id", "=", self.archive.id)],
            aggregates=[
                "__count",
                "sold:sum",
                "sold_premium:sum",
                "recommended_premium:sum",
                "conversion:avg",
                "accuracy:avg",
                "kept_13:avg",
                "kept_25:avg",
            ],
        )
        self.assertEqual(figures, (3, 1, 2_000, 6_000, 50, 0, 100, False))
        policy.write({"state": "surrendered", "state_reason": "Money was needed"})
        # superuser: the day on which it was given up
        policy.sudo().state_date = fields.Date.subtract(fields.Date.today(), months=10)
        self.env.flush_all()
        effect.invalidate_model()
        [(kept,)] = effect._read_group(
            [("archive_id", "=", self.archive.id)], aggregates=["kept_13:avg"]
        )
        self.assertEqual(kept, 0)

    def _analysed(self, name):
        product = self._sellable_product(name=name)
        self._analyse(product)
        return product

    def test_outsiders_see_no_figures(self):
        self._advice("talk")
        self.env.flush_all()
        effect = self.env["insurance.recommendation.effect"].with_user(self.agent2)
        self.assertFalse(effect.search([("archive_id", "=", self.archive.id)]))
