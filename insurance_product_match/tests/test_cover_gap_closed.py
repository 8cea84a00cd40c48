from unittest.mock import patch

from odoo.tests import tagged

from .common_needs import NeedsCase


@tagged("post_install", "-at_install")
class TestCoverGapClosed(NeedsCase):
    """A need of ten yearly incomes tells the income: who may not know it sees none."""

    def _closing(self, *names):
        """Return a patch under which these fields are closed to all users."""
        real = type(self.archive)._has_field_access

        def has_field_access(archive, field, operation):
            closed = not archive.env.su and field.name in names
            return not closed and real(archive, field, operation)

        return patch.object(
            self.registry["insurance.archive"], "_has_field_access", has_field_access
        )

    def test_a_closed_income_hides_the_needs_made_of_it(self):
        with self._closing("income_band"):
            self.assertIsNone(self._gap("accident").need)
            self.assertTrue(self._gap("medical").need)

    def test_a_closed_band_that_is_empty_hides_nothing(self):
        self.archive.asset_band = False
        with self._closing("asset_band"):
            closed = self.archive.with_user(self.agent)._closed_bases()
        self.assertNotIn("assets", closed)

    def test_assessed_means_that_are_closed_hide_needs(self):
        self._assessed("finance", income_band="5")
        rule = self.env.ref(
            "insurance_product_match.insurance_assessment_finance_rule_read"
        )
        rule.domain_force = "[(0, '=', 1)]"
        closed = self.archive.with_user(self.agent)._closed_bases()
        self.assertLessEqual({"income", "debts", "savings"}, closed)

    def test_the_law_is_asked_of_what_is_true(self):
        with self._closing("income_band"):
            facts = self.archive.with_user(self.agent)._suitability_client()
        self.assertEqual(facts["income"], 120_000)
