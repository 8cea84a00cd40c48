from odoo import fields, models


class InsuranceMarketNote(models.Model):
    """What the market shows: other insurers' products, prices, rules, demand."""

    _name = "insurance.market.note"
    _description = "Market note"
    _order = "date desc, id desc"
    _rec_names_search = ["name", "competitor", "finding"]

    name = fields.Char(string="Subject", required=True)
    kind = fields.Selection(
        [
            ("product", "Product of another insurer"),
            ("price", "Prices"),
            ("rule", "Rules"),
            ("demand", "Demand of clients"),
            ("claims", "Claims experience"),
        ],
        required=True,
        default="product",
    )
    product_ids = fields.Many2many(
        "product.template",
        "insurance_market_note_product_rel",
        "note_id",
        "product_id",
        string="Own products concerned",
        domain=[("is_insurance", "=", True)],
    )
    competitor = fields.Char(string="Insurer or market")
    finding = fields.Text(required=True)
    consequence = fields.Text(
        string="What follows", help="For the product, its price or its advice."
    )
    source = fields.Char(required=True, help="Where others can read it.")
    date = fields.Date(required=True, default=fields.Date.context_today)
    user_id = fields.Many2one(
        "res.users",
        string="Noted by",
        required=True,
        default=lambda self: self.env.user,
    )
    company_id = fields.Many2one(
        "res.company", default=lambda self: self.env.company, index=True
    )
    active = fields.Boolean(default=True)
