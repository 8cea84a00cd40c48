from odoo.tests import tagged

from odoo.addons.insurance_client_archive import use_log_reads

from .common_recommendation import RecommendationCase


@tagged("post_install", "-at_install")
class TestDiligenceUse(RecommendationCase):
    """Reading what was analysed about a client is a use of the archive."""

    def _read(self, records):
        seen = []
        original = use_log_reads.log_read

        def log(found, names, field=None):
            seen.append((found, field))
            return original(found, names, field)

        self.patch(use_log_reads, "log_read", log)
        records.with_user(self.agent).web_read({"text": {}})
        return seen

    def test_analysis_of_a_client_is_recorded_with_the_archive(self):
        advice = self._advice("talk")
        analyses = self.env["insurance.diligence"].search(
            [("recommendation_id", "=", advice.id)]
        )
        [(found, field)] = self._read(analyses)
        self.assertEqual((found, field), (analyses, "archive_id"))
        self.assertEqual(found.archive_id, self.archive)

    def test_analysis_of_a_product_alone_is_no_use(self):
        of_product = self.env["insurance.diligence"].search(
            [("product_id", "=", self.product.id), ("archive_id", "=", False)]
        )
        self.assertTrue(of_product)
        [(found, _field)] = self._read(of_product)
        self.assertFalse(found)
