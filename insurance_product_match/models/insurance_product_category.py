from odoo import fields, models


class InsuranceProductCategory(models.Model):
    _inherit = "insurance.product.category"

    cover_kind_id = fields.Many2one(
        "insurance.cover.kind",
        string="Main cover",
        ondelete="restrict",
        help="What the sum insured of a policy counts as when nobody has entered the "
        "covers of the product.",
    )
