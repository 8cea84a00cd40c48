from odoo.exceptions import UserError
from odoo.modules.module import load_script
from odoo.tests import tagged
from odoo.tools import SQL

from .common import MatchCase

SCRIPT = "insurance_product_match/migrations/19.0.1.1.0/pre-overlapping-rates.py"


@tagged("post_install", "-at_install")
class TestMigrationRates(MatchCase):
    """Rates of an older release, which the database let overlap."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.product = cls._product(insurance_premium_ids=cls._rates((18, 60, 10.0)))
        cls.rate = cls.product.insurance_premium_ids
        cls.rate.flush_recordset()
        cls.env.cr.execute(
            "ALTER TABLE insurance_product_premium"
            " DROP CONSTRAINT insurance_product_premium_no_overlap"
        )

    def _second(self, **values):
        """Let another transaction have entered a rate at the same moment."""
        row = self.rate.read(["age_from", "age_to", "gender", "rate"])[0] | values
        self.env.cr.execute(
            SQL(
                "INSERT INTO insurance_product_premium (product_id, term_years,"
                " payment_years, valid_from, age_from, age_to, gender, rate)"
                " SELECT product_id, term_years, payment_years, valid_from, %s, %s, %s,"
                " %s FROM insurance_product_premium WHERE id = %s RETURNING id",
                row["age_from"],
                row["age_to"],
                row["gender"],
                row["rate"],
                self.rate.id,
            )
        )
        return self.rate.browse(self.env.cr.fetchone())

    def _migrate(self):
        load_script(SCRIPT, "premium_migration").migrate(self.env.cr, "19.0.1.0.0")
        self.env.invalidate_all()

    def test_rate_that_repeats_another_goes(self):
        second = self._second(age_from=30, gender="male")
        apart = self._second(age_from=61, age_to=70)
        self._migrate()
        self.assertFalse(second.exists())
        self.assertTrue(self.rate.exists())
        self.assertTrue(apart.exists())

    def test_rates_that_contradict_each_other_stop_the_upgrade(self):
        second = self._second(rate=12.0)
        with self.assertRaises(UserError) as refusal:
            self._migrate()
        self.assertIn(f"{self.rate.id} and {second.id}", str(refusal.exception))

    def test_rate_beyond_the_older_one_is_not_dropped(self):
        self._second(age_to=70)
        with self.assertRaises(UserError):
            self._migrate()
