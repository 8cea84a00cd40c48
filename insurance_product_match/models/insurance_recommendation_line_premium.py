from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.insurance_client_archive.tools import premium_schedule

PRICED_BY = (
    "product_id",
    "insured_id",
    "archive_id",
    "sum_insured",
    "term_years",
    "payment_years",
    "payment_mode",
    "quoted_premium",
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
            instalment, _problem = line._instalment()
            yearly = premium_schedule.instalments_per_year(line.payment_mode)
            count = premium_schedule.instalment_count(
                line.payment_mode, line.payment_years
            )
            line.premium = instalment
            line.annual_premium = instalment * yearly
            line.total_premium = instalment * count

    @api.depends(*PRICED_BY)
    @api.depends_context("lang")
    def _compute_premium_problem(self):
        for line in self:
            line.premium_problem = line._instalment()[1]

    def _instalment(self):
        """Return (premium per instalment, why there is none)."""
        self.ensure_one()
        product = self.product_id
        if not product or not self.archive_id:
            return 0, False
        if not product.sudo().insurance_premium_ids:
            # superuser: only whether there is a table at all
            return self.quoted_premium, not self.quoted_premium and self.env._(
                "There is no premium table: enter the insurer's quotation."
            )
        person = self._person()
        try:
            quote = product._insurance_premium(
                person.age,
                person.gender,
                self.sum_insured,
                term_years=self.term_years or None,
                payment_years=self.payment_years or None,
                mode=self.payment_mode,
            )
        except UserError as error:
            return 0, str(error)
        return quote.instalment, False

    def _terms(self):
        """Return the terms as the suitability checks ask for them."""
        self.ensure_one()
        return {
            "sum_insured": self.sum_insured,
            "annual_premium": self.annual_premium,
            "single_premium": self.payment_mode == "single",
            "payment_years": self.payment_years,
            "term_years": self.term_years,
        }
