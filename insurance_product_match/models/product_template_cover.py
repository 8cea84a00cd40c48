import numpy as np

from odoo import fields, models


class ProductTemplate(models.Model):
    """What a product pays for, by kind of cover."""

    _inherit = "product.template"

    insurance_cover_ids = fields.One2many(
        "insurance.product.cover", "product_id", string="Covers", copy=True
    )

    def _insurance_cover_amounts(self, sum_insured):
        """Return ``{kind of cover: amount}`` for a sum insured.

        A product without entered covers pays its sum insured by the main cover of its
        category. A cover that pays as the terms say is there with 0.
        """
        self.ensure_one()
        if not self.insurance_cover_ids:
            kind = self.insurance_category_id.cover_kind_id
            return {kind: sum_insured} if kind else {}
        return {
            cover.cover_kind_id: cover._amount_of(sum_insured)
            for cover in self.insurance_cover_ids
        }

    def _insurance_cover_matrix(self, kinds):
        """Return the cover for each 1 of the sum insured: ``[product, kind]``.

        Fixed amounts don't grow with the sum: ``_insurance_fixed_cover_matrix``.
        """
        return self._insurance_cover_array(kinds, "percent_of_sum")

    def _insurance_fixed_cover_matrix(self, kinds):
        """Return the amounts that are paid whatever the sum: ``[product, kind]``."""
        return self._insurance_cover_array(kinds, "fixed")

    def _insurance_cover_array(self, kinds, basis):
        column = {kind: number for number, kind in enumerate(kinds)}
        array = np.zeros((len(self), len(column)))
        # read at once for all products
        self.insurance_cover_ids.fetch(["cover_kind_id", "basis", "percent", "amount"])
        for number, product in enumerate(self):
            if not product.insurance_cover_ids:
                kind = product.insurance_category_id.cover_kind_id
                if kind in column and basis == "percent_of_sum":
                    array[number, column[kind]] = 1.0
            for cover in product.insurance_cover_ids:
                if cover.basis == basis and cover.cover_kind_id in column:
                    array[number, column[cover.cover_kind_id]] += cover._amount_of(1.0)
        return array
