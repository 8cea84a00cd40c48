from odoo import fields, models


class ProductTemplate(models.Model):
    """What the market says about a product."""

    _inherit = "product.template"

    insurance_note_ids = fields.Many2many(
        "insurance.market.note",
        "insurance_market_note_product_rel",
        "product_id",
        "note_id",
        string="Market notes",
    )
