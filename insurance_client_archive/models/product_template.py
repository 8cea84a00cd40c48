from odoo import api, fields, models
from odoo.exceptions import ValidationError


class ProductTemplate(models.Model):
    _inherit = "product.template"

    is_insurance = fields.Boolean(
        string="Insurance product",
        help="The product can be chosen on insurance policies.",
    )
    insurance_category_id = fields.Many2one(
        "insurance.product.category",
        string="Insurance category",
        index="btree_not_null",
        ondelete="restrict",
    )

    @api.constrains("is_insurance", "insurance_category_id")
    def _check_insurance_category(self):
        for product in self:
            if product.is_insurance and not product.insurance_category_id:
                raise ValidationError(
                    self.env._(
                        "Choose the insurance category of “%s”.", product.display_name
                    )
                )
