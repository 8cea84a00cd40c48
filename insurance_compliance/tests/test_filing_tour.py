from odoo.tests import HttpCase, tagged

from .common_filing import FilingCase


@tagged("post_install", "-at_install")
class TestFilingTour(FilingCase, HttpCase):
    """From the overview to the inspection of what a test has found."""

    def _tour(self, lang):
        self.env["res.lang"]._activate_lang(lang)
        self.archivist.lang = lang
        self._file()
        self._write_sql(
            "INSERT INTO mail_followers (res_model, res_id, partner_id)"
            " VALUES ('insurance.archive', %s, %s)",
            self.archive.id,
            self.agent2.partner_id.id,
        )
        self.archive._test_properties("demand")
        self.start_tour(
            "/odoo/records-overview",
            "insurance_filing_control",
            login=self.archivist.login,
        )
        inspection = self.env["insurance.inspection"].search(
            [("archive_id", "=", self.archive.id)]
        )
        self.assertEqual(inspection.security, "failed")
        self.assertEqual(inspection.inspector_id, self.archivist)

    def test_failed_test_becomes_an_inspection(self):
        self._tour("en_US")

    def test_the_same_in_chinese(self):
        self._tour("zh_CN")
