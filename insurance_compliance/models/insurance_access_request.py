from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.insurance_client_archive import vault_caller
from odoo.addons.insurance_client_archive.models.insurance_state_mixin import (
    Transition,
)

from ..access_slice import SLICES, column
from .insurance_access_policy import LEVELS

#: one yes or no for each content slice, of the same names on policies and grants
SLICE_FIELDS = tuple(map(column, SLICES))
#: what is asked for: it stays once it has been submitted
CONTENT = frozenset(
    {
        "purpose_id",
        "purpose_text",
        "scope",
        "segment_id",
        "standing",
        "line_ids",
        "date_from",
        "date_to",
        "uses_max",
        *SLICE_FIELDS,
    }
)


#: in whose queue it is: the decision itself asks anew
QUEUE = frozenset({"first_rule", "second_needed", "escalated_on"})
#: what forms and imports send along with something new; the server sets its own
SENT_ALONG = frozenset({"user_id", "company_id", "level", "extends_id"})


class InsuranceAccessRequest(models.Model):
    """Application for the use of client archives: who, what for, what, how long.

    Nobody approves an own application, by whatever way: the decision is bound to the
    person who is logged in, states are set by nothing but the actions of this model,
    and the database refuses an approver who is the applicant.
    """

    _name = "insurance.access.request"
    _inherit = ["insurance.access.slices", "insurance.state.mixin"]
    _description = "Application for access"
    _order = "id desc"
    _rec_name = "number"

    _initial_states = ("draft",)
    _transitions = {
        "draft": {"submitted": Transition()},
        "submitted": {
            "draft": Transition(),
            "approved": Transition(check="_check_approved"),
            "refused": Transition(reason=True),
        },
        "refused": {"draft": Transition()},
        "approved": {"closed": Transition(), "revoked": Transition(reason=True)},
        "revoked": {"closed": Transition()},
    }

    number = fields.Char(string="Application number", readonly=True, copy=False)
    user_id = fields.Many2one(
        "res.users",
        string="Applicant",
        required=True,
        readonly=True,
        copy=False,
        index=True,
        default=lambda self: self.env.user,
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        readonly=True,
        copy=False,
        index=True,
        default=lambda self: self.env.company,
    )
    level = fields.Selection(
        LEVELS,
        readonly=True,
        copy=False,
        default=lambda self: (
            self.env["insurance.access.policy"]._of_user(self.env.user).level
        ),
        help="By the role of the applicant; it decides who approves.",
    )
    team_id = fields.Many2one("crm.team", readonly=True, copy=False, index=True)

    # --- what is asked for
    purpose_id = fields.Many2one("insurance.purpose", ondelete="restrict", index=True)
    purpose_needs_text = fields.Boolean(related="purpose_id.needs_text")
    purpose_text = fields.Text(string="In own words")
    scope = fields.Selection(
        [
            ("archives", "Certain clients"),
            ("segment", "A saved segment"),
            ("portfolio", "All my own clients"),
        ],
        string="Which clients",
        required=True,
        default="archives",
    )
    segment_id = fields.Many2one(
        "insurance.segment",
        string="Saved segment",
        index="btree_not_null",
        ondelete="set null",
        help="The clients that are in it when the application is submitted.",
    )
    standing = fields.Boolean(
        string="For daily work",
        help="Stands for the whole period, so that daily work with the own clients "
        "needs no further application.",
    )
    line_ids = fields.One2many(
        "insurance.access.request.line", "request_id", string="Clients", copy=True
    )
    slice_basic = fields.Boolean(default=True)
    date_from = fields.Datetime(
        string="Valid from", copy=False, default=lambda self: fields.Datetime.now()
    )
    date_to = fields.Datetime(
        string="Valid until", copy=False, default=lambda self: self._default_date_to()
    )
    uses_max = fields.Integer(
        string="Number of uses", help="0: as often as the work needs."
    )

    # --- how it goes
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("submitted", "Submitted"),
            ("approved", "Granted"),
            ("refused", "Turned down"),
            ("revoked", "Revoked"),
            ("closed", "Use confirmed"),
        ],
        required=True,
        default="draft",
        readonly=True,
        index=True,
        group_expand=True,
    )
    revision = fields.Integer(
        readonly=True, copy=False, help="How often it has been submitted."
    )
    submitted_on = fields.Datetime(readonly=True, copy=False)
    approver_id = fields.Many2one("res.users", readonly=True, copy=False)
    second_approver_id = fields.Many2one("res.users", readonly=True, copy=False)
    grant_id = fields.Many2one(
        "insurance.access.grant",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )
    extends_id = fields.Many2one(
        "insurance.access.request",
        string="Prolongs",
        readonly=True,
        copy=False,
        index="btree_not_null",
    )
    step_ids = fields.One2many("insurance.access.step", "request_id", string="Steps")

    _uses_positive = models.Constraint(
        "CHECK(uses_max >= 0)", "The number of uses can't be negative."
    )
    _approver_other = models.Constraint(
        "CHECK(approver_id <> user_id)", "Nobody approves an own application."
    )
    _second_approver_other = models.Constraint(
        "CHECK(second_approver_id <> user_id AND second_approver_id <> approver_id)",
        "The second approver is neither the applicant nor the first approver.",
    )
    _approved_by_somebody = models.Constraint(
        "CHECK(state NOT IN ('approved', 'revoked', 'closed')"
        " OR (approver_id IS NOT NULL AND grant_id IS NOT NULL))",
        "An application is approved by a person, and then has a grant.",
    )
    _waiting = models.Index("(submitted_on) WHERE state = 'submitted'")

    @api.model
    def _default_date_to(self):
        days = self.env["insurance.parameter"]._get("access_default_days")
        policy = self.env["insurance.access.policy"]._of_user(self.env.user)
        if policy.max_days:
            days = min(days, policy.max_days)
        return fields.Datetime.add(fields.Datetime.now(), days=days)

    @api.onchange("scope")
    def _onchange_scope(self):
        if self.scope != "portfolio":
            self.standing = False

    @api.model_create_multi
    def create(self, vals_list):
        policy = self.env["insurance.access.policy"]
        sequence = self.env["ir.sequence"]
        for vals in vals_list:
            self._refuse_reserved(vals, SENT_ALONG)
            # whoever applies, applies for the own person
            vals["user_id"] = self.env.uid
            vals["company_id"] = self.env.company.id
            vals["level"] = policy._of_user(self.env.user).level
            # the numbers of applications are nobody's secret
            vals["number"] = sequence.sudo().next_by_code(self._name)
        return super().create(vals_list)

    def write(self, vals):
        self._refuse_reserved(vals)
        if not CONTENT.isdisjoint(vals):
            self._check_changeable()
        return super().write(vals)

    def _store(self, vals):
        """Write what only the actions of this model write.

        The actions have asked who is logged in. Code that is kept in the database
        (server actions, automations) does not pass, even as superuser; scheduled jobs
        are such code, and may sort the queues.
        """
        if not QUEUE.issuperset(vals) and vault_caller.runs_stored_code():
            raise AccessError(
                self.env._("An application is decided by persons, not by programs.")
            )
        # superuser: approvers have no right to change an application otherwise
        # pylint: disable-next=super-method-mismatch
        return super(InsuranceAccessRequest, self.sudo()).write(vals)

    def _refuse_reserved(self, vals, allowed=frozenset()):
        reserved = vals.keys() - CONTENT - allowed
        if reserved:
            raise AccessError(
                self.env._(
                    "Applications move on by their buttons. These fields can't be "
                    "written: %s",
                    ", ".join(sorted(reserved)),
                )
            )

    def _check_changeable(self):
        for request in self:
            if request.user_id.id != self.env.uid:
                raise AccessError(
                    self.env._("Only the applicant changes what is applied for.")
                )
            if request.state != "draft":
                raise UserError(
                    self.env._(
                        "“%s” has been submitted. Take it back to change it; whoever "
                        "decides then sees it anew.",
                        request.number,
                    )
                )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_never_submitted(self):
        if any(request.state != "draft" or request.revision for request in self):
            raise UserError(self.env._("What has been submitted once stays on record."))
