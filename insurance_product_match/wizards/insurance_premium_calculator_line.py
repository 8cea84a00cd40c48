from odoo import fields, models

from odoo.addons.insurance_client_archive.models.insurance_policy_premium import (
    PAYMENT_MODES,
)


class InsurancePremiumCalculatorLine(models.TransientModel):
    """One way to pay, and what it costs."""

    _name = "insurance.premium.calculator.line"
    _description = "Way to pay"

    calculator_id = fields.Many2one("insurance.premium.calculator", ondelete="cascade")
    currency_id = fields.Many2one(related="calculator_id.currency_id")
    mode = fields.Selection(PAYMENT_MODES, string="Payment mode")
    payment_years = fields.Integer(string="Payment years")
    instalment = fields.Monetary(string="Each time")
    annual = fields.Monetary(string="In a year")
    total = fields.Monetary(string="Premiums in all")
