from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import Form, tagged

from .common import MatchCase


@tagged("post_install", "-at_install")
class TestProductScreens(MatchCase):
    """The calculator, the list of what is wrong, the form of a product."""

    def _calculator(self, product, user=None):
        return Form(
            self.env["insurance.premium.calculator"]
            .with_user(user or self.agent)
            .with_context(default_product_id=product.id)
        )

    def test_calculator_shows_the_premium_while_one_types(self):
        product = self._sellable_product()
        with self._calculator(product) as form:
            form.birth_date = "1990-01-01"
            form.gender = "male"
            form.sum_insured = 200_000
            self.assertFalse(form.problem)
            self.assertEqual((form.instalment, form.total), (2000.0, 40_000.0))
            form.mode = "monthly"
            self.assertEqual(form.instalment, 180.0)
            form.sum_insured = 1
            self.assertIn("at least", form.problem)
            self.assertFalse(form.instalment)

    def test_calculator_compares_the_ways_to_pay(self):
        product = self._product()
        product.insurance_premium_ids = self._rates((18, 60, 18.0), payment_years=10)
        calculator = self.env["insurance.premium.calculator"].create(
            {"product_id": product.id, "age": 30, "gender": "male"}
        )
        self.assertEqual(
            {
                (line.mode, line.payment_years, line.instalment)
                for line in calculator.line_ids
            },
            {
                ("yearly", 10, 1800.0),
                ("monthly", 10, 162.0),
                ("yearly", 20, 1000.0),
                ("monthly", 20, 90.0),
            },
        )

    def test_calculator_says_that_a_draft_is_not_sold(self):
        form = self._calculator(self._product())
        self.assertIn("not approved", form.obstacle)

    def test_calculator_prices_things_without_an_age(self):
        product = self._product(
            insurance_category_id=self.env.ref(
                "insurance_client_archive.product_category_enterprise_property"
            ).id,
            insurance_min_age=0,
            insurance_max_age=150,
            insurance_premium_ids=self._rates((0, 150, 1.5)),
        )
        form = self._calculator(product)
        self.assertFalse(form.problem)
        self.assertEqual(form.annual, 150.0)

    def _findings(self, products):
        findings = self.env["insurance.product.finding"].search(
            [("product_id", "in", products.ids)]
        )
        return {(finding.product_id.id, finding.kind) for finding in findings}

    def test_doubles_and_gaps_are_listed(self):
        first = self._product(name="Guard 2000")
        second = self._product(
            name="guard-2000",
            insurance_filing_number=first.insurance_filing_number,
            insurance_premium_ids=self._rates((18, 40, 9.0)),
            insurance_fact_ids=[],
        )
        bare = self._product(insurance_premium_ids=[])
        found = self._findings(first | second | bare)
        self.assertEqual(
            found,
            {
                (first.id, "same_name"),
                (second.id, "same_name"),
                (first.id, "same_filing"),
                (second.id, "same_filing"),
                (second.id, "rate_gap"),
                (second.id, "no_source"),
                (bare.id, "no_rates"),
            },
        )

    def test_what_has_grown_old_is_listed(self):
        product = self._sellable_product()
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE product_template SET insurance_review_due = CURRENT_DATE - 1,"
            " insurance_on_sale_to = CURRENT_DATE - 1 WHERE id = %s",
            [product.id],
        )
        self.env.cr.execute(
            "UPDATE insurance_product_fact SET collected_on = '2001-01-01'"
            " WHERE product_id = %s",
            [product.id],
        )
        self.env.invalidate_all()
        self.assertEqual(
            {kind for _product, kind in self._findings(product)},
            {"overdue", "ended", "old_source", "no_analyses"},
        )

    def test_insurance_products_open_on_their_own_form(self):
        library = self.env.ref(
            "insurance_product_match.product_template_view_form_library"
        )
        product = self._product()
        umbrella = self.env["product.template"].create({"name": "Umbrella"})
        self.assertEqual(product.get_formview_id(), library.id)
        self.assertNotEqual(umbrella.get_formview_id(), library.id)

    def test_a_product_is_entered_on_its_form(self):
        with Form(
            self.env["product.template"]
            .with_user(self.editor)
            .with_context(default_is_insurance=True, default_type="service"),
            "insurance_product_match.product_template_view_form_library",
        ) as form:
            form.name = "Typed product"
            form.insurance_category_id = self.category
            with form.insurance_cover_ids.new() as cover:
                cover.cover_kind_id = self.kind
        product = form.record
        self.assertTrue(product.is_insurance)
        self.assertEqual(product.insurance_state, "draft")
        self.assertEqual(product.insurance_cover_ids.percent, 100)

    def test_sale_of_several_products_is_stopped_at_once(self):
        products = self._sellable_product() | self._sellable_product()
        move = self.env["insurance.product.move"].with_user(self.editor)
        move.create(
            {
                "product_ids": [Command.set(products.ids)],
                "target": "stopped",
                "reason": "Notice 12",
            }
        ).action_confirm()
        self.assertEqual(set(products.mapped("insurance_state")), {"stopped"})

    def test_agents_read_the_library_and_change_nothing(self):
        product = self._sellable_product().with_user(self.agent)
        self.assertTrue(product.insurance_premium_ids.rate)
        for records, values in (
            (product.insurance_cover_ids, {"percent": 1}),
            (product.insurance_premium_ids, {"rate": 1}),
            (product.insurance_fact_ids, {"text": "Mine"}),
            (product.insurance_review_ids, {"findings": "Mine"}),
            (product.insurance_change_ids, {"old_value": "Mine"}),
        ):
            with self.subTest(records._name):
                self.assertFalse(records.has_access("write"))
                with self.assertRaises(UserError):
                    records.write(values)

    def test_agents_note_the_market_and_keep_others_notes(self):
        Note = self.env["insurance.market.note"]
        note = Note.with_user(self.agent).create(
            {"name": "Rival", "finding": "Cheaper", "source": "Leaflet"}
        )
        self.assertEqual(note.user_id, self.agent)
        with self.assertRaises(AccessError):
            note.with_user(self.agent2).finding = "Dearer"
        note.with_user(self.editor).consequence = "None"
