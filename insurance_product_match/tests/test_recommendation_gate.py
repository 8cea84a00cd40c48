from unittest.mock import patch

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common_recommendation import RecommendationCase


@tagged("post_install", "-at_install")
class TestRecommendationGate(RecommendationCase):
    """What the law forbids is refused at each step, with reason and article."""

    def _refused(self, advice, state, code):
        article = self.env["insurance.regulation"].search([("code", "=", code)])
        self.assertTrue(article, code)
        with self.assertRaises(UserError) as refused:
            advice.state = state
        self.assertIn(article.display_name, str(refused.exception))

    def test_stale_assessment_is_refused(self):
        advice = self._advice("match")
        self._line(advice)
        self.archive.assessment_ids.valid_until = "2020-01-01"
        self._refused(advice, "recommend", "SM-34")

    def test_assessment_that_ends_during_the_talk_stops_the_sale(self):
        advice = self._advice("confirmed")
        self.archive.assessment_ids.valid_until = "2020-01-01"
        self._refused(advice, "sold", "SM-34")

    def test_product_above_the_tolerance_is_refused(self):
        self._assessed("tolerance", 0.3)
        # graded by the insurer, as an administrator of the database could do
        self.product.sudo()._write({"insurance_grade": "p4"})
        self.product.invalidate_recordset()
        advice = self._advice("match")
        self._line(advice)
        self._refused(advice, "recommend", "SM-13")

    def test_unlicensed_agent_sells_nothing(self):
        advice = self._advice("match")
        self._line(advice)
        profiles = self.env["insurance.agent.profile"]
        profiles.search([("user_id", "=", self.agent.id)]).licence_until = "2020-01-01"
        self._refused(advice, "recommend", "SM-16")

    def test_unaffordable_premium_is_refused(self):
        dear = self._sellable_product(
            name="Dear", insurance_premium_ids=self._rates((18, 60, 900.0))
        )
        advice = self._advice("match")
        self._line(advice, product_id=dear.id, sum_insured=1_000_000)
        with self.assertRaises(UserError):
            advice.state = "recommend"
        self.assertIn(advice.line_ids.severity, ("block", "stop"))

    def test_client_who_insists_signs_for_it(self):
        advice = self._advice("match")
        line = self._line(advice)
        with self._found("stop", "SM-38"):
            line._evaluate()
            self._refused(advice, "recommend", "SM-38")
            line.write({"insists": True, "insists_text": "I want it all the same"})
            self.assertTrue(line.advised_on)
            advice.state = "recommend"
            self._prepare_talk(advice)
            advice.state = "talk"
            self._prepare_confirmed(advice)
            self.assertEqual(advice.signatures_due, "insistence,confirmation")
            with self.assertRaises(UserError):
                self._sign(advice)
            self._sign(advice, "insistence")
            self._sign(advice)
            self.assertEqual(advice.state, "confirmed")

    def test_declaration_under_article_39_is_signed_first(self):
        advice = self._advice("match")
        line = self._line(advice)
        with self._found("sign", "SM-39"):
            line._evaluate()
            advice.state = "recommend"
            self._prepare_talk(advice)
            advice.state = "talk"
            self._prepare_confirmed(advice)
            with self.assertRaises(UserError):
                self._sign(advice)
            self._sign(advice, "declaration")
            self._sign(advice)
        self.assertEqual(
            set(advice.evidence_ids.mapped("kind")), {"declaration", "confirmation"}
        )

    def test_without_a_profile_the_agent_chooses_and_says_why(self):
        advice = self._advice(personalised=False)
        advice.state = "match"
        self._line(advice)
        advice.state = "recommend"
        self.assertEqual(advice.line_ids.source, "manual")

    def test_quotation_only_where_there_is_no_table(self):
        advice = self._advice("match")
        line = self._line(advice, quoted_premium=1, quotation="Q1")
        self.assertEqual(line.premium, 2_000)

    def test_premium_of_an_age_that_is_not_sold_is_missing(self):
        advice = self._advice("match")
        child = self.env["insurance.related.person"].create(
            {
                "archive_id": self.archive.id,
                "name": "小明",
                "relation": "child",
                "gender": "male",
                "birth_date": fields.Date.subtract(fields.Date.today(), years=5),
            }
        )
        line = self._line(advice, insured_id=child.id)
        self.assertFalse(line.premium)
        self.assertTrue(line.premium_problem)
        with self.assertRaises(UserError):
            advice.state = "recommend"

    def _found(self, severity, code):
        """Let the suitability checks find one thing on each product."""
        regulation = self.env["insurance.regulation"].search([("code", "=", code)])
        finding = {
            "code": "test",
            "severity": severity,
            "reason": "Found",
            "regulation_id": regulation.id,
        }
        line = self.env.registry["insurance.recommendation.line"]
        return patch.object(line, "_findings", lambda self: [finding])
