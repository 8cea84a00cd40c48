import numpy as np

from odoo import fields
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import MatchCase


@tagged("post_install", "-at_install")
class TestProductPremium(MatchCase):
    """The premium of one contract, and the rates of many."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.product = cls._product(
            insurance_premium_ids=cls._rates(
                (18, 40, 10.0, "male"), (18, 40, 8.0, "female"), (41, 60, 20.5)
            )
        )

    def test_rate_follows_age_and_sex(self):
        premium = self.product._insurance_premium
        self.assertEqual(premium(30, "male", 200_000).rate, 10.0)
        self.assertEqual(premium(30, "female", 200_000).rate, 8.0)
        self.assertEqual(premium(41, "female", 200_000).rate, 20.5)

    def test_a_group_of_rates_shows_its_ages_and_adds_no_years_up(self):
        names = ["age_from", "age_to", "term_years", "payment_years"]
        shown = self.env["insurance.product.premium"].fields_get(names, ["aggregator"])
        self.assertEqual(
            [shown[name].get("aggregator") for name in names],
            ["min", "max", None, None],
        )

    def test_yearly_premium_and_total(self):
        self.assertEqual(
            self.product._insurance_premium(30, "male", 200_000),
            (2000.0, 2000.0, 40_000.0, 10.0),
        )

    def test_an_instalment_costs_its_share_and_a_year_what_is_paid(self):
        self.assertEqual(
            self.product._insurance_premium(30, "male", 200_000, mode="monthly"),
            (180.0, 2160.0, 43_200.0, 10.0),
        )

    def test_single_premium_is_one_payment(self):
        self.product.insurance_mode_ids = [Command.create({"mode": "single"})]
        self.product.insurance_premium_ids = self._rates(
            (18, 60, 150.0), payment_years=0
        )
        premium = self.product._insurance_premium(30, "male", 200_000, mode="single")
        self.assertEqual(premium, (30_000.0, 30_000.0, 30_000.0, 150.0))

    def test_a_newer_table_counts_from_its_day(self):
        day = fields.Date.today()
        self.product.insurance_premium_ids = self._rates(
            (18, 40, 11.0, "male"), valid_from=day
        )
        before = fields.Date.subtract(day, days=1)
        premium = self.product._insurance_premium
        self.assertEqual(premium(30, "male", 200_000, on=before).rate, 10.0)
        self.assertEqual(premium(30, "male", 200_000, on=day).rate, 11.0)
        grid = self.product._insurance_rate_grid([30], on=before)
        self.assertEqual(grid[0, :, 0].tolist(), [10.0, 8.0])
        grid = self.product._insurance_rate_grid([30], on=day)
        self.assertEqual(grid[0, :, 0].tolist(), [11.0, 8.0])

    def test_unknown_sex_is_asked_for_only_where_it_matters(self):
        with self.assertRaisesRegex(UserError, "sex"):
            self.product._insurance_premium(30, False, 200_000)
        self.assertEqual(self.product._insurance_premium(50, False, 200_000).rate, 20.5)

    def test_unknown_age_is_asked_for_only_where_it_matters(self):
        with self.assertRaisesRegex(UserError, "age"):
            self.product._insurance_premium(None, "male", 200_000)
        flat = self._product(insurance_premium_ids=self._rates((0, 150, 3.0)))
        self.assertEqual(flat._insurance_premium(None, None, 200_000).rate, 3.0)

    def test_what_is_not_sold_is_refused_with_its_reason(self):
        premium = self.product._insurance_premium
        for call, reason in (
            (lambda: premium(61, "male", 200_000), "18 to 60"),
            (lambda: premium(30, "male", 50_000), "at least"),
            (lambda: premium(30, "male", 2_000_000), "at most"),
            (lambda: premium(30, "male", 210_000), "steps"),
            (lambda: premium(30, "male", 0), "Enter the sum"),
            (lambda: premium(30, "male", 200_000, mode="quarterly"), "can't be paid"),
            (lambda: premium(30, "male", 200_000, term_years=7), "no rate"),
        ):
            with self.subTest(reason=reason), self.assertRaisesRegex(UserError, reason):
                call()

    def test_product_for_women_is_not_sold_to_men(self):
        product = self._product(insurance_gender="female")
        with self.assertRaisesRegex(UserError, "Women"):
            product._insurance_premium(30, "male", 200_000)
        grid = product._insurance_rate_grid([30])
        self.assertTrue(np.isnan(grid[0, 0, 0]))
        self.assertEqual(grid[0, 1, 0], 10.0)

    def test_two_rates_for_one_person_are_refused(self):
        for row in ((30, 35, 9.0, "male"), (55, 70, 9.0), (10, 18, 9.0, "female")):
            with (
                self.subTest(row=row),
                self.assertRaisesRegex(ValidationError, "two rates"),
            ):
                self.product.insurance_premium_ids = self._rates(row)

    def test_other_terms_and_sexes_are_no_overlap(self):
        self.product.insurance_premium_ids = self._rates(
            (18, 60, 30.0), payment_years=10
        )
        self.assertEqual(
            self.product._insurance_premium(
                30, "male", 200_000, payment_years=10
            ).total,
            60_000.0,
        )

    def test_grid_agrees_with_each_single_premium(self):
        products = self.product | self._product(
            insurance_min_age=20, insurance_max_age=55
        )
        ages = [55, 17, 30, 18, 61, 41, 40]
        grid = products._insurance_rate_grid(ages)
        self.assertEqual(grid.shape, (2, 2, 7))
        for number, product in enumerate(products):
            for sex, gender in enumerate(("male", "female")):
                for column, age in enumerate(ages):
                    try:
                        rate = product._insurance_premium(age, gender, 200_000).rate
                    except UserError:
                        rate = np.nan
                    np.testing.assert_equal(grid[number, sex, column], rate)

    def test_grid_is_one_query(self):
        products = self.product | self._product() | self._product()
        products._insurance_rate_grid([30])
        self.env.flush_all()
        with self.assertQueryCount(1):
            products._insurance_rate_grid(range(100))

    def test_product_without_rates_has_none_in_the_grid(self):
        product = self._product(insurance_premium_ids=[])
        self.assertTrue(np.isnan(product._insurance_rate_grid([30])).all())

    def test_import_takes_good_rates_and_lists_the_others(self):
        fields_ = ["product_id/.id", "gender", "age_from", "age_to", "term_years"]
        fields_ += ["payment_years", "rate", "valid_from"]
        rows = [
            [str(self.product.id), "Men", "18", "60", "10", "10", "12.5", "2020-01-01"],
            [str(self.product.id), "Men", "30", "40", "20", "20", "9", "2020-01-01"],
            [str(self.product.id), "Men", "18", "60", "30", "30", "-1", "2020-01-01"],
        ]
        rates = self.env["insurance.product.premium"].with_user(self.editor)
        with mute_logger("odoo.sql_db"):
            result = rates.load(fields_, rows)
        self.assertEqual(len(result["ids"]), 1, result["messages"])
        self.assertEqual(rates.browse(result["ids"]).rate, 12.5)
        reasons = " ".join(message["message"] for message in result["messages"])
        self.assertIn("two rates", reasons)
        self.assertIn("greater than 0", reasons)
