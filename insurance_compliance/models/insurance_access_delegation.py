from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Domain

from odoo.addons.insurance_client_archive.models.insurance_archive_access import (
    MODULE,
)

APPROVERS = ("supervisor", "department_head", "compliance")


class InsuranceAccessDelegation(models.Model):
    """Who decides on applications while somebody is absent."""

    _name = "insurance.access.delegation"
    _description = "Deputy for decisions on access"
    _order = "date_from desc, id desc"
    _rec_name = "user_id"

    user_id = fields.Many2one(
        "res.users",
        string="Absent person",
        required=True,
        index=True,
        default=lambda self: self.env.user,
        domain=lambda self: self._approver_users(),
    )
    deputy_id = fields.Many2one(
        "res.users",
        required=True,
        index=True,
        domain=lambda self: self._approver_users(),
        help="Somebody who approves applications, too.",
    )
    date_from = fields.Datetime(
        string="Away from", required=True, default=lambda self: fields.Datetime.now()
    )
    date_to = fields.Datetime(string="Away until", required=True)
    reason = fields.Char()
    is_active = fields.Boolean(
        string="In force",
        compute="_compute_is_active",
        search="_search_is_active",
    )

    _other_person = models.Constraint(
        "CHECK(deputy_id <> user_id)", "The deputy is somebody else."
    )
    _period = models.Constraint(
        "CHECK(date_to > date_from)", "The absence must end after it begins."
    )

    @api.model
    def _approver_users(self):
        groups = [self.env.ref(f"{MODULE}.group_{name}").id for name in APPROVERS]
        return [("all_group_ids", "in", groups), ("share", "=", False)]

    @api.depends("date_from", "date_to")
    def _compute_is_active(self):
        now = fields.Datetime.now()
        for delegation in self:
            started = delegation.date_from and delegation.date_from <= now
            delegation.is_active = bool(
                started and delegation.date_to and delegation.date_to > now
            )

    def _search_is_active(self, operator, value):
        if operator != "in" or set(value) != {True}:
            return NotImplemented
        return Domain("date_from", "<=", "now") & Domain("date_to", ">", "now")

    @api.constrains("user_id", "deputy_id")
    def _check_deputy_role(self):
        for delegation in self:
            roles = [
                f"{MODULE}.group_{name}"
                for name in APPROVERS
                if delegation.user_id.has_group(f"{MODULE}.group_{name}")
            ]
            if not any(map(delegation.deputy_id.has_group, roles)):
                raise ValidationError(
                    self.env._(
                        "%(deputy)s can't approve what %(absent)s approves. Choose "
                        "somebody with the same role.",
                        deputy=delegation.deputy_id.name,
                        absent=delegation.user_id.name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        delegations = super().create(vals_list)
        for delegation in delegations:
            delegation._check_author()
        return delegations

    def write(self, vals):
        if self:
            raise UserError(
                self.env._("An absence is not changed. End it, and enter another.")
            )
        return super().write(vals)

    def action_end(self):
        """End the absence now."""
        now = fields.Datetime.now()
        for delegation in self:
            delegation._check_author()
            if delegation.date_to <= now:
                raise UserError(self.env._("This absence is over already."))
            # the constraint wants an end after the beginning
            start = min(delegation.date_from, fields.Datetime.subtract(now, seconds=1))
            # pylint: disable-next=super-method-mismatch
            super(InsuranceAccessDelegation, delegation).write(
                {"date_from": start, "date_to": now}
            )
        return True

    @api.ondelete(at_uninstall=False)
    def _unlink_except_future(self):
        if any(one.date_from <= fields.Datetime.now() for one in self):
            raise UserError(self.env._("An absence that has begun stays on record."))

    def _check_author(self):
        """Everybody for the own absence; compliance for others, not for oneself."""
        user = self.env.user
        if self.user_id == user:
            return
        if not user.has_group(f"{MODULE}.group_compliance"):
            raise AccessError(self.env._("Enter a deputy for your own absence."))
        if self.deputy_id == user:
            raise AccessError(
                self.env._("Nobody makes himself the deputy of somebody else.")
            )

    @api.model
    def _delegators_of(self, user):
        """Return the absent persons whose deputy the user is now."""
        # superuser: who stands in for whom is asked for decisions by everybody
        return (
            self.sudo()
            .search([("deputy_id", "=", user.id), ("is_active", "=", True)])
            .user_id.with_env(self.env)
        )

    @api.model
    def _deputies_of(self, users):
        """Return those who decide in place of the users now."""
        # superuser: asked for reminders
        return (
            self.sudo()
            .search([("user_id", "in", users.ids), ("is_active", "=", True)])
            .deputy_id.with_env(self.env)
        )
