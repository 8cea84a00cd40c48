from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .common import MatchCase

TEXTS = (
    "The terms pay the whole sum on diagnosis of any of thirty diseases; the list is "
    "longer than that of the old product, and the survival period is gone.",
    "Premiums of women in their forties rose by a tenth against last year's filed "
    "table; a term of twenty years stays cheaper than two of ten.",
    "Claims of the past year: four in five decided within ten days; most refusals were "
    "conditions that had not been declared, so each question must be read out.",
)


@tagged("post_install", "-at_install")
class TestDiligence(MatchCase):
    """Analyses of products: counted by their content."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.product = cls._product()

    def _analysis(self, text, user=None, **values):
        return (
            self.env["insurance.diligence"]
            .with_user(user or self.agent)
            .create({"product_id": self.product.id, "text": text, **values})
        )

    def test_missing_analyses_are_counted_by_kind(self):
        self.assertEqual(
            self.product._insurance_diligence_missing(),
            [("information", 0, 3), ("product", 0, 2)],
        )
        for text in TEXTS:
            self._analysis(text)
        self.assertEqual(
            self.product._insurance_diligence_missing(), [("product", 0, 2)]
        )
        self.assertIn("0", self.product.insurance_diligence_text)

    def test_a_copy_is_refused_whoever_writes_it(self):
        self._analysis(TEXTS[0])
        copy = TEXTS[0].upper().replace(";", " and") + " That is good."
        with self.assertRaisesRegex(UserError, "stands in the analysis"):
            self._analysis(copy, user=self.agent2, kind="product")

    def test_copies_inside_one_batch_are_refused(self):
        with self.assertRaisesRegex(UserError, "stands in the analysis"):
            self.env["insurance.diligence"].with_user(self.agent).create(
                [{"product_id": self.product.id, "text": TEXTS[0]}] * 2
            )

    def test_editors_without_clients_analyse_products(self):
        analysis = self._analysis(TEXTS[0], user=self.editor)
        self.assertEqual(analysis.author_id, self.editor)

    def test_a_word_is_no_analysis(self):
        for text in ("Fine.", "Good product. " * 40):
            with self.subTest(text), self.assertRaisesRegex(UserError, "too little"):
                self._analysis(text)

    def test_old_and_voided_analyses_do_not_count(self):
        analyses = [self._analysis(text) for text in TEXTS]
        analyses[0].with_user(self.specialist).void_reason = "Copied from a leaflet"
        self.assertEqual(analyses[0].voided_by_id, self.specialist)
        self.env.cr.execute(
            "UPDATE insurance_diligence SET date = date - 800 WHERE id = %s",
            [analyses[1].id],
        )
        self.env.invalidate_all()
        self.assertIn(
            ("information", 1, 3), self.product._insurance_diligence_missing()
        )

    def test_author_and_day_are_not_taken_from_the_caller(self):
        analysis = self._analysis(
            TEXTS[0], author_id=self.agent2.id, date="2020-01-01", void_reason="x"
        )
        self.assertEqual(analysis.author_id, self.agent)
        self.assertEqual(analysis.date, fields.Date.context_today(analysis))
        self.assertFalse(analysis.void_reason)

    def test_analyses_are_not_changed(self):
        analysis = self._analysis(TEXTS[0])
        with self.assertRaises(AccessError):
            analysis.void_reason = "I do not like it"
        with self.assertRaisesRegex(UserError, "can't be changed"):
            analysis.with_user(self.specialist).text = TEXTS[1]
        with self.assertRaisesRegex(UserError, "are kept"):
            analysis.sudo().unlink()

    def test_analysis_of_a_client_opens_with_the_client(self):
        analysis = self._analysis(TEXTS[0], kind="matching", archive_id=self.archive.id)
        self.assertTrue(analysis.with_user(self.agent).has_access("read"))
        self.assertFalse(analysis.with_user(self.agent2).has_access("read"))
        product = self.product.with_user(self.agent)
        self.assertIn(
            ("matching", 1, 3), product._insurance_diligence_missing(self.archive)
        )
        with self.assertRaises(AccessError):
            self._analysis(
                TEXTS[1],
                user=self.agent2,
                kind="matching",
                archive_id=self.archive.id,
            )

    def test_client_is_named_where_it_is_about_one_and_only_there(self):
        with self.assertRaisesRegex(ValidationError, "Name the client"):
            self._analysis(TEXTS[0], kind="matching")
        with self.assertRaisesRegex(ValidationError, "Name the client"):
            self._analysis(TEXTS[0], archive_id=self.archive.id)

    def test_counting_many_products_is_one_query(self):
        products = self.product | self._product() | self._product()
        products._insurance_diligence_counts()
        self.env.flush_all()
        with self.assertQueryCount(1):
            products._insurance_diligence_counts()
