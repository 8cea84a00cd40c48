from odoo import models


class InsuranceProductHistory(models.AbstractModel):
    """Changes of a product are kept with the product, not with a client."""

    _name = "insurance.product.history"
    _inherit = ["insurance.history.mixin"]
    _description = "Business fields of a product with a history"

    def _history_archives(self):
        """Return the product whose history each record belongs to, by record id."""
        return {record.id: record.product_id for record in self}

    def _history_existing(self, owners):
        products = self.env["product.template"].union(*owners.values()).exists()
        return {key: product & products for key, product in owners.items()}

    def _history_record(self, archives, names, before, after):
        Change = self.env["insurance.product.change"]
        Change._note(
            {
                "product_id": archives[record_id].id,
                "model": self._name,
                "res_id": record_id,
                "field_name": name,
                "old_value": old,
                "new_value": new,
            }
            for record_id, values in before.items()
            if archives.get(record_id)
            for name, old, new in zip(
                names, values, after.get(record_id, [""] * len(names)), strict=True
            )
            if old != new
        )
