from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError


class InsurancePolicy(models.Model):
    """A contract of insurance of a client, from the application to its end."""

    _name = "insurance.policy"
    _inherit = [
        "insurance.archive.child",
        "insurance.state.mixin",
        "insurance.history.mixin",
    ]
    _description = "Insurance policy"
    _order = "start_date desc, id desc"
    _rec_name = "number"
    _rec_names_search = ["number", "application_number", "partner_id.name"]

    archive_id = fields.Many2one(string="Policyholder")
    number = fields.Char(
        string="Policy number",
        copy=False,
        help="Given by the insurer when the application is accepted.",
    )
    application_number = fields.Char(
        string="Application number",
        copy=False,
        index="btree_not_null",
        help="Number printed on the application.",
    )
    application_date = fields.Date(
        string="Application date", default=fields.Date.context_today
    )
    product_id = fields.Many2one(
        "product.template",
        string="Product",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
        domain=[("is_insurance", "=", True)],
    )
    # related as superuser, so that they can group: products are no secret
    category_id = fields.Many2one(
        related="product_id.insurance_category_id", string="Category"
    )
    line = fields.Selection(related="product_id.insurance_category_id.line")
    sum_insured = fields.Monetary(string="Sum insured")
    start_date = fields.Date(string="Start", index=True, copy=False)
    term_years = fields.Integer(
        string="Term (years)", help="Gives the end; 0 for whole life or another term."
    )
    term = fields.Char(
        string="Term in words", help="For example “whole life” or “until age 65”."
    )
    end_date = fields.Date(
        string="End",
        compute="_compute_end_date",
        store=True,
        readonly=False,
        precompute=True,
        copy=False,
        help="Last day of cover; empty for whole life.",
    )
    agent_id = fields.Many2one(
        "res.users",
        string="Selling agent",
        compute="_compute_agent_id",
        store=True,
        readonly=False,
        precompute=True,
        index=True,
        domain="[('share', '=', False)]",
        help="Who sold the policy; the client's own agent unless you say otherwise.",
    )
    insured_ids = fields.One2many(
        "insurance.policy.insured", "policy_id", string="Insured persons", copy=True
    )
    beneficiary_ids = fields.One2many(
        "insurance.policy.beneficiary", "policy_id", string="Beneficiaries", copy=True
    )
    note = fields.Text()

    _number_unique = models.UniqueIndex(
        "(company_id, number) WHERE number IS NOT NULL",
        "This policy number is already in use. Check it against the policy document.",
    )
    _dates_ordered = models.Constraint(
        "CHECK(end_date >= start_date)",
        "A policy can't end before it starts. Check both dates.",
    )
    _term_positive = models.Constraint(
        "CHECK(term_years >= 0)",
        "The term can't be negative.",
    )
    _sum_insured_positive = models.Constraint(
        "CHECK(sum_insured >= 0)",
        "The sum insured can't be negative.",
    )

    @api.depends("number", "product_id.name", "partner_id.name")
    @api.depends_context("show_policy_client")
    def _compute_display_name(self):
        super()._compute_display_name()
        visible = self.sudo(False)._filtered_access("read")
        for policy in self.browse(visible.ids):
            number = policy.number or self.env._("Application %s", policy.id)
            # superuser: the name of a product is no secret
            product = policy.sudo().product_id.name
            policy.display_name = f"{number} {product}"
        if self.env.context.get("show_policy_client"):
            self.browse(visible.ids)._lead_with_client()

    @api.depends("start_date", "term_years")
    def _compute_end_date(self):
        for policy in self:
            if policy.start_date and policy.term_years > 0:
                policy.end_date = policy.start_date + relativedelta(
                    years=policy.term_years, days=-1
                )
            else:
                policy.end_date = policy.end_date

    @api.depends("archive_id")
    def _compute_agent_id(self):
        # a form that is not saved yet may name any archive
        visible = self.archive_id.sudo(False)._filtered_access("read")
        for policy in self:
            archive = policy.archive_id & visible
            policy.agent_id = policy.agent_id or archive.agent_id

    @api.constrains("product_id")
    def _check_product(self):
        for policy in self:
            if not policy.product_id.is_insurance:
                raise ValidationError(
                    self.env._(
                        "“%s” is no insurance product. Choose another product.",
                        policy.product_id.display_name,
                    )
                )

    @api.constrains("archive_id")
    def _check_persons_of_archive(self):
        self.insured_ids._check_related_person()
        self.beneficiary_ids._check_related_person()

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._clean_number(vals)
            if vals.get("state", "application") != "application":
                # a policy entered as it stands was not applied for today
                vals.setdefault("application_date", False)
        return super().create(vals_list)

    def write(self, vals):
        self._clean_number(vals)
        if vals.get("archive_id"):
            self._check_policyholder_stays(vals["archive_id"])
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_issued(self):
        if any(policy.state != "application" for policy in self):
            raise UserError(
                self.env._(
                    "Only an application can be deleted. End the policy instead: its "
                    "record is kept."
                )
            )

    def _check_policyholder_stays(self, archive_id):
        for policy in self:
            if policy.state != "application" and policy.archive_id.id != archive_id:
                raise UserError(
                    self.env._(
                        "“%s” stays with its policyholder. Terminate it and enter a "
                        "new policy for the other client.",
                        policy.display_name,
                    )
                )

    @api.model
    def _clean_number(self, vals):
        # an empty text is no number: two applications may both have none
        for name in ("number", "application_number"):
            if name in vals:
                vals[name] = (vals[name] or "").strip() or False
