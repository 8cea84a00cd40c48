from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from odoo.addons.insurance_client_archive.flag_domain import flag_domain
from odoo.addons.insurance_client_archive.models.insurance_state_mixin import (
    Transition,
)

from ..person import check_person

MODULE = "insurance_client_archive"
APPROVERS = f"{MODULE}.group_compliance,{MODULE}.group_department_head"
SERVER = frozenset({"requester_id", "approver_id", "approved_on"})


class InsuranceDutyException(models.Model):
    """For some time and a reason, somebody has two roles that should be apart."""

    _name = "insurance.duty.exception"
    _inherit = "insurance.state.mixin"
    _description = "Exception to the separation of duties"
    _order = "id desc"
    _rec_name = "user_id"

    _initial_states = ("draft",)
    _transitions = {
        "draft": {
            "approved": Transition(groups=APPROVERS, check="_check_approve"),
            "refused": Transition(reason=True, groups=APPROVERS, check="_check_other"),
        },
        "approved": {"ended": Transition(reason=True, groups=APPROVERS)},
    }

    user_id = fields.Many2one(
        "res.users",
        string="Person",
        required=True,
        index=True,
        ondelete="cascade",
        domain=[("share", "=", False)],
    )
    conflict_id = fields.Many2one(
        "insurance.duty.conflict",
        string="Incompatible roles",
        required=True,
        index=True,
        ondelete="restrict",
        domain=[("severity", "=", "justify")],
    )
    reason = fields.Text(
        string="Why it is needed", help="Why nobody else can do it meanwhile."
    )
    safeguard = fields.Text(
        string="What is done instead",
        help="Who looks at what this person does, and how often.",
    )
    date_to = fields.Date(string="Until", required=True)
    state = fields.Selection(
        [
            ("draft", "Waiting for approval"),
            ("approved", "Approved"),
            ("refused", "Refused"),
            ("ended", "Ended"),
        ],
        required=True,
        readonly=True,
        default="draft",
        index=True,
        copy=False,
    )
    requester_id = fields.Many2one(
        "res.users", string="Asked by", readonly=True, copy=False
    )
    approver_id = fields.Many2one(
        "res.users", string="Approved by", readonly=True, copy=False
    )
    approved_on = fields.Datetime(readonly=True, copy=False)
    expired = fields.Boolean(compute="_compute_expired", search="_search_expired")

    @api.depends("date_to", "state")
    def _compute_expired(self):
        today = fields.Date.today()
        for one in self:
            one.expired = one.state == "approved" and one.date_to < today

    def _search_expired(self, operator, value):
        over = Domain("state", "=", "approved")
        over &= Domain("date_to", "<", fields.Date.today())
        return flag_domain(operator, value, over)

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            # not left out: a default of the caller would take the place
            vals.update(
                requester_id=self.env.uid,
                approver_id=False,
                approved_on=False,
                state=vals.get("state") or "draft",
            )
        return super().create(vals_list)

    def write(self, vals):
        if not self.env.su and SERVER & vals.keys():
            raise UserError(self.env._("The server fills this in by itself."))
        content = vals.keys() - {"state", "state_reason", "state_date", *SERVER}
        if content and "state" in vals and not self.env.su:
            # the step looks at what is asked for then, and not at what was before
            self.write({name: vals[name] for name in content})
            vals = {name: vals[name] for name in vals.keys() - content}
            content = set()
        if content and any(one.state != "draft" for one in self):
            raise UserError(
                self.env._("What was decided stays as it is. Ask for a new exception.")
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_draft(self):
        if any(one.state != "draft" for one in self):
            raise UserError(self.env._("An exception stays on record. End it instead."))

    def _check_other(self):
        check_person(self.env)
        for one in self:
            if self.env.user in one.user_id | one.requester_id | one.create_uid:
                raise AccessError(
                    self.env._(
                        "An exception is decided on by somebody who neither asked for "
                        "it nor gains from it."
                    )
                )

    def _check_approve(self):
        self._check_other()
        days = self.env["insurance.parameter"]._get("duty_exception_days")
        today = fields.Date.today()
        last = fields.Date.add(today, days=days)
        for one in self:
            if one.conflict_id.severity == "refuse":
                raise UserError(self.env._("There is no exception for these roles."))
            if not (one.reason or "").strip() or not (one.safeguard or "").strip():
                raise UserError(
                    self.env._("Say why it is needed, and what is done instead.")
                )
            if not today <= one.date_to <= last:
                raise UserError(
                    self.env._(
                        "An exception ends within %s days. Choose a day until then.",
                        days,
                    )
                )

    def _on_state(self, before):
        result = super()._on_state(before)
        # superuser: who decided is not entered by hand
        self.sudo().filtered(lambda one: one.state == "approved").write(
            {"approver_id": self.env.uid, "approved_on": fields.Datetime.now()}
        )
        return result
