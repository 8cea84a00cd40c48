from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

#: what the client says and does in the talk
TALK_FIELDS = frozenset(
    {"chosen", "insists", "insists_text", "sequence", "client_text"}
)
NOT_IN_TALK = ("confirmed", "sold", "pending", "declined", "cancelled")


class InsuranceRecommendationLine(models.Model):
    """One product on its terms, beside the others that the client may choose from."""

    _name = "insurance.recommendation.line"
    _inherit = ["insurance.server.value.mixin", "insurance.recommendation.part"]
    _description = "Recommended product"
    _order = "recommendation_id, sequence, id"
    _access_slices = ("basic",)
    _server_values = frozenset(
        {
            "archive_id",
            "premium",
            "annual_premium",
            "total_premium",
            "severity",
            "advised_on",
            "finding_ids",
            "source",
            "outcome",
            "policy_id",
        }
    )
    _history_ignored = frozenset({"sequence"})

    sequence = fields.Integer(default=10)
    product_id = fields.Many2one(
        "product.template",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
        domain="[('is_insurance', '=', True), ('insurance_sellable', '=', True)]",
    )
    category_id = fields.Many2one(
        related="product_id.insurance_category_id", string="Category"
    )
    insured_id = fields.Many2one(
        "insurance.related.person",
        string="Insured person",
        index="btree_not_null",
        ondelete="restrict",
        domain="[('archive_id', '=', archive_id)]",
        help="Empty: the client.",
    )
    sum_insured = fields.Monetary(
        string="Sum insured",
        compute="_compute_terms",
        store=True,
        readonly=False,
        precompute=True,
    )
    term_years = fields.Integer(
        string="Term (years)",
        compute="_compute_terms",
        store=True,
        readonly=False,
        precompute=True,
        help="0 for whole life.",
    )
    payment_years = fields.Integer(
        string="Payment years",
        compute="_compute_terms",
        store=True,
        readonly=False,
        precompute=True,
    )
    payment_mode = fields.Selection(
        lambda self: (
            self.env["insurance.policy"]
            ._fields["payment_mode"]
            ._description_selection(self.env)
        ),
        string="Payment mode",
        required=True,
        compute="_compute_terms",
        store=True,
        readonly=False,
        precompute=True,
    )
    chosen = fields.Boolean(help="The client wants this one.")
    client_text = fields.Char(
        string="What the client says", help="About this product, in the talk."
    )

    _terms_positive = models.Constraint(
        "CHECK(sum_insured >= 0 AND term_years >= 0 AND payment_years >= 0)",
        "Sum insured, term and years of payment can't be negative.",
    )
    _once = models.UniqueIndex(
        "(recommendation_id, product_id, COALESCE(insured_id, 0), payment_mode,"
        " payment_years, term_years, sum_insured)",
        "This product stands in the recommendation with the same terms already.",
    )

    @api.depends("product_id.name", "recommendation_id.number")
    def _compute_display_name(self):
        result = super()._compute_display_name()
        visible = self.sudo(False)._filtered_access("read")
        for line in self.browse(visible.ids):
            # superuser: the name of a product is no secret
            product = line.sudo().product_id.name
            line.display_name = f"{line.recommendation_id.number} {product}"
        return result

    @api.depends("product_id")
    def _compute_terms(self):
        for line in self:
            product = line.product_id
            years = product.insurance_payment_years
            line.sum_insured = product.insurance_sum_min
            line.term_years = product.insurance_term_years
            line.payment_years = years
            line.payment_mode = "single" if product and not years else "yearly"

    @api.constrains("insured_id")
    def _check_insured(self):
        for line in self:
            if line.insured_id and line.insured_id.archive_id != line.archive_id:
                raise ValidationError(
                    self.env._("Choose an insured person of this client.")
                )

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines._refuse_in_states(("talk", *NOT_IN_TALK))
        lines._evaluate()
        return lines

    def write(self, vals):
        if vals.get("recommendation_id"):
            raise UserError(self.env._("A product stays in its recommendation."))
        if vals.keys() <= self._server_values:
            return super().write(vals)
        terms = vals.keys() - TALK_FIELDS
        self._refuse_in_states(("talk", *NOT_IN_TALK) if terms else NOT_IN_TALK)
        result = super().write(vals)
        if terms or not vals.keys().isdisjoint(("insists", "insists_text")):
            self._evaluate()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_issued(self):
        self._refuse_in_states(("talk", *NOT_IN_TALK))

    def _person(self):
        """Return whose life or health is insured, for age and gender."""
        return self.insured_id or self.archive_id
