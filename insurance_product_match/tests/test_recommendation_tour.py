from odoo.tests import HttpCase, tagged

from .common_recommendation import RecommendationCase


@tagged("post_install", "-at_install")
class TestRecommendationTour(RecommendationCase, HttpCase):
    """An agent goes from the contact to a signed recommendation and a policy."""

    def _sell(self, lang):
        self.env["res.lang"]._activate_lang(lang)
        self.agent.lang = lang
        # what is on sale besides has demo data of its own
        others = self.env["product.template"].search(
            [("is_insurance", "=", True), ("id", "!=", self.product.id)]
        )
        others.sudo()._write({"insurance_state": "stopped"})
        others.invalidate_recordset()
        self.start_tour(
            f"/odoo/res.partner/{self.partner.id}",
            "insurance_recommendation_begin",
            login=self.agent.login,
        )
        advice = self.env["insurance.recommendation"].search(
            [("archive_id", "=", self.archive.id)]
        )
        self.assertEqual(advice.state, "recommend")
        self._rounds(advice.with_user(self.agent))
        self.env.flush_all()
        self.start_tour(
            f"/odoo/recommendations/{advice.id}",
            "insurance_recommendation_finish",
            login=self.agent.login,
        )
        self.env.invalidate_all()
        self.assertEqual(advice.state, "sold")
        self.assertEqual(advice.policy_ids.product_id, self.product)
        self.assertEqual(advice.evidence_ids.mapped("valid"), [True])

    def test_from_contact_to_policy_in_english(self):
        self._sell("en_US")

    def test_from_contact_to_policy_in_chinese(self):
        self._sell("zh_CN")
