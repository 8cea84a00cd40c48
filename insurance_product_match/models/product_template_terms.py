from odoo import api, fields, models
from odoo.exceptions import ValidationError

from .insurance_grade_scheme import GRADES

NEW_TYPES = [
    ("ordinary", "Traditional"),
    ("participating", "Participating"),
    ("universal", "Universal"),
    ("unit_linked", "Unit-linked"),
    ("variable", "Variable annuity"),
]
OLDEST = 150
#: categories of products whose benefit is not fixed
TYPE_BY_CATEGORY = {
    "insurance_client_archive.product_category_participating": "participating",
    "insurance_client_archive.product_category_universal": "universal",
    "insurance_client_archive.product_category_unit_linked": "unit_linked",
}


def _occupation_classes(model):
    field = model.env["insurance.occupation"]._fields["risk_class"]
    return field._description_selection(model.env)


def _health_grades(model):
    field = model.env["insurance.archive"]._fields["health_grade"]
    choices = field._description_selection(model.env)
    return [choice for choice in choices if choice[0] in ("a", "b", "c", "d")]


class ProductTemplate(models.Model):
    """What an insurance product is, whom it is for, and what it says in plain words."""

    _inherit = "product.template"

    # --- kind and approval
    insurance_new_type = fields.Selection(
        NEW_TYPES,
        string="Type of benefit",
        compute="_compute_insurance_new_type",
        store=True,
        readonly=False,
        precompute=True,
        help="Whether the benefit is fixed. Where it is not, the client's tolerance of "
        "risk must be known and high premiums need a signed declaration.",
    )
    insurance_grade = fields.Selection(
        GRADES, string="Product grade", help="P1 is the least risky."
    )
    insurance_grade_scheme_id = fields.Many2one(
        "insurance.grade.scheme",
        string="Graded by",
        index="btree_not_null",
        ondelete="restrict",
    )
    insurance_filing_number = fields.Char(
        string="Filing number", copy=False, help="Approval or filing of the terms."
    )
    insurance_on_sale_from = fields.Date(string="On sale from", copy=False)
    insurance_on_sale_to = fields.Date(
        string="On sale to",
        copy=False,
        help="The last day; empty: until it is stopped.",
    )

    # --- whom it is for
    insurance_client_kind = fields.Selection(
        related="insurance_category_id.client_kind", string="Sold to"
    )
    insurance_min_age = fields.Integer(string="Age from")
    insurance_max_age = fields.Integer(string="Age to", default=OLDEST)
    insurance_ages = fields.Char(
        string="Ages",
        compute="_compute_insurance_ages",
        help="Empty where no person is insured.",
    )
    insurance_gender = fields.Selection(
        [("any", "Anybody"), ("male", "Men"), ("female", "Women")],
        string="For",
        default="any",
    )
    insurance_max_occupation_class = fields.Selection(
        _occupation_classes,
        string="Occupation up to",
        help="The riskiest class of occupation that is accepted. Empty: all.",
    )
    insurance_min_health_grade = fields.Selection(
        _health_grades,
        string="Health at least",
        help="The weakest health grade that is accepted. Empty: all.",
    )
    insurance_region_ids = fields.Many2many(
        "res.country.state",
        "insurance_product_region_rel",
        "product_id",
        "state_id",
        string="Regions",
        help="Where it may be sold. Empty: everywhere.",
    )

    # --- sum insured, term, cooling-off
    insurance_sum_min = fields.Monetary(string="Sum insured from")
    insurance_sum_max = fields.Monetary(
        string="Sum insured to", help="0: no highest sum."
    )
    insurance_sum_step = fields.Monetary(
        string="In steps of", help="0: any amount between the limits."
    )
    insurance_term_years = fields.Integer(
        string="Usual term", default=1, help="In years; 0 for whole life."
    )
    insurance_payment_years = fields.Integer(
        string="Usual payment years",
        default=1,
        help="For how many years premiums are paid; 0 for a single premium.",
    )
    insurance_cooling_off_days = fields.Integer(string="Cooling-off days")

    # --- in plain words
    insurance_summary = fields.Text(
        string="In short", translate=True, help="What agents say in two sentences."
    )
    insurance_suitable_persons = fields.Text(string="Suitable persons", translate=True)
    insurance_exclusions = fields.Text(string="Exclusions", translate=True)
    insurance_claim_flow = fields.Text(string="How to claim", translate=True)
    insurance_cautions = fields.Text(string="Cautions", translate=True)
    insurance_surrender_text = fields.Text(
        string="Loss on surrender",
        translate=True,
        help="What the client loses who gives the contract up early.",
    )

    _insurance_ages = models.Constraint(
        "CHECK(insurance_min_age >= 0 AND insurance_max_age >= insurance_min_age)",
        "The highest age can't be below the lowest age.",
    )
    _insurance_sums = models.Constraint(
        "CHECK(insurance_sum_min >= 0 AND insurance_sum_step >= 0 AND"
        " (insurance_sum_max = 0 OR insurance_sum_max >= insurance_sum_min))",
        "The highest sum insured can't be below the lowest one.",
    )
    _insurance_years = models.Constraint(
        "CHECK(insurance_term_years >= 0 AND insurance_payment_years >= 0 AND"
        " (insurance_term_years = 0"
        " OR insurance_payment_years <= insurance_term_years))",
        "Premiums can't be paid for longer than the term.",
    )
    _insurance_sale_period = models.Constraint(
        "CHECK(insurance_on_sale_to >= insurance_on_sale_from)",
        "The sale of a product can't end before it begins.",
    )
    _insurance_cooling_off = models.Constraint(
        "CHECK(insurance_cooling_off_days >= 0)",
        "The cooling-off days can't be negative.",
    )

    @api.depends("insurance_min_age", "insurance_max_age")
    def _compute_insurance_ages(self):
        for product in self:
            ages = (product.insurance_min_age, product.insurance_max_age)
            product.insurance_ages = ages != (0, OLDEST) and f"{ages[0]}–{ages[1]}"

    @api.depends("insurance_category_id")
    def _compute_insurance_new_type(self):
        types = {
            self.env["ir.model.data"]._xmlid_to_res_id(xml_id): new_type
            for xml_id, new_type in TYPE_BY_CATEGORY.items()
        }
        for product in self:
            product.insurance_new_type = types.get(
                product.insurance_category_id.id,
                product._origin.insurance_new_type or "ordinary",
            )

    @api.constrains("insurance_grade", "insurance_grade_scheme_id")
    def _check_insurance_grade(self):
        for product in self:
            scheme = product.insurance_grade_scheme_id
            if not scheme or not product.insurance_grade:
                continue
            if product.insurance_grade not in scheme.level_ids.mapped("grade"):
                raise ValidationError(
                    self.env._(
                        "“%(scheme)s” has no grade %(grade)s. Choose a grade of the "
                        "scheme.",
                        scheme=scheme.display_name,
                        grade=product.insurance_grade.upper(),
                    )
                )

    def _insurance_long_term(self):
        """Tell whether the contract runs for longer than a year."""
        self.ensure_one()
        return self.insurance_term_years != 1
