from odoo import api, fields, models

#: what must stand in a product before a specialist looks at it
REQUIRED = (
    "insurance_category_id",
    "insurance_grade",
    "insurance_grade_scheme_id",
    "insurance_filing_number",
    "insurance_on_sale_from",
    "insurance_suitable_persons",
    "insurance_exclusions",
    "insurance_claim_flow",
    "insurance_cautions",
    "insurance_mode_ids",
    "insurance_cover_ids",
    "insurance_premium_ids",
)
#: the topics of which a source must be known
SOURCED = ("cover", "premium", "exclusions")


class ProductTemplate(models.Model):
    """What stands in a product, where it comes from, who has reviewed it."""

    _inherit = ["product.template", "insurance.product.history"]
    _name = "product.template"

    insurance_review_ids = fields.One2many(
        "insurance.product.review", "product_id", string="Product reviews"
    )
    insurance_fact_ids = fields.One2many(
        "insurance.product.fact", "product_id", string="Sources"
    )
    insurance_change_ids = fields.One2many(
        "insurance.product.change", "product_id", string="Changes"
    )
    insurance_reviewed_on = fields.Date(
        string="Reviewed on", compute="_compute_insurance_reviewed", store=True
    )
    insurance_review_due = fields.Date(
        string="Review due",
        compute="_compute_insurance_reviewed",
        store=True,
        help="After this day the product may not be sold before it is reviewed again.",
    )
    insurance_missing = fields.Char(
        string="Still missing",
        compute="_compute_insurance_missing",
        help="What has to be entered before a specialist can review the product.",
    )

    @api.depends("insurance_review_ids.next_due", "insurance_review_ids.verdict")
    def _compute_insurance_reviewed(self):
        for product in self:
            fit = product.insurance_review_ids.filtered(
                lambda review: review.verdict == "fit"
            )
            latest = max(fit, key=lambda review: (review.date, review.id), default=fit)
            product.insurance_reviewed_on = latest.date
            product.insurance_review_due = latest.next_due

    @api.depends_context("lang")
    @api.depends("insurance_fact_ids.topic", "insurance_cooling_off_days", *REQUIRED)
    def _compute_insurance_missing(self):
        for product in self:
            product.insurance_missing = ", ".join(
                product._insurance_missing()
                if product.is_insurance and product.insurance_state == "draft"
                else []
            )

    def _insurance_missing(self):
        """Return in words what a specialist needs and does not find."""
        self.ensure_one()
        labels = self.fields_get(REQUIRED, ["string"])
        missing = [labels[name]["string"] for name in REQUIRED if not self[name]]
        if self._insurance_long_term() and self.insurance_category_id.line not in (
            "property",
            "liability",
        ):
            days = self.env["insurance.parameter"]._get("cooling_off_days")
            if self.insurance_cooling_off_days < days:
                missing.append(self.env._("Cooling-off of at least %s days", days))
            if not self.insurance_surrender_text:
                missing.append(
                    self.fields_get(["insurance_surrender_text"], ["string"])[
                        "insurance_surrender_text"
                    ]["string"]
                )
        topics = set(self.insurance_fact_ids.mapped("topic"))
        choices = dict(
            self.env["insurance.product.fact"]
            ._fields["topic"]
            ._description_selection(self.env)
        )
        missing += [
            self.env._("Source: %s", choices[topic])
            for topic in SOURCED
            if topic not in topics
        ]
        return missing

    def _insurance_editors(self):
        """Return who has worked on the version that is not approved yet.

        For an approved product: who has worked on it since, which is nobody.
        """
        self.ensure_one()
        if self.insurance_state == "approved":
            version = self.insurance_version - 1
        else:
            version = self.insurance_version
        # users may read no history of others' products: who took part is no secret
        changes = self.sudo().insurance_change_ids.filtered(
            lambda change: (
                change.version == version and change.field_name != "insurance_state"
            )
        )
        editors = changes.user_id | self.sudo().insurance_submitted_by_id
        return editors | self.create_uid if version <= 0 else editors

    # --- history
    def _history_archives(self):
        return {product.id: product for product in self if product.is_insurance}

    def _history_fields(self, vals):
        return [
            name
            for name in super()._history_fields(vals)
            if (name.startswith("insurance_") or name in ("name", "is_insurance"))
            and name
            not in (
                "insurance_submission",
                "insurance_submitted_by_id",
                "insurance_submitted_on",
                "insurance_version",
                "insurance_state_reason",
            )
        ]
