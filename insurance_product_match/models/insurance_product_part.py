from odoo import api, fields, models


class InsuranceProductPart(models.AbstractModel):
    """A row of a product's terms: changed only while the product is a draft."""

    _name = "insurance.product.part"
    _inherit = ["insurance.product.history"]
    _description = "Part of the terms of a product"

    product_id = fields.Many2one(
        "product.template",
        required=True,
        index=True,
        ondelete="cascade",
        domain=[("is_insurance", "=", True)],
    )
    company_id = fields.Many2one(related="product_id.company_id")
    currency_id = fields.Many2one(related="product_id.currency_id")

    @api.model_create_multi
    def create(self, vals_list):
        parts = super().create(vals_list)
        parts.product_id._insurance_check_open()
        # the history tells that there are new rows; what they say stands in them
        self.env["insurance.product.change"]._note(
            {
                "product_id": product.id,
                "model": self._name,
                "res_id": rows[:1].id,
                "field_name": "display_name",
                "old_value": "",
                "new_value": rows.display_name
                if len(rows) == 1
                else self.env._("%s new rows", len(rows)),
            }
            for product, rows in parts.grouped("product_id").items()
        )
        return parts

    def write(self, vals):
        self.check_access("write")
        self.product_id._insurance_check_open()
        result = super().write(vals)
        if "product_id" in vals:
            self.product_id._insurance_check_open()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_approved(self):
        self.product_id._insurance_check_open()
