from odoo.exceptions import UserError
from odoo.tests import tagged

from .common_recommendation import RecommendationCase


@tagged("post_install", "-at_install")
class TestRecommendationMatch(RecommendationCase):
    """Products from the matching need no reason; others do."""

    def _matched(self):
        advice = self._advice("match")
        advice.action_find_products()
        return advice

    def test_matching_proposes_and_no_reason_is_asked(self):
        advice = self._matched()
        self.assertTrue(advice.match_id)
        self.assertTrue(advice.line_ids)
        self.assertEqual(set(advice.line_ids.mapped("source")), {"engine"})
        advice.line_ids.filtered(lambda line: line.premium <= 0).unlink()
        advice.line_ids.filtered(lambda line: line.severity == "stop").unlink()
        if advice.line_ids:
            advice.state = "recommend"

    def test_find_again_adds_nothing_twice(self):
        advice = self._matched()
        products = advice.line_ids.product_id
        advice.action_find_products()
        self.assertEqual(len(advice.line_ids), len(products))

    def test_match_is_not_named_by_hand(self):
        advice = self._matched()
        other = self._advice()
        with self.assertRaises(UserError):
            other.match_id = advice.match_id

    def test_products_are_looked_for_in_their_step(self):
        with self.assertRaises(UserError):
            self._advice().action_find_products()
