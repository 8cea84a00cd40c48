from odoo import fields, models

TOPICS = [
    ("cover", "Covers"),
    ("premium", "Premiums"),
    ("conditions", "Conditions and suitable persons"),
    ("exclusions", "Exclusions"),
    ("claims", "Claims"),
    ("surrender", "Surrender values"),
    ("grade", "Grade"),
    ("filing", "Filing papers"),
]


class InsuranceProductFact(models.Model):
    """Where a fact about a product comes from: what, which source, when, by whom."""

    _name = "insurance.product.fact"
    _inherit = ["insurance.product.history"]
    _description = "Source of product data"
    _order = "product_id, topic, collected_on desc, id desc"
    _rec_name = "reference"

    product_id = fields.Many2one(
        "product.template",
        required=True,
        index=True,
        ondelete="cascade",
        domain=[("is_insurance", "=", True)],
    )
    company_id = fields.Many2one(related="product_id.company_id")
    topic = fields.Selection(TOPICS, string="About", required=True, default="cover")
    text = fields.Text(string="What it says", required=True, translate=True)
    source_kind = fields.Selection(
        [
            ("terms", "Contract terms"),
            ("filing", "Filing papers"),
            ("rates", "Filed premium table"),
            ("association", "Insurance association"),
            ("regulator", "Regulator"),
            ("insurer", "Notice of the insurer"),
        ],
        string="Kind of source",
        required=True,
        default="terms",
    )
    reference = fields.Char(
        string="Where it stands",
        required=True,
        help="Number, page or address that lets others find it again.",
    )
    collected_on = fields.Date(
        string="Collected on", required=True, default=fields.Date.context_today
    )
    user_id = fields.Many2one(
        "res.users",
        string="Collected by",
        required=True,
        default=lambda self: self.env.user,
    )

    _collected = models.Constraint(
        "CHECK(collected_on <= (now() AT TIME ZONE 'UTC')::date + 1)",
        "A source can't have been collected in the future.",
    )
