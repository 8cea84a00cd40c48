from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL


class InsuranceProductPremium(models.Model):
    """A rate of a premium table: per 1,000 of the sum insured a year."""

    _name = "insurance.product.premium"
    _inherit = ["insurance.import.mixin", "insurance.product.part"]
    _description = "Premium rate of a product"
    _order = "product_id, valid_from desc, term_years, payment_years, gender, age_from"

    gender = fields.Selection(
        [("any", "Anybody"), ("male", "Men"), ("female", "Women")],
        string="For",
        required=True,
        default="any",
    )
    # a group shows from which to which age it has rates; years are not added up
    age_from = fields.Integer(
        string="Age from", required=True, default=0, aggregator="min"
    )
    age_to = fields.Integer(
        string="Age to", required=True, default=150, aggregator="max"
    )
    term_years = fields.Integer(
        string="Term (years)",
        required=True,
        default=1,
        aggregator=None,
        help="0 for whole life.",
    )
    payment_years = fields.Integer(
        string="Payment years",
        required=True,
        default=1,
        aggregator=None,
        help="0 for a single premium: the rate is then the whole premium.",
    )
    rate = fields.Float(
        string="Rate per 1,000",
        digits=(12, 4),
        required=True,
        aggregator="avg",
        help="Premium of a year for each 1,000 of the sum insured.",
    )
    valid_from = fields.Date(
        required=True,
        default=fields.Date.context_today,
        help="From this day on the rate takes the place of an older one.",
    )

    _lookup = models.Index("(product_id, term_years, payment_years, valid_from)")
    _ages = models.Constraint(
        "CHECK(age_from >= 0 AND age_to >= age_from)",
        "The highest age of a rate can't be below its lowest age.",
    )
    _rate_positive = models.Constraint(
        "CHECK(rate > 0)", "A premium rate is greater than 0."
    )
    _years_positive = models.Constraint(
        "CHECK(term_years >= 0 AND payment_years >= 0 AND"
        " (term_years = 0 OR payment_years <= term_years))",
        "Premiums can't be paid for longer than the term.",
    )

    # what two transactions do not see of each other the database refuses; gender is a
    # range, too: anybody is both
    _no_overlap = models.Constraint(
        "EXCLUDE USING gist ("
        "int4range(product_id, product_id, '[]') WITH &&, "
        "int4range(term_years, term_years, '[]') WITH &&, "
        "int4range(payment_years, payment_years, '[]') WITH &&, "
        "daterange(valid_from, valid_from, '[]') WITH &&, "
        "int4range(age_from, age_to, '[]') WITH &&, "
        "(CASE gender WHEN 'male' THEN int4range(0, 1) "
        "WHEN 'female' THEN int4range(1, 2) ELSE int4range(0, 2) END) WITH &&"
        ") DEFERRABLE INITIALLY DEFERRED",
        "Somebody has just entered a rate for the same person. Reload the page to see "
        "it.",
    )

    @api.depends("gender", "age_from", "age_to", "term_years", "payment_years")
    @api.depends_context("lang")
    def _compute_display_name(self):
        genders = dict(self._fields["gender"]._description_selection(self.env))
        for row in self:
            row.display_name = self.env._(
                "%(gender)s %(age_from)s–%(age_to)s, %(term)s/%(payment)s years",
                gender=genders.get(row.gender, ""),
                age_from=row.age_from,
                age_to=row.age_to,
                term=row.term_years,
                payment=row.payment_years,
            )

    @api.constrains(
        "product_id",
        "gender",
        "age_from",
        "age_to",
        "term_years",
        "payment_years",
        "valid_from",
    )
    def _check_no_overlap(self):
        self.flush_model()
        self.env.cr.execute(
            SQL(
                """
                SELECT row.id, other.id
                  FROM insurance_product_premium row
                  JOIN insurance_product_premium other
                    ON other.product_id = row.product_id
                   AND other.term_years = row.term_years
                   AND other.payment_years = row.payment_years
                   AND other.valid_from = row.valid_from
                   AND other.id != row.id
                   AND other.age_from <= row.age_to
                   AND other.age_to >= row.age_from
                   AND (other.gender = row.gender
                        OR 'any' IN (other.gender, row.gender))
                 WHERE row.id = ANY(%s)
                 LIMIT 1
                """,
                self.ids,
            )
        )
        if found := self.env.cr.fetchone():
            row, other = self.browse(found)
            raise ValidationError(
                self.env._(
                    "“%(product)s” has two rates for the same person: %(row)s and "
                    "%(other)s. Correct the ages, or give the newer one another "
                    "“Valid from”.",
                    product=row.product_id.display_name,
                    row=row.display_name,
                    other=other.display_name,
                )
            )
        # now, and not when the transaction ends: the words reach whoever enters it
        self.env.cr.execute(
            "SET CONSTRAINTS insurance_product_premium_no_overlap IMMEDIATE;"
            "SET CONSTRAINTS insurance_product_premium_no_overlap DEFERRED"
        )
