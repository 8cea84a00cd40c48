from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

from .insurance_archive_process import MARKETING
from .insurance_state_mixin import Transition

MODULE = "insurance_client_archive"
LEADS = f"{MODULE}.group_supervisor"
GRANTED = ("granted", "given")
#: what the verdict rests on: it stays once it has been submitted
JUDGED = ("archive_id", "kind_id", "value", "tied_to_sale")
#: noted by the gate and the steps, entered by nobody
NOTED = frozenset({"user_id", "approved_by_id", "regulation_id", "refused_for"})


class InsuranceIncentive(models.Model):
    """The gate that a benefit for a client passes, or does not.

    Insurance law forbids benefits outside the contract (articles 116 and 131).
    What is refused stays on record with its reason.
    """

    _name = "insurance.incentive"
    _inherit = [
        "insurance.archive.child",
        "insurance.state.mixin",
        "insurance.history.mixin",
    ]
    _description = "Benefit for a client"
    _order = "id desc"

    _initial_states = ("draft",)
    _transitions = {
        "draft": {
            "to_approve": Transition(check="_check_gate"),
            "refused": Transition(reason=True),
        },
        "to_approve": {
            "granted": Transition(groups=LEADS, check="_check_approval"),
            "refused": Transition(groups=LEADS, reason=True),
        },
        "granted": {
            "given": Transition(check="_check_gate"),
            "refused": Transition(groups=LEADS, reason=True),
        },
    }

    name = fields.Char(string="What", required=True)
    kind_id = fields.Many2one(
        "insurance.incentive.kind", required=True, ondelete="restrict", index=True
    )
    value = fields.Monetary(help="What it costs us; 0 for services and greetings.")
    tied_to_sale = fields.Boolean(
        string="For buying, renewing or recommending",
        help="The client gets it because of a contract: that makes it a rebate.",
    )
    purpose = fields.Text(string="What for")
    policy_id = fields.Many2one(
        "insurance.policy",
        index="btree_not_null",
        ondelete="restrict",
        domain="[('archive_id', '=', archive_id)]",
    )
    user_id = fields.Many2one(
        "res.users",
        string="Asked for by",
        required=True,
        readonly=True,
        index=True,
        default=lambda self: self.env.user,
    )
    approved_by_id = fields.Many2one(
        "res.users", string="Approved by", readonly=True, copy=False
    )
    regulation_id = fields.Many2one(
        "insurance.regulation",
        string="Article",
        readonly=True,
        copy=False,
        help="Stands behind the refusal.",
    )
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("to_approve", "To be approved"),
            ("granted", "Granted"),
            ("given", "Given"),
            ("refused", "Refused"),
        ],
        required=True,
        default="draft",
        readonly=True,
        index=True,
        group_expand=True,
    )
    granted_value = fields.Monetary(
        string="Value granted",
        compute="_compute_granted_value",
        store=True,
        help="The value of what was granted: what is refused costs nothing.",
    )
    refused_for = fields.Selection(
        [
            ("kind", "The kind is forbidden"),
            ("sale", "A rebate"),
            ("consent", "No consent to offers"),
            ("limit", "More than the yearly value"),
        ],
        string="Refused for",
        readonly=True,
        copy=False,
        help="Found by the gate; people give a reason in their own words.",
    )
    refusal = fields.Text(
        string="Why it is refused",
        compute="_compute_refusal",
        compute_sudo=False,
        help="In the language of whoever reads it.",
    )
    verdict = fields.Text(
        compute="_compute_verdict",
        compute_sudo=False,
        help="What the gate would say now.",
    )

    _value_positive = models.Constraint(
        "CHECK(value >= 0)", "The value can't be negative."
    )

    @api.depends("kind_id", "value", "tied_to_sale", "archive_id", "state")
    @api.depends_context("lang")
    def _compute_verdict(self):
        visible = self.archive_id._filtered_access("read")
        for incentive in self:
            judged = (
                incentive.state == "draft"
                and incentive.kind_id
                and incentive.archive_id in visible
            )
            cause, regulation = incentive._refusal() if judged else ("", None)
            incentive.verdict = cause and incentive._refusal_text(cause, regulation)

    @api.depends("value", "state")
    def _compute_granted_value(self):
        for incentive in self:
            granted = incentive.state in GRANTED
            incentive.granted_value = incentive.value if granted else 0

    @api.depends("state", "state_reason", "refused_for", "kind_id", "regulation_id")
    @api.depends_context("lang")
    def _compute_refusal(self):
        for incentive in self:
            if incentive.state != "refused":
                incentive.refusal = False
            elif incentive.refused_for:
                # superuser: kinds and articles are no secret
                known = incentive.sudo()
                incentive.refusal = known._refusal_text(
                    known.refused_for, known.regulation_id
                )
            else:
                incentive.refusal = incentive.state_reason

    @api.constrains("policy_id", "archive_id")
    def _check_of_this_client(self):
        for incentive in self:
            policy = incentive.policy_id
            if policy and policy.archive_id != incentive.archive_id:
                raise ValidationError(self.env._("Choose a policy of this client."))

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            if not self.env.su:
                vals["user_id"] = self.env.uid
                vals.pop("approved_by_id", None)
        return super().create(vals_list)

    def write(self, vals):
        self._check_judged(vals)
        return super().write(vals)

    def action_submit(self):
        """Go through the gate: refused at once, or on to the supervisor."""
        for incentive in self:
            cause, regulation = incentive._refusal()
            if cause:
                reason = incentive._refusal_text(cause, regulation)
                incentive.write({"state": "refused", "state_reason": reason})
                # superuser: cause and article that were found, which nobody enters
                incentive.sudo().write(
                    {"regulation_id": regulation.id, "refused_for": cause}
                )
            else:
                incentive.state = "to_approve"

    def _refusal(self):
        """Return what the benefit is refused for, and by which article; or nothing."""
        self.ensure_one()
        # superuser: kinds and articles are no secret
        kind = self.kind_id.sudo()
        law = self.env.ref(f"{MODULE}.regulation_il_116").sudo()
        if not kind.allowed:
            return "kind", kind.regulation_id
        if kind.in_contract:
            return "", law.browse()
        if self.tied_to_sale:
            return "sale", law
        if not self.archive_id._may_process(MARKETING):
            # superuser: the law is no secret
            return "consent", self.env.ref(f"{MODULE}.regulation_pipl_13").sudo()
        limit = self.env["insurance.parameter"]._get("incentive_value_limit")
        if self._value_of_year() + self.value > limit:
            return "limit", law
        return "", law.browse()

    def _refusal_text(self, cause, regulation):
        """Return the reason and the article, in the language of the user."""
        self.ensure_one()
        # superuser: kinds and articles are no secret
        reason = self.kind_id.sudo().reason
        if cause == "sale":
            reason = self.env._(
                "A benefit for buying, renewing or recommending that the contract does "
                "not promise is a rebate."
            )
        elif cause == "consent":
            reason = self.env._(
                "The client has not agreed to offers beyond the contract."
            )
        elif cause == "limit":
            reason = self.env._(
                "All benefits of a client together may be worth %s in a year.",
                self.env["insurance.parameter"]._get("incentive_value_limit"),
            )
        return self.env._(
            "%(reason)s (%(law)s, art. %(article)s)",
            reason=reason,
            law=regulation.name,
            article=regulation.article,
        )

    def _value_of_year(self):
        """Return what the client has been granted in the last twelve months."""
        domain = (
            Domain("archive_id", "=", self.archive_id.id)
            & Domain("id", "!=", self._origin.id)
            & Domain("state", "in", GRANTED)
            & Domain("state_date", ">=", "now -12m")
            & Domain("kind_id.in_contract", "=", False)
        )
        # superuser: the sum of this client's benefits, whoever granted them
        [(total,)] = self.sudo()._read_group(domain, [], ["value:sum"])
        return total or 0

    def _check_gate(self):
        self.ensure_one()
        cause, regulation = self._refusal()
        if cause:
            raise UserError(self._refusal_text(cause, regulation))

    def _check_approval(self):
        self.ensure_one()
        self._check_gate()
        if not self.env.su and self.env.user == self.user_id:
            raise UserError(
                self.env._("Nobody approves a benefit asked for by oneself.")
            )

    def _check_judged(self, vals):
        if self.env.su:
            return
        fixed = set(JUDGED) & vals.keys()
        noted = NOTED & vals.keys()
        if noted or (fixed and any(one.state != "draft" for one in self)):
            raise UserError(
                self.env._(
                    "What was judged stays as it is. Ask for another benefit instead."
                )
            )

    def _on_state(self, before):
        result = super()._on_state(before)
        granted = self.filtered(lambda one: one.state == "granted")
        # superuser: only who has approved is noted
        granted.sudo().write({"approved_by_id": self.env.uid})
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_draft(self):
        if any(incentive.state != "draft" for incentive in self):
            raise UserError(
                self.env._("Only a draft can be deleted: refusals stay on record.")
            )
