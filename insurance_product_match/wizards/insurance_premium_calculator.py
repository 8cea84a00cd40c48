from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from odoo.addons.insurance_client_archive.models.insurance_policy_premium import (
    PAYMENT_MODES,
)


class InsurancePremiumCalculator(models.TransientModel):
    """What a product would cost a person: nothing of the person is kept."""

    _name = "insurance.premium.calculator"
    _description = "Premium calculator"

    product_id = fields.Many2one(
        "product.template", domain=[("is_insurance", "=", True)]
    )
    currency_id = fields.Many2one(related="product_id.currency_id")
    birth_date = fields.Date(string="Birth date")
    age = fields.Integer(
        compute="_compute_age",
        store=True,
        readonly=False,
        help="In completed years today.",
    )
    gender = fields.Selection([("male", "Male"), ("female", "Female")])
    sum_insured = fields.Monetary(
        string="Sum insured", compute="_compute_usual", store=True, readonly=False
    )
    term_years = fields.Integer(
        string="Term",
        compute="_compute_usual",
        store=True,
        readonly=False,
        help="In years; 0 for whole life.",
    )
    payment_years = fields.Integer(
        string="Payment years",
        compute="_compute_usual",
        store=True,
        readonly=False,
        help="For how many years premiums are paid; 0 for a single premium.",
    )
    mode = fields.Selection(PAYMENT_MODES, string="Payment mode", default="yearly")
    on_date = fields.Date(
        string="Start", required=True, default=fields.Date.context_today
    )
    options_text = fields.Char(
        string="Possible", compute="_compute_options_text", help="Of the premium table."
    )
    obstacle = fields.Char(string="Not sold now", compute="_compute_obstacle")

    instalment = fields.Monetary(string="Each time", compute="_compute_premium")
    annual = fields.Monetary(string="In a year", compute="_compute_premium")
    total = fields.Monetary(string="Premiums in all", compute="_compute_premium")
    rate = fields.Float(
        string="Rate per 1,000", digits=(12, 4), compute="_compute_premium"
    )
    problem = fields.Char(compute="_compute_premium")
    line_ids = fields.One2many(
        "insurance.premium.calculator.line",
        "calculator_id",
        string="Other ways to pay",
        compute="_compute_line_ids",
    )
    cover_text = fields.Text(string="Pays", compute="_compute_cover_text")

    @api.depends("birth_date", "on_date")
    def _compute_age(self):
        for calculator in self:
            born, day = calculator.birth_date, calculator.on_date
            if born and day:
                calculator.age = max(relativedelta(day, born).years, 0)
            else:
                calculator.age = calculator.age

    @api.depends("product_id")
    def _compute_usual(self):
        for calculator in self:
            product = calculator.product_id
            calculator.sum_insured = product.insurance_sum_min
            calculator.term_years = product.insurance_term_years
            calculator.payment_years = product.insurance_payment_years

    @api.depends("product_id")
    @api.depends_context("lang")
    def _compute_options_text(self):
        for calculator in self:
            options = calculator.product_id.insurance_premium_ids.grouped(
                lambda row: (row.term_years, row.payment_years)
            )
            calculator.options_text = "; ".join(
                self._option_words(term, payment) for term, payment in sorted(options)
            )

    @api.depends("product_id", "on_date")
    def _compute_obstacle(self):
        for calculator in self:
            product = calculator.product_id
            calculator.obstacle = bool(product) and product._insurance_sale_obstacle(
                calculator.on_date
            )

    @api.depends(
        "product_id",
        "age",
        "gender",
        "sum_insured",
        "term_years",
        "payment_years",
        "mode",
        "on_date",
    )
    def _compute_premium(self):
        for calculator in self:
            premium, problem = calculator._premium(
                calculator.mode, calculator.payment_years
            )
            calculator.problem = problem
            calculator.instalment = premium and premium.instalment
            calculator.annual = premium and premium.annual
            calculator.total = premium and premium.total
            calculator.rate = premium and premium.rate

    @api.depends(
        "product_id",
        "age",
        "gender",
        "sum_insured",
        "term_years",
        "mode",
        "payment_years",
        "on_date",
    )
    def _compute_line_ids(self):
        for calculator in self:
            calculator.line_ids = [
                Command.clear(),
                *(Command.create(values) for values in calculator._line_values()),
            ]

    @api.depends("product_id", "sum_insured")
    @api.depends_context("lang")
    def _compute_cover_text(self):
        for calculator in self:
            product = calculator.product_id
            amounts = (
                product._insurance_cover_amounts(calculator.sum_insured)
                if product
                else {}
            )
            calculator.cover_text = "\n".join(
                f"{kind.name}: {product.currency_id.format(amount)}"
                if amount
                else self.env._("%s: as the terms say", kind.name)
                for kind, amount in amounts.items()
            )

    @api.model
    def _option_words(self, term, payment):
        term = self.env._("%s years", term) if term else self.env._("whole life")
        if not payment:
            return self.env._("%s, paid at once", term)
        return self.env._(
            "%(term)s, paid for %(payment)s years", term=term, payment=payment
        )

    def _line_values(self):
        """Return what each other way to pay costs."""
        product = self.product_id
        rows = product.insurance_premium_ids.filtered(
            lambda row: row.term_years == self.term_years
        )
        values = []
        for years in sorted(set(rows.mapped("payment_years"))):
            for mode in product.insurance_mode_ids.mapped("mode"):
                if (mode == "single") != (years == 0):
                    continue
                premium, _problem = self._premium(mode, years)
                if premium:
                    values.append(
                        {
                            "mode": mode,
                            "payment_years": years,
                            "instalment": premium.instalment,
                            "annual": premium.annual,
                            "total": premium.total,
                        }
                    )
        return values

    def _premium(self, mode, payment_years):
        """Return (premium, problem in words); one of them is False."""
        if not self.product_id or not mode:
            return False, False
        # a product that is not about a person is priced without an age
        by_age = self.product_id.insurance_client_kind == "individual"
        age = self.age if self.age or self.birth_date or by_age else None
        try:
            premium = self.product_id._insurance_premium(
                age,
                self.gender,
                self.sum_insured,
                term_years=self.term_years,
                payment_years=payment_years,
                mode=mode,
                on=self.on_date,
            )
        except UserError as error:
            return False, str(error)
        return premium, False
