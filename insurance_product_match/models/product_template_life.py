from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from odoo.addons.insurance_client_archive.flag_domain import flag_domain

EDITOR = "insurance_product_match.group_product_editor"
SPECIALIST = "insurance_product_match.group_product_specialist"
STATES = [
    ("draft", "Draft"),
    ("review", "In review"),
    ("approved", "Approved for sale"),
    ("stopped", "Sale stopped"),
    ("withdrawn", "Withdrawn"),
]
#: {from: {to: whether somebody must say why}}
STEPS = {
    "draft": {"review": False, "withdrawn": True},
    "review": {"approved": False, "draft": True},
    "approved": {"stopped": True, "draft": True},
    "stopped": {"draft": True, "withdrawn": True},
    "withdrawn": {},
}
#: written by the product itself, never by a caller
KEPT = frozenset(
    {
        "insurance_submission",
        "insurance_submitted_by_id",
        "insurance_submitted_on",
        "insurance_version",
    }
)
MOVING = frozenset({"insurance_state", "insurance_state_reason"})
#: rows of other people's work hang there; they have rights of their own
BESIDE = frozenset(
    {"insurance_diligence_ids", "insurance_fact_ids", "insurance_note_ids"}
)


class ProductTemplate(models.Model):
    """Draft, reviewed by somebody else, approved, on sale, stopped."""

    _inherit = "product.template"

    insurance_state = fields.Selection(
        STATES,
        string="Approval",
        required=True,
        default="draft",
        copy=False,
        index=True,
        readonly=True,
        help="Only approved products may be recommended.",
    )
    insurance_state_reason = fields.Text(
        string="Reason", readonly=True, copy=False, help="Why it is in this state."
    )
    insurance_submission = fields.Integer(
        string="Submissions", readonly=True, copy=False
    )
    insurance_submitted_by_id = fields.Many2one(
        "res.users", string="Submitted by", readonly=True, copy=False
    )
    insurance_submitted_on = fields.Datetime(
        string="Submitted on", readonly=True, copy=False
    )
    insurance_version = fields.Integer(
        string="Version", readonly=True, copy=False, help="Counts the approvals."
    )
    insurance_sellable = fields.Boolean(
        string="On sale today",
        compute="_compute_insurance_sellable",
        search="_search_insurance_sellable",
        help="Approved, within its time of sale, and its review is not overdue.",
    )

    @api.depends(
        "insurance_state",
        "insurance_on_sale_from",
        "insurance_on_sale_to",
        "insurance_review_due",
    )
    def _compute_insurance_sellable(self):
        for product in self:
            product.insurance_sellable = not product._insurance_sale_obstacle()

    def _search_insurance_sellable(self, operator, value):
        sellable = self._insurance_sellable_domain()
        return flag_domain(operator, value, sellable)

    @api.model_create_multi
    def create(self, vals_list):
        default = self.default_get(["insurance_state", "is_insurance"])
        for vals in vals_list:
            given = {**default, **vals}
            if given.get("is_insurance"):
                self._insurance_check_editor()
            if given.get("insurance_state", "draft") != "draft" or KEPT & vals.keys():
                raise UserError(
                    self.env._(
                        "A new product is a draft. Submit it: a specialist approves it."
                    )
                )
        return super().create(vals_list)

    def write(self, vals):
        touched = self.filtered(lambda product: product._insurance_touched(vals))
        if not touched:
            return super().write(vals)
        self._insurance_check_editor()
        if KEPT & vals.keys():
            raise UserError(
                self.env._("Versions and submissions are counted by the product.")
            )
        if (vals.keys() - MOVING - BESIDE) and self._insurance_terms(vals):
            touched._insurance_check_open()
        moving = self.filtered(
            lambda product: (
                vals.get("insurance_state", product.insurance_state)
                != product.insurance_state
            )
        )
        if not moving:
            # why it is in a state is said with the step alone
            vals = {name: vals[name] for name in vals if name not in MOVING}
            return super().write(vals)
        moving._insurance_check_step(vals)
        vals = {"insurance_state_reason": False, **vals}
        result = super().write(vals)
        for product in moving:
            # past the rule that callers don't count submissions and versions
            counted = product._insurance_counted(vals["insurance_state"])
            super(ProductTemplate, product).write(counted)
        return result

    def _checks_translations(self, field_name):
        # whoever words the terms, in whatever language, is known as one who did
        return super()._checks_translations(field_name) or (
            not self.env.su
            and field_name in self._fields
            and self._fields[field_name].translate is True
            and self._insurance_touched({field_name: True})
        )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_once_approved(self):
        if once := self.filtered("insurance_version"):
            raise UserError(
                self.env._(
                    "“%s” has been on sale: withdraw it. What was sold must remain "
                    "known.",
                    once[:1].display_name,
                )
            )

    # --- actions
    def action_insurance_submit(self):
        """Hand the product to a specialist."""
        self.write({"insurance_state": "review"})
        return True

    def action_insurance_review(self):
        """Open the sheet on which a specialist notes what was checked."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "insurance_product_match.insurance_product_review_action_new"
        )
        return {**action, "context": {"default_product_id": self.id}}

    # --- asked by other parts
    @api.model
    def _insurance_sellable_domain(self, on=None):
        """Return the domain of the products that may be sold on a day (today)."""
        on = on or fields.Date.context_today(self)
        return Domain.AND(
            [
                Domain("is_insurance", "=", True),
                Domain("insurance_state", "=", "approved"),
                Domain("insurance_on_sale_from", "<=", on),
                Domain("insurance_review_due", ">=", on),
                Domain("insurance_on_sale_to", "=", False)
                | Domain("insurance_on_sale_to", ">=", on),
            ]
        )

    def _insurance_sale_obstacle(self, on=None):
        """Return in words why the product may not be sold on a day, or False."""
        self.ensure_one()
        on = on or fields.Date.context_today(self)
        if not self.is_insurance:
            return self.env._("This is no insurance product.")
        if self.insurance_state != "approved":
            states = dict(
                self._fields["insurance_state"]._description_selection(self.env)
            )
            return self.env._(
                "The product is not approved: %s.", states[self.insurance_state]
            )
        if not self.insurance_on_sale_from or self.insurance_on_sale_from > on:
            return self.env._("The product is not on sale yet.")
        if self.insurance_on_sale_to and self.insurance_on_sale_to < on:
            return self.env._("The sale of the product has ended.")
        if not self.insurance_review_due or self.insurance_review_due < on:
            return self.env._("The review of the product is overdue.")
        return False

    # --- rules
    @api.model
    def _insurance_terms(self, vals):
        """Return the written names that are part of what was reviewed."""
        return {
            name
            for name in vals
            if name in ("name", "is_insurance")
            or name.startswith("insurance_")
            and name not in MOVING | BESIDE
        }

    def _insurance_touched(self, vals):
        """Tell whether writing the values changes an insurance product as such.

        An approval is nothing that a product brings along when it becomes insurance.
        """
        if (MOVING | KEPT) & vals.keys():
            return True
        return (self.is_insurance or vals.get("is_insurance")) and bool(
            self._insurance_terms(vals)
        )

    @api.model
    def _insurance_check_editor(self):
        if not self.env.su and not self.env.user.has_group(EDITOR):
            raise AccessError(
                self.env._("Only product editors enter and change insurance products.")
            )

    def _insurance_check_open(self):
        """Refuse to change what has been reviewed or is being reviewed."""
        for product in self.filtered(
            lambda product: product.insurance_state != "draft"
        ):
            raise UserError(
                self.env._(
                    "“%s” is not a draft. Take it back to draft with a reason, change "
                    "it and submit it again: nobody sells terms that no specialist has "
                    "seen.",
                    product.display_name,
                )
            )

    def _insurance_check_step(self, vals):
        target = vals["insurance_state"]
        states = dict(self._fields["insurance_state"]._description_selection(self.env))
        for product in self:
            steps = STEPS[product.insurance_state]
            if target not in steps:
                raise UserError(
                    self.env._(
                        "“%(product)s” is %(state)s and can't become %(target)s from "
                        "there.",
                        product=product.display_name,
                        state=states[product.insurance_state],
                        target=states.get(target, target),
                    )
                )
            if steps[target] and not (vals.get("insurance_state_reason") or "").strip():
                raise UserError(
                    self.env._(
                        "Say why “%(product)s” becomes %(target)s.",
                        product=product.display_name,
                        target=states[target],
                    )
                )
            if target in ("review", "approved"):
                # again: the call that submitted it may have taken something out
                product._insurance_check_complete()
            if target == "approved":
                product._insurance_check_reviewed()

    def _insurance_check_reviewed(self):
        """Refuse to approve what no specialist has found fit since it was submitted."""
        self.ensure_one()
        editors = self._insurance_editors()
        if not any(
            review.verdict == "fit"
            and review.submission == self.insurance_submission
            and review.reviewer_id not in editors
            for review in self.insurance_review_ids
        ):
            raise UserError(
                self.env._(
                    "“%s” is approved by the review of a specialist who has not "
                    "entered or changed it.",
                    self.display_name,
                )
            )

    def _insurance_check_complete(self):
        self.ensure_one()
        if missing := self._insurance_missing():
            raise UserError(
                self.env._(
                    "“%(product)s” can't be reviewed yet. Still missing: %(missing)s.",
                    product=self.display_name,
                    missing=", ".join(missing),
                )
            )

    def _insurance_counted(self, state):
        """Return what the product itself notes when it comes into a state."""
        if state == "review":
            return {
                "insurance_submission": self.insurance_submission + 1,
                "insurance_submitted_by_id": self.env.uid,
                "insurance_submitted_on": fields.Datetime.now(),
            }
        if state == "approved":
            return {"insurance_version": self.insurance_version + 1}
        return {}
