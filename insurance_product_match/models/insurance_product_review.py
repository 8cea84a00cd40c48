from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

SPECIALIST = "insurance_product_match.group_product_specialist"
#: all of them must have been looked at before a product is found fit
CHECKS = (
    "covers_checked",
    "premiums_checked",
    "conditions_checked",
    "exclusions_checked",
    "grade_checked",
    "wording_checked",
)
#: where each verdict takes a product that is in the state
MOVES = {
    ("review", "fit"): "approved",
    ("review", "rework"): "draft",
    ("approved", "rework"): "draft",
    ("approved", "stop"): "stopped",
}


class InsuranceProductReview(models.Model):
    """A specialist has compared a product with its sources: fit, rework or stop."""

    _name = "insurance.product.review"
    _description = "Review of a product"
    _order = "date desc, id desc"
    _rec_name = "product_id"

    product_id = fields.Many2one(
        "product.template",
        required=True,
        index=True,
        ondelete="cascade",
        domain=[("is_insurance", "=", True)],
    )
    company_id = fields.Many2one(related="product_id.company_id")
    reviewer_id = fields.Many2one(
        "res.users",
        required=True,
        readonly=True,
        default=lambda self: self.env.user,
    )
    date = fields.Date(required=True, readonly=True, default=fields.Date.context_today)
    verdict = fields.Selection(
        [
            ("fit", "Fit for sale"),
            ("rework", "To be corrected"),
            ("stop", "Stop the sale"),
        ],
        required=True,
        default="fit",
    )
    covers_checked = fields.Boolean(string="Covers agree with the terms")
    premiums_checked = fields.Boolean(string="Premiums agree with the filed table")
    conditions_checked = fields.Boolean(string="Conditions and persons are right")
    exclusions_checked = fields.Boolean(string="Exclusions are complete")
    grade_checked = fields.Boolean(string="Grade follows the scheme")
    wording_checked = fields.Boolean(string="Words are plain and promise nothing")
    findings = fields.Text(
        help="What was compared, what was found, what must be changed."
    )
    next_due = fields.Date(
        string="Next review by",
        compute="_compute_next_due",
        store=True,
        readonly=False,
        precompute=True,
        help="Until then the product may be sold on this review.",
    )
    submission = fields.Integer(
        readonly=True, help="Which submission of the product was reviewed."
    )

    @api.depends("date", "verdict")
    def _compute_next_due(self):
        months = self.env["insurance.parameter"]._get("product_review_months")
        for review in self:
            review.next_due = review.verdict == "fit" and (
                review.date or fields.Date.context_today(review)
            ) + relativedelta(months=months)

    @api.constrains("verdict", "findings", *CHECKS)
    def _check_evidence(self):
        for review in self:
            missing = [name for name in CHECKS if not review[name]]
            if review.verdict == "fit" and missing:
                labels = review.fields_get(missing, ["string"])
                raise ValidationError(
                    self.env._(
                        "A product is fit for sale when all of it was checked. Still "
                        "to be checked: %s.",
                        ", ".join(labels[name]["string"] for name in missing),
                    )
                )
            if review.verdict != "fit" and not (review.findings or "").strip():
                raise ValidationError(
                    self.env._("Write down what was found: somebody has to correct it.")
                )

    @api.constrains("date", "next_due")
    def _check_next_due(self):
        months = self.env["insurance.parameter"]._get("product_review_months")
        for review in self.filtered(lambda review: review.verdict == "fit"):
            latest = review.date + relativedelta(months=months)
            if not review.next_due or not review.date < review.next_due <= latest:
                raise ValidationError(
                    self.env._(
                        "The next review is due within %s months of this one.", months
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            # who and when is never taken from the caller
            today = fields.Date.context_today(self)
            vals_list = [{**vals, "date": today} for vals in vals_list]
        products = self.env["product.template"]
        # the form leaves out what it shows readonly: the product comes as a default
        default = self.default_get(["product_id"]).get("product_id")
        vals_list = [
            {
                **vals,
                "reviewer_id": self.env.uid,
                "submission": products.browse(
                    vals.get("product_id", default)
                ).insurance_submission,
            }
            for vals in vals_list
        ]
        reviews = super().create(vals_list)
        reviews._check_reviewer()
        reviews._apply()
        return reviews

    def write(self, vals):
        if self:
            raise UserError(self.env._("A review can't be changed. Enter another one."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_reviews(self):
        raise UserError(self.env._("Reviews are kept. Enter another one."))

    def _check_reviewer(self):
        """Refuse a reviewer without the role, and one who has edited the product."""
        if not self.env.user.has_group(SPECIALIST):
            raise AccessError(
                self.env._("Only product specialists review insurance products.")
            )
        for product in self.product_id:
            if self.env.user in product._insurance_editors():
                raise UserError(
                    self.env._(
                        "You have entered or changed “%s” yourself: another specialist "
                        "has to review it.",
                        product.display_name,
                    )
                )

    def _apply(self):
        """Take the products where the verdicts lead."""
        for review in self:
            product = review.product_id
            target = MOVES.get((product.insurance_state, review.verdict))
            if target:
                product.write(
                    {
                        "insurance_state": target,
                        "insurance_state_reason": review.findings,
                    }
                )
            elif (product.insurance_state, review.verdict) != ("approved", "fit"):
                raise UserError(
                    self.env._(
                        "“%s” is neither submitted for review nor on sale. Submit it "
                        "first.",
                        product.display_name,
                    )
                )
