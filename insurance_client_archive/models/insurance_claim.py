from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

CLAIM_KINDS = [
    ("death", "Death"),
    ("critical_illness", "Critical illness"),
    ("medical", "Medical"),
    ("disability", "Disability"),
    ("accident", "Accident"),
    ("property", "Property damage"),
    ("liability", "Liability"),
    ("maturity", "Maturity or survival"),
    ("other", "Other"),
]
NEVER_IN_FORCE = ("application", "underwriting", "declined", "withdrawn")


class InsuranceClaim(models.Model):
    """An event that a policy may have to pay for."""

    _name = "insurance.claim"
    _inherit = [
        "insurance.server.value.mixin",
        "insurance.policy.child",
        "insurance.state.mixin",
    ]
    _description = "Insurance claim"
    _order = "reported_date desc, id desc"
    _rec_name = "number"
    _rec_names_search = ["number", "policy_id.number", "partner_id.name"]
    _kept_values = frozenset({"number"})

    number = fields.Char(string="Claim number", readonly=True, copy=False)
    policy_id = fields.Many2one(ondelete="restrict")
    product_id = fields.Many2one(
        "product.template",
        compute="_compute_product_id",
        store=True,
        index="btree_not_null",
    )
    insured_id = fields.Many2one(
        "insurance.policy.insured",
        string="Insured person",
        index="btree_not_null",
        ondelete="restrict",
        domain="[('policy_id', '=', policy_id)]",
    )
    kind = fields.Selection(CLAIM_KINDS, required=True, default="medical")
    event_date = fields.Date(
        string="Date of event",
        required=True,
        index=True,
        default=fields.Date.context_today,
    )
    reported_date = fields.Date(
        string="Reported on",
        required=True,
        index=True,
        default=fields.Date.context_today,
    )
    reported_by = fields.Char(
        string="Reported by", help="Who told us, when it was not the client."
    )
    description = fields.Text(string="What happened")
    user_id = fields.Many2one(
        "res.users",
        string="Handled by",
        index=True,
        default=lambda self: self.env.user,
        domain="[('share', '=', False)]",
    )
    claimed_amount = fields.Monetary(string="Claimed amount")
    approved_amount = fields.Monetary(string="Approved amount")
    paid_amount = fields.Monetary(string="Paid amount")
    paid_on = fields.Date(string="Paid on", copy=False)
    warning = fields.Text(
        compute="_compute_warning",
        compute_sudo=False,
        help="What to look at twice before the decision.",
    )

    _number_unique = models.UniqueIndex(
        "(company_id, number) WHERE number IS NOT NULL",
        "This claim number is already in use.",
    )
    _reported_after_event = models.Constraint(
        "CHECK(reported_date >= event_date)",
        "A claim can't be reported before the event. Check both dates.",
    )
    _amounts_positive = models.Constraint(
        "CHECK(claimed_amount >= 0 AND approved_amount >= 0 AND paid_amount >= 0)",
        "The amounts of a claim can't be negative.",
    )

    @api.depends("number", "partner_id.name")
    @api.depends_context("show_claim_client")
    def _compute_display_name(self):
        result = super()._compute_display_name()
        visible = self.sudo(False)._filtered_access("read")
        if self.env.context.get("show_claim_client"):
            self.browse(visible.ids)._lead_with_client()
        return result

    @api.depends("policy_id.product_id")
    def _compute_product_id(self):
        for claim, policy in self._visible_parents():
            claim.product_id = policy.product_id

    @api.depends(
        "event_date",
        "approved_amount",
        "paid_amount",
        "policy_id.start_date",
        "policy_id.end_date",
        "policy_id.sum_insured",
    )
    @api.depends_context("uid", "lang")
    def _compute_warning(self):
        # a form that is not saved yet may name any policy
        visible = self.policy_id._filtered_access("read")
        for claim in self:
            shown = claim.policy_id in visible
            claim.warning = shown and "\n".join(claim._warnings()) or False

    @api.constrains("event_date", "reported_date")
    def _check_not_in_future(self):
        today = fields.Date.context_today(self)
        if any(max(claim.event_date, claim.reported_date) > today for claim in self):
            raise ValidationError(
                self.env._(
                    "A claim is reported after the event: neither date can lie in the "
                    "future."
                )
            )

    @api.constrains("insured_id", "policy_id")
    def _check_insured(self):
        for claim in self:
            if claim.insured_id and claim.insured_id.policy_id != claim.policy_id:
                raise ValidationError(
                    self.env._("Choose an insured person of this policy.")
                )

    @api.constrains("policy_id")
    def _check_policy_issued(self):
        for claim in self:
            if claim.policy_id.state in NEVER_IN_FORCE:
                raise ValidationError(
                    self.env._(
                        "“%s” was never in force. Choose the policy that covers the "
                        "event.",
                        claim.policy_id.display_name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            vals["number"] = vals.get("number") or self.env["ir.sequence"].next_by_code(
                self._name
            )
        return super().create(vals_list)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_handled(self):
        if any(claim.state != "reported" for claim in self):
            raise UserError(
                self.env._(
                    "Only a claim that was just reported can be deleted. Withdraw it "
                    "instead: its record is kept."
                )
            )

    def action_open_policy(self):
        self.ensure_one()
        return self.policy_id._form_action()

    def _warnings(self):
        """Return what deserves a second look; none of it stops the work."""
        policy, event = self.policy_id, self.event_date
        findings = [
            (
                event and policy.start_date and event < policy.start_date,
                self.env._("The event lies before the start of the policy."),
            ),
            (
                event and policy.end_date and event > policy.end_date,
                self.env._("The event lies after the end of the policy."),
            ),
            (
                policy.sum_insured and self.approved_amount > policy.sum_insured,
                self.env._("The approved amount is higher than the sum insured."),
            ),
            (
                self.paid_amount > self.approved_amount,
                self.env._("More was paid than approved."),
            ),
        ]
        return [text for found, text in findings if found]
