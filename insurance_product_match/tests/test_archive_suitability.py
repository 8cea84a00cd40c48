from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common_needs import NeedsCase

TERMS = {
    "sum_insured": 300_000,
    "annual_premium": 3000,
    "single_premium": False,
    "payment_years": 20,
    "term_years": 20,
}


@tagged("post_install", "-at_install")
class TestArchiveSuitability(NeedsCase):
    def _codes(self, product, user=None, **terms):
        archive = self.archive.with_user(user or self.agent)
        found = archive._suitability(product.with_user(self.agent), {**TERMS, **terms})
        return {finding.code: finding for finding in found}

    def _assess(self):
        self._assessed("need", 0.5, budget="20000")
        self._assessed("finance", income_band="3", asset_band="3", budget="20000")

    def test_what_fits_has_no_findings(self):
        self._assess()
        self.assertEqual(self._codes(self._product()), {})

    def test_nothing_is_sold_before_it_is_assessed(self):
        found = self._codes(self._product())
        self.assertEqual(
            {code: one.regulation.code for code, one in found.items()},
            {"need_missing": "SM-34", "finance_missing": "SM-34"},
        )

    def test_a_stale_assessment_is_none(self):
        self._assess()
        self.archive.assessment_ids.valid_until = "2020-01-01"
        self.assertIn("finance_expired", self._codes(self._product()))

    def test_above_the_tolerance_is_refused_with_its_article(self):
        self._assess()
        self._assessed("tolerance", 0.3)
        product = self._product(insurance_grade="p5")
        finding = self._codes(product)["above_tolerance"]
        self.assertEqual(finding.severity, "block")
        self.assertEqual(finding.regulation.code, "SM-13")
        self.assertIn("above_tolerance_wish", self._codes(product, wish=True))

    def test_a_changed_class_blocks_until_it_is_confirmed(self):
        self._assess()
        self._assessed("tolerance", 0.3)
        self._assessed("tolerance", 1)
        product = self._product(
            insurance_grade="p3", insurance_new_type="participating"
        )
        self.assertIn("tolerance_changed", self._codes(product))
        self.archive.assessment_ids[0].with_user(self.agent).action_confirm()
        self.assertNotIn("tolerance_changed", self._codes(product))

    def test_of_two_ratings_the_higher_counts(self):
        self._assess()
        self._assessed("tolerance", 0.6)
        product = self._product(insurance_second_grade="p5")
        self.assertLessEqual(
            {"above_tolerance", "grades_differ"}, set(self._codes(product))
        )

    def test_premiums_in_force_are_paid_from_the_same_income(self):
        self._assess()
        product = self._product()
        self.assertNotIn("unaffordable", self._codes(product))
        self._in_force(product, 100_000, premium=34_000)
        self.assertIn("unaffordable", self._codes(product))

    def test_no_amount_of_the_client_is_named(self):
        self._assess()
        product = self._product(insurance_new_type="universal", insurance_grade="p3")
        self._assessed("tolerance", 1)
        found = self._codes(product, annual_premium=1_000_000)
        for finding in found.values():
            self.assertNotIn("120", finding.reason)
            self.assertTrue(finding.reason)

    def test_a_court_can_limit_the_capacity(self):
        self._assess()
        self.archive.legal_capacity = "limited"
        self.assertIn("no_capacity", self._codes(self._product()))

    def test_clients_of_others_are_not_judged(self):
        product = self._product()
        with self.assertRaises(AccessError):
            self._codes(product, user=self.agent2)

    def test_each_finding_has_words_and_an_article(self):
        reasons = self.env["insurance.archive"]._suitability_reasons(
            self.env["insurance.archive"]._suitability_parameters()
        )
        self.assertTrue(all(reasons.values()))
        articles = [
            *("SM-12", "SM-13", "SM-18", "SM-19", "SM-22", "SM-29", "SM-32"),
            *("SM-34", "SM-36", "SM-38", "SM-39", "SM-40", "SCM-22", "SCM-28"),
        ]
        found = self.env["insurance.archive"]._regulations(articles)
        self.assertTrue(all(found.values()))
