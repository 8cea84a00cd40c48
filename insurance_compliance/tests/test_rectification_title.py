from odoo.tests import tagged

from .common_rectification import RectificationCase


@tagged("post_install", "-at_install")
class TestRectificationTitle(RectificationCase):
    """Whoever mends a finding reads it in the own language."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.source.update_field_translations(
            "name", {"en_US": "Test demand", "zh_CN": "测试要求"}
        )
        cls.source.description = "Where it shows."

    def _row(self, title):
        return self.ledger._find(
            self.source, title, "high", title, description=self.source.description
        )

    def _title(self, row, lang):
        return row.with_user(self.agent).with_context(lang=lang).title

    def test_finding_of_a_check_is_read_in_the_language_of_the_reader(self):
        row = self._begun()
        row.name = "Test demand"
        self.assertEqual(self._title(row, "zh_CN"), "测试要求")
        self.assertEqual(self._title(row, "en_US"), "Test demand")
        row.name = "测试要求"
        self.assertEqual(self._title(row, "en_US"), "Test demand")

    def test_what_somebody_has_written_stays_as_written(self):
        row = self._begun()
        row.name = "Three papers missing"
        self.assertEqual(self._title(row, "zh_CN"), "Three papers missing")
        row.description = "In the cabinet."
        self.assertEqual(row.found_text, "In the cabinet.")

    def test_finding_of_a_check_that_is_gone_keeps_its_words(self):
        row = self._row("Test demand")
        self.source.unlink()
        row.invalidate_recordset()
        self.assertEqual(row.title, "Test demand")
        self.assertEqual(row.found_text, "Where it shows.")
