from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.insurance_client_archive.tools import premium_schedule

from ..tools.premium import Premium

PRICED_BY = (
    "product_id",
    "insured_id",
    "archive_id",
    "sum_insured",
    "term_years",
    "payment_years",
    "payment_mode",
    "quoted_premium",
    "quotation",
)


class InsuranceRecommendationLine(models.Model):
    """What the product costs: worked out by the server, from the premium tables."""

    _inherit = "insurance.recommendation.line"

    quoted_premium = fields.Monetary(
        string="Quoted premium",
        help="Per instalment, by the insurer's own quotation. For products without a "
        "premium table only.",
    )
    quotation = fields.Char(string="Quotation no.", help="Where the quotation stands.")
    premium = fields.Monetary(
        string="Premium per instalment", compute="_compute_premium", store=True
    )
    annual_premium = fields.Monetary(
        string="Premium a year",
        compute="_compute_premium",
        store=True,
        help="A single premium counts in full.",
    )
    total_premium = fields.Monetary(
        string="Total premium", compute="_compute_premium", store=True
    )
    premium_problem = fields.Char(
        compute="_compute_premium_problem", help="Why there is no premium."
    )

    _quoted_positive = models.Constraint(
        "CHECK(quoted_premium >= 0)", "The premium can't be negative."
    )

    @api.depends(*PRICED_BY)
    def _compute_premium(self):
        for line in self:
            price, _problem = line._price()
            line.premium = price and price.instalment
            line.annual_premium = price and price.annual
            line.total_premium = price and price.total

    @api.depends(*PRICED_BY)
    @api.depends_context("lang")
    def _compute_premium_problem(self):
        for line in self:
            line.premium_problem = line._price()[1]

    def _price(self):
        """Return (what it costs, why that is not known)."""
        self.ensure_one()
        product = self.product_id
        if not product or not self.archive_id:
            return None, False
        # superuser: only whether there is a table at all
        if not product.sudo().insurance_premium_ids:
            return self._quoted()
        person = self._person()
        known = person.birth_date if "birth_date" in person else False
        try:
            price = product._insurance_premium(
                person.age if known else None,
                person.gender,
                self.sum_insured,
                term_years=self.term_years,
                payment_years=self.payment_years,
                mode=self.payment_mode,
            )
        except UserError as error:
            return None, str(error)
        return price, False

    def _quoted(self):
        """Return the price by the insurer's own quotation."""
        if not self.quoted_premium or not (self.quotation or "").strip():
            return None, self.env._(
                "There is no premium table: enter the insurer's quotation and its "
                "number."
            )
        yearly = premium_schedule.instalments_per_year(self.payment_mode)
        count = premium_schedule.instalment_count(self.payment_mode, self.payment_years)
        instalment = self.quoted_premium
        return Premium(instalment, instalment * yearly, instalment * count, 0), False

    def _terms(self):
        """Return the terms as the suitability checks ask for them."""
        self.ensure_one()
        return {
            "sum_insured": self.sum_insured,
            "annual_premium": self.annual_premium,
            "single_premium": self.payment_mode == "single",
            "payment_years": self.payment_years,
            "term_years": self.term_years,
            # above the tolerance only what the client has asked for
            "wish": self.insists and bool((self.insists_text or "").strip()),
        }
