from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, format_amount

from odoo.addons.insurance_client_archive.tools import premium_schedule

from ..tools import premium

SEXES = {"male": (0,), "female": (1,), "any": (0, 1)}


class ProductTemplate(models.Model):
    """What a product costs: one contract with its reasons, or many at once."""

    _inherit = "product.template"

    insurance_premium_ids = fields.One2many(
        "insurance.product.premium",
        "product_id",
        string="Premium table",
        copy=True,
    )
    insurance_mode_ids = fields.One2many(
        "insurance.product.mode", "product_id", string="Payment modes", copy=True
    )
    insurance_rate_count = fields.Integer(
        string="Rates", compute="_compute_insurance_rate_count"
    )

    def _compute_insurance_rate_count(self):
        counts = dict(
            self.env["insurance.product.premium"]._read_group(
                [("product_id", "in", self.ids)], ["product_id"], ["__count"]
            )
        )
        for product in self:
            product.insurance_rate_count = counts.get(product._origin, 0)

    def _insurance_premium(
        self,
        age,
        gender,
        sum_insured,
        term_years=None,
        payment_years=None,
        mode="yearly",
        on=None,
    ):
        """Return what the contract costs, or raise what is missing or not sold.

        :param age: in completed years; None where the premium knows no age
        :param gender: ``male``, ``female`` or nothing
        :return: Premium(instalment, annual, total, rate); a single premium counts in
            full as a year's
        """
        self.ensure_one()
        if mode == "single":
            payment_years = 0
        elif payment_years is None:
            payment_years = self.insurance_payment_years
        if term_years is None:
            term_years = self.insurance_term_years
        self._insurance_check_person(age, gender)
        self._insurance_check_sum(sum_insured)
        factor = self._insurance_mode_factor(mode)
        on = on or fields.Date.context_today(self)
        rate = self._insurance_rate(age, gender, term_years, payment_years, on)
        return premium.premium(
            rate,
            sum_insured,
            payment_years,
            factor=factor,
            times=premium_schedule.instalments_per_year(mode),
            places=self.currency_id.decimal_places,
        )

    def _insurance_rate_grid(self, ages, on=None):
        """Return yearly rates per 1,000 at the usual term and payment years.

        One query. ``grid[product, sex, age]``: products in the order of ``self``, men
        before women, the ages as given; NaN where the product is not sold.
        """
        on = on or fields.Date.context_today(self)
        position = {product_id: number for number, product_id in enumerate(self._ids)}
        # rates and limits are no secret: who has the products may know them
        self.env["insurance.product.premium"].flush_model()
        self.flush_model()
        self.env.cr.execute(
            SQL(
                """
                SELECT product.id, product.insurance_gender, product.insurance_min_age,
                       product.insurance_max_age,
                       array_agg(row.gender ORDER BY row.valid_from, row.id),
                       array_agg(row.age_from ORDER BY row.valid_from, row.id),
                       array_agg(row.age_to ORDER BY row.valid_from, row.id),
                       array_agg(row.rate::float8 ORDER BY row.valid_from, row.id)
                  FROM product_template product
                  JOIN insurance_product_premium row
                    ON row.product_id = product.id
                   AND row.term_years = product.insurance_term_years
                   AND row.payment_years = product.insurance_payment_years
                   AND row.valid_from <= %s
                 WHERE product.id = ANY(%s)
                 GROUP BY product.id
                """,
                on,
                list(self._ids),
            )
        )
        rows, limits = [], []
        for product_id, sold_to, lowest, highest, *columns in self.env.cr.fetchall():
            number = position[product_id]
            limits.append((number, SEXES[sold_to or "any"], lowest, highest, None))
            rows += [
                (number, SEXES[gender], age_from, age_to, rate)
                for gender, age_from, age_to, rate in zip(*columns, strict=True)
            ]
        return premium.rate_grid(len(self), ages, rows, limits)

    # --- rules of one contract
    def _insurance_check_person(self, age, gender):
        if age is not None and not (
            self.insurance_min_age <= age <= self.insurance_max_age
        ):
            raise UserError(
                self.env._(
                    "“%(product)s” is for ages %(lowest)s to %(highest)s, not for "
                    "%(age)s.",
                    product=self.display_name,
                    lowest=self.insurance_min_age,
                    highest=self.insurance_max_age,
                    age=age,
                )
            )
        if self.insurance_gender not in (False, "any", gender):
            genders = dict(
                self._fields["insurance_gender"]._description_selection(self.env)
            )
            raise UserError(
                self.env._(
                    "“%(product)s” is sold to: %(persons)s.",
                    product=self.display_name,
                    persons=genders[self.insurance_gender],
                )
            )

    def _insurance_check_sum(self, sum_insured):
        lowest, highest = self.insurance_sum_min, self.insurance_sum_max
        step, currency = self.insurance_sum_step, self.currency_id
        if not sum_insured or sum_insured < 0:
            raise UserError(self.env._("Enter the sum insured."))
        if sum_insured < lowest or highest and sum_insured > highest:
            raise UserError(
                self.env._(
                    "The sum insured of “%(product)s” is at least %(lowest)s and at "
                    "most %(highest)s.",
                    product=self.display_name,
                    lowest=format_amount(self.env, lowest, currency),
                    highest=format_amount(self.env, highest, currency)
                    if highest
                    else self.env._("unlimited"),
                )
            )
        if step and abs((sum_insured - lowest + step / 2) % step - step / 2) > 0.005:
            raise UserError(
                self.env._(
                    "The sum insured of “%(product)s” goes up from %(lowest)s in steps "
                    "of %(step)s.",
                    product=self.display_name,
                    lowest=format_amount(self.env, lowest, currency),
                    step=format_amount(self.env, step, currency),
                )
            )

    def _insurance_mode_factor(self, mode):
        modes = {row.mode: row.factor for row in self.insurance_mode_ids}
        if mode not in modes:
            choices = dict(
                self.env["insurance.product.mode"]
                ._fields["mode"]
                ._description_selection(self.env)
            )
            raise UserError(
                self.env._(
                    "“%(product)s” can't be paid like this: %(mode)s. Possible: "
                    "%(modes)s.",
                    product=self.display_name,
                    mode=choices.get(mode, mode),
                    modes=", ".join(choices[name] for name in modes) or "–",
                )
            )
        return modes[mode]

    def _insurance_rate(self, age, gender, term_years, payment_years, on):
        """Return the rate in force, or raise what has to be entered."""
        domain = [
            ("product_id", "=", self.id),
            ("term_years", "=", term_years),
            ("payment_years", "=", payment_years),
            ("valid_from", "<=", on),
        ]
        if age is not None:
            domain += [("age_from", "<=", age), ("age_to", ">=", age)]
        if gender:
            domain.append(("gender", "in", ("any", gender)))
        rows = self.env["insurance.product.premium"].search_fetch(
            domain,
            ["gender", "age_from", "age_to", "rate", "valid_from"],
            order="valid_from desc, id",
        )
        if not rows:
            raise UserError(
                self.env._(
                    "The premium table of “%(product)s” has no rate for this age with "
                    "a term of %(term)s and %(payment)s payment years.",
                    product=self.display_name,
                    term=term_years,
                    payment=payment_years,
                )
            )
        if gender and age is not None:
            return rows[0].rate
        return self._insurance_common_rate(rows, age)

    def _insurance_common_rate(self, rows, age):
        """Return the one rate for a person of whom age or sex is not known."""
        latest = {}
        for row in rows:
            latest.setdefault((row.gender, row.age_from, row.age_to), row.rate)
        rates = set(latest.values())
        if len(rates) > 1:
            if age is None:
                raise UserError(
                    self.env._(
                        "The premium of “%s” depends on the age: enter the birth date "
                        "or the age.",
                        self.display_name,
                    )
                )
            raise UserError(
                self.env._(
                    "The premium of “%s” depends on the sex: enter it.",
                    self.display_name,
                )
            )
        return rates.pop()
