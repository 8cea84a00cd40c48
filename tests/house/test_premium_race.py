"""Two people enter rates for the same person, in transactions of their own."""

import threading

from psycopg2.errors import ExclusionViolation

from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry
from odoo.tests import BaseCase, get_db_name, tagged
from odoo.tools import mute_logger


@tagged("post_install", "-at_install")
class TestPremiumRace(BaseCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.registry = Registry(get_db_name())
        with cls.registry.cursor() as cr:
            env = cls._environment(cr)
            category = "insurance_client_archive.product_category_term_life"
            product = env["product.template"].create(
                {
                    "name": "Race of rates",
                    "type": "service",
                    "is_insurance": True,
                    "insurance_category_id": env.ref(category).id,
                }
            )
            cls.product_id = product.id
        cls.addClassCleanup(cls._remove)

    @classmethod
    def _environment(cls, cr):
        return api.Environment(cr, SUPERUSER_ID, {"tracking_disable": True})

    @classmethod
    def _remove(cls):
        with cls.registry.cursor() as cr:
            cls._environment(cr)["product.template"].browse(cls.product_id).unlink()

    def _enter(self, cr, **values):
        row = {
            "product_id": self.product_id,
            "age_from": 20,
            "age_to": 30,
            "term_years": 10,
            "payment_years": 10,
            "valid_from": "2026-01-01",
            "rate": 3.0,
            **values,
        }
        self._environment(cr)["insurance.product.premium"].create(row)

    def _race(self, first, second):
        """Return what happens to the second, begun before the first has ended."""
        outcome = []
        begun = threading.Event()

        def enter():
            with self.registry.cursor() as cr:
                # the snapshot of this transaction is older than the other's commit
                cr.execute("SELECT 1 FROM product_template LIMIT 1")
                begun.set()
                try:
                    self._enter(cr, **second)
                    outcome.append("entered")
                except ExclusionViolation:
                    outcome.append("refused")
                cr.rollback()

        with mute_logger("odoo.sql_db"), self.registry.cursor() as cr:
            self._enter(cr, **first)
            other = threading.Thread(target=enter)
            other.start()
            self.assertTrue(begun.wait(30))
            cr.commit()
            other.join(30)
            self._environment(cr)["insurance.product.premium"].search(
                [("product_id", "=", self.product_id)]
            ).unlink()
        return outcome

    def test_overlapping_rates_of_two_transactions_are_refused(self):
        for values in (
            {"age_from": 30, "age_to": 40},
            {"gender": "female"},
            {"gender": "male", "age_from": 25, "age_to": 25},
        ):
            with self.subTest(str(values)):
                self.assertEqual(self._race({}, values), ["refused"])

    def test_rates_beside_each_other_are_entered(self):
        for values in (
            {"age_from": 31, "age_to": 40},
            {"term_years": 20},
            {"valid_from": "2026-02-01"},
        ):
            with self.subTest(str(values)):
                self.assertEqual(self._race({}, values), ["entered"])
        self.assertEqual(
            self._race({"gender": "male"}, {"gender": "female"}), ["entered"]
        )
