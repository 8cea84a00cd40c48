from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import new_test_user, tagged

from .common import CHECKED, MODULE, MatchCase


@tagged("post_install", "-at_install")
class TestProductLife(MatchCase):
    """Draft, reviewed by somebody else, approved, on sale, stopped."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.product = cls._product()

    def _sold(self, product, on=None):
        Product = self.env["product.template"]
        found = Product.search(
            [("id", "=", product.id), *Product._insurance_sellable_domain(on)]
        )
        self.assertEqual(not found, bool(product._insurance_sale_obstacle(on)))
        return bool(found)

    def test_draft_is_not_sold_and_an_approved_one_is(self):
        self.assertFalse(self._sold(self.product))
        self._approve(self.product)
        self.assertTrue(self._sold(self.product))
        self.assertEqual(self.product.insurance_version, 1)

    def test_sale_ends_with_its_day_and_with_the_review(self):
        today = fields.Date.today()
        product = self._sellable_product(insurance_on_sale_to=today)
        self.assertTrue(self._sold(product))
        self.assertFalse(self._sold(product, fields.Date.add(today, days=1)))
        self._approve(self.product)
        self.assertFalse(self._sold(self.product, fields.Date.add(today, years=2)))
        self.assertFalse(self._sold(self.product, fields.Date.subtract(today, years=2)))

    def test_filter_on_sale_finds_the_same_products(self):
        self._approve(self.product)
        Product = self.env["product.template"].with_context(active_test=False)
        mine = [("id", "=", self.product.id)]
        self.assertTrue(Product.search([*mine, ("insurance_sellable", "=", True)]))
        self.assertFalse(Product.search([*mine, ("insurance_sellable", "=", False)]))

    def test_what_is_missing_is_said_before_submission(self):
        product = self._product(insurance_exclusions=False, insurance_grade=False)
        with self.assertRaisesRegex(UserError, "Exclusions"):
            product.action_insurance_submit()
        self.assertIn("Product grade", product.insurance_missing)

    def test_what_is_taken_out_with_the_submission_is_missing(self):
        self.product.write({"insurance_state": "review", "insurance_exclusions": False})
        with self.assertRaisesRegex(UserError, "Exclusions"):
            self._review(self.product)

    def test_long_contracts_need_their_cooling_off(self):
        product = self._product(insurance_cooling_off_days=5)
        with self.assertRaisesRegex(UserError, "Cooling-off"):
            product.action_insurance_submit()

    def test_editor_does_not_approve(self):
        self.product.action_insurance_submit()
        with self.assertRaises(AccessError):
            self.env["insurance.product.review"].with_user(self.editor).create(
                {"product_id": self.product.id, **CHECKED}
            )
        with self.assertRaisesRegex(UserError, "review of a specialist"):
            self.product.write({"insurance_state": "approved"})

    def test_specialist_does_not_approve_own_work(self):
        self.product.with_user(self.specialist).insurance_min_age = 20
        self.product.action_insurance_submit()
        with self.assertRaisesRegex(UserError, "entered or changed"):
            self._review(self.product)

    def test_specialist_does_not_approve_own_translations(self):
        product = self.product.with_user(self.specialist)
        # the variant leads to the same words
        for record in (product, product.product_variant_id):
            with self.subTest(record._name):
                record.update_field_translations(
                    "insurance_exclusions", {"en_US": f"None, says {record._name}"}
                )
                self.assertIn("None", self.product.insurance_exclusions)
                self.assertIn(self.specialist, self.product._insurance_editors())
        self.product.action_insurance_submit()
        with self.assertRaisesRegex(UserError, "entered or changed"):
            self._review(self.product)

    def test_translations_promise_nothing_either(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        product = self.product.with_user(self.editor).with_context(lang="en_US")
        product.insurance_summary = "Pays once"
        with self.assertRaises(ValidationError):
            product.update_field_translations(
                "insurance_summary", {"zh_CN": "保本保息，稳赚不赔"}
            )

    def test_specialist_does_not_approve_own_submission(self):
        self.product.with_user(self.specialist).action_insurance_submit()
        with self.assertRaisesRegex(UserError, "entered or changed"):
            self._review(self.product)

    def test_review_of_an_earlier_submission_approves_nothing(self):
        self._approve(self.product)
        self.product.write(
            {"insurance_state": "draft", "insurance_state_reason": "New rates"}
        )
        self.product.action_insurance_submit()
        with self.assertRaisesRegex(UserError, "review of a specialist"):
            self.product.with_user(self.specialist).write(
                {"insurance_state": "approved"}
            )

    def test_all_must_be_checked_before_a_product_is_fit(self):
        self.product.action_insurance_submit()
        with self.assertRaisesRegex(ValidationError, "Exclusions"):
            self._review(self.product, exclusions_checked=False)

    def test_rework_needs_words_and_sends_back(self):
        self.product.action_insurance_submit()
        with self.assertRaisesRegex(ValidationError, "what was found"):
            self._review(self.product, "rework", findings=" ")
        self._review(self.product, "rework", findings="Rates of 40 to 45 differ")
        self.assertEqual(self.product.insurance_state, "draft")
        self.assertIn("Rates of 40", self.product.insurance_state_reason)

    def test_renewed_review_moves_the_due_date(self):
        self._approve(self.product)
        due = fields.Date.add(fields.Date.today(), months=2)
        self._review(self.product, next_due=due)
        self.assertEqual(self.product.insurance_review_due, due)
        self.assertEqual(self.product.insurance_version, 1)

    def test_next_review_can_not_be_put_off_for_years(self):
        self.product.action_insurance_submit()
        with self.assertRaisesRegex(ValidationError, "next review"):
            self._review(
                self.product, next_due=fields.Date.add(fields.Date.today(), years=5)
            )

    def test_stop_needs_a_reason_and_ends_the_sale(self):
        self._approve(self.product)
        with self.assertRaisesRegex(UserError, "Say why"):
            self.product.write({"insurance_state": "stopped"})
        self.product.write(
            {"insurance_state": "stopped", "insurance_state_reason": "Notice 12"}
        )
        self.assertFalse(self._sold(self.product))

    def test_withdrawn_is_the_end(self):
        self.product.write(
            {"insurance_state": "withdrawn", "insurance_state_reason": "Never sold"}
        )
        with self.assertRaisesRegex(UserError, "can't become"):
            self.product.action_insurance_submit()

    def test_approved_terms_are_locked(self):
        self._approve(self.product)
        for values in (
            {"insurance_max_age": 70},
            {"name": "Other"},
            {"insurance_exclusions": "None"},
            {"insurance_on_sale_to": "2099-01-01"},
            {"is_insurance": False},
        ):
            with self.subTest(values), self.assertRaisesRegex(UserError, "not a draft"):
                self.product.write(values)
        self.product.list_price = 3  # no insurance matter

    def test_counters_are_not_written_by_callers(self):
        with self.assertRaisesRegex(UserError, "counted by the product"):
            self.product.write({"insurance_version": 9})
        with self.assertRaisesRegex(UserError, "A new product is a draft"):
            self._product(insurance_state="approved")

    def test_only_editors_enter_insurance_products(self):
        seller = new_test_user(
            self.env, "test seller", "product.group_product_manager,base.group_user"
        )
        Product = self.env["product.template"].with_user(seller)
        self.assertTrue(Product.create({"name": "Umbrella"}))
        with self.assertRaisesRegex(AccessError, "Only product editors"):
            Product.create(
                {
                    "name": "Policy",
                    "is_insurance": True,
                    "insurance_category_id": self.category.id,
                }
            )
        for values in ({"name": "Mine"}, {"insurance_state": "review"}):
            with self.assertRaisesRegex(AccessError, "Only product editors"):
                self.product.with_user(seller).write(values)

    def test_reviews_and_history_are_kept(self):
        self._approve(self.product)
        with self.assertRaisesRegex(UserError, "can't be changed"):
            self.product.insurance_review_ids.verdict = "stop"
        with self.assertRaisesRegex(UserError, "are kept"):
            self.product.sudo().insurance_review_ids.unlink()
        with self.assertRaisesRegex(UserError, "history"):
            self.product.sudo().insurance_change_ids.unlink()
        with self.assertRaisesRegex(UserError, "withdraw it"):
            self.product.unlink()

    def test_history_tells_who_changed_what(self):
        self.product.insurance_max_age = 65
        self.product.insurance_cover_ids.percent = 80
        changes = self.product.insurance_change_ids
        found = {
            (change.field_name, change.old_value, change.new_value, change.user_id)
            for change in changes
        }
        self.assertIn(("insurance_max_age", "60", "65", self.editor), found)
        self.assertIn(("percent", "100.0", "80.0", self.editor), found)

    def test_grade_must_stand_in_the_scheme(self):
        with self.assertRaisesRegex(ValidationError, "has no grade P5"):
            self.product.write(
                {
                    "insurance_grade": "p5",
                    "insurance_grade_scheme_id": self.env.ref(
                        f"{MODULE}.grade_scheme_property"
                    ).id,
                }
            )

    def test_copy_is_a_draft_that_nobody_has_reviewed(self):
        self._approve(self.product)
        copy = self.product.copy()
        self.assertEqual(copy.insurance_state, "draft")
        self.assertFalse(copy.insurance_version)
        self.assertFalse(copy.insurance_review_ids)
        self.assertEqual(copy.insurance_cover_ids.percent, 100)
        self.assertEqual(copy.insurance_premium_ids.rate, 10.0)

    def test_an_approval_is_not_prepared_before_a_product_is_insurance(self):
        seller = new_test_user(
            self.env, "test seller", "product.group_product_manager,base.group_user"
        )
        umbrella = self.env["product.template"].with_user(seller).create({"name": "U"})
        for values in ({"insurance_state": "approved"}, {"insurance_version": 3}):
            with self.subTest(values), self.assertRaises(UserError):
                umbrella.write(values)
            with self.subTest(values), self.assertRaises(UserError):
                umbrella.with_user(self.editor).write(values)

    def test_category_says_the_type_of_benefit(self):
        product = self._product(
            insurance_category_id=self.env.ref(
                "insurance_client_archive.product_category_universal"
            ).id
        )
        self.assertEqual(product.insurance_new_type, "universal")
        self.assertEqual(self.product.insurance_new_type, "ordinary")
