from odoo import api, fields, models


class InsuranceProductCover(models.Model):
    """What a product pays for, and how much of the sum insured."""

    _name = "insurance.product.cover"
    _inherit = ["insurance.product.part"]
    _description = "Cover of a product"
    _order = "product_id, sequence, id"

    sequence = fields.Integer(default=10)
    cover_kind_id = fields.Many2one(
        "insurance.cover.kind", string="Cover", required=True, ondelete="restrict"
    )
    basis = fields.Selection(
        [
            ("percent_of_sum", "Share of the sum insured"),
            ("fixed", "Fixed amount"),
            ("none", "As the terms say"),
        ],
        string="Pays",
        required=True,
        default="percent_of_sum",
    )
    percent = fields.Float(
        string="Share (%)", default=100, help="Per cent of the sum insured."
    )
    amount = fields.Monetary()
    deductible = fields.Monetary(help="What the client bears of each loss.")
    waiting_days = fields.Integer(
        string="Waiting days", help="Days after the start without this cover."
    )
    note = fields.Char(translate=True)

    _kind_unique = models.Constraint(
        "UNIQUE(product_id, cover_kind_id)",
        "The product has this cover already: change its row.",
    )
    _not_negative = models.Constraint(
        "CHECK(percent >= 0 AND amount >= 0 AND deductible >= 0 AND waiting_days >= 0)",
        "Amounts, shares and days of a cover can't be negative.",
    )

    @api.depends("cover_kind_id")
    def _compute_display_name(self):
        for cover in self:
            cover.display_name = cover.cover_kind_id.display_name

    def _amount_of(self, sum_insured):
        """Return what the cover pays at most for such a sum insured."""
        self.ensure_one()
        if self.basis == "percent_of_sum":
            return sum_insured * self.percent / 100
        return self.amount if self.basis == "fixed" else 0.0
