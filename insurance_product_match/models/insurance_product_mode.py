from odoo import api, fields, models

from odoo.addons.insurance_client_archive.models.insurance_policy_premium import (
    PAYMENT_MODES,
)

#: share of a year's premium in one instalment, where the terms say nothing else
USUAL_FACTORS = {
    "single": 1,
    "yearly": 1,
    "half_yearly": 0.5,
    "quarterly": 0.25,
    "monthly": 1 / 12,
}


class InsuranceProductMode(models.Model):
    """How the premium of a product may be paid, and what an instalment costs."""

    _name = "insurance.product.mode"
    _inherit = ["insurance.product.part"]
    _description = "Payment mode of a product"
    _order = "product_id, id"
    _rec_name = "mode"

    mode = fields.Selection(
        PAYMENT_MODES, string="Payment mode", required=True, default="yearly"
    )
    factor = fields.Float(
        string="Share of a year",
        digits=(8, 6),
        required=True,
        compute="_compute_factor",
        store=True,
        readonly=False,
        precompute=True,
        help="Share of the year's premium that one instalment costs; 0.09 a month is "
        "usual where paying monthly costs a little more.",
    )

    _mode_unique = models.Constraint(
        "UNIQUE(product_id, mode)", "The product has this payment mode already."
    )
    _factor_positive = models.Constraint(
        "CHECK(factor > 0 AND factor <= 1)",
        "An instalment costs more than nothing and not more than a year's premium.",
    )

    @api.depends("mode")
    def _compute_factor(self):
        for mode in self:
            mode.factor = USUAL_FACTORS.get(mode.mode, 1)
