from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from .common import MODULE, MatchCase


@tagged("post_install", "-at_install")
class TestProductCover(MatchCase):
    """What a product pays for."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.death = cls.env.ref(f"{MODULE}.cover_kind_death")
        cls.medical = cls.env.ref(f"{MODULE}.cover_kind_medical")
        cls.product = cls._product(
            insurance_cover_ids=[
                Command.create({"cover_kind_id": cls.kind.id, "percent": 120}),
                Command.create(
                    {"cover_kind_id": cls.death.id, "basis": "fixed", "amount": 50_000}
                ),
                Command.create({"cover_kind_id": cls.medical.id, "basis": "none"}),
            ]
        )

    def test_shares_and_fixed_amounts(self):
        self.assertEqual(
            self.product._insurance_cover_amounts(200_000),
            {self.kind: 240_000.0, self.death: 50_000.0, self.medical: 0.0},
        )

    def test_without_covers_the_category_says_what_is_paid(self):
        product = self._product(insurance_cover_ids=[])
        self.assertEqual(
            product._insurance_cover_amounts(200_000), {self.kind: 200_000}
        )

    def test_matrices_agree_with_the_amounts(self):
        products = self.product | self._product(insurance_cover_ids=[])
        kinds = self.medical | self.kind | self.death
        share = products._insurance_cover_matrix(kinds)
        fixed = products._insurance_fixed_cover_matrix(kinds)
        self.assertEqual(share.shape, (2, 3))
        for number, product in enumerate(products):
            amounts = product._insurance_cover_amounts(300_000)
            for column, kind in enumerate(kinds):
                self.assertEqual(
                    share[number, column] * 300_000 + fixed[number, column],
                    amounts.get(kind, 0.0),
                )

    def test_covers_of_an_approved_product_are_locked(self):
        product = self._sellable_product()
        with self.assertRaisesRegex(UserError, "is not a draft"):
            product.insurance_cover_ids.percent = 50
        with self.assertRaisesRegex(UserError, "is not a draft"):
            product.insurance_premium_ids.unlink()
        with self.assertRaisesRegex(UserError, "is not a draft"):
            self.env["insurance.product.cover"].create(
                {"product_id": product.id, "cover_kind_id": self.death.id}
            )
