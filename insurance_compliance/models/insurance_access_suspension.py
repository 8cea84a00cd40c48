from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL
from odoo.tools.sql import table_exists

from ..person import check_person

MODULE = "insurance_client_archive"
COMPLIANCE = f"{MODULE}.group_compliance"
#: without anybody in one of these nobody could lift it again
NEEDED = (COMPLIANCE, f"{MODULE}.group_admin")
#: key in the transaction's cache
KEY = "insurance_suspended"


class InsuranceAccessSuspension(models.Model):
    """A user whose roles in the archive rest, from one transaction to the next.

    The groups stay as they are: they count for nothing until somebody lifts this.
    """

    _name = "insurance.access.suspension"
    _description = "Suspension of a user"
    _order = "id desc"
    _rec_name = "user_id"

    user_id = fields.Many2one(
        "res.users", required=True, readonly=True, ondelete="restrict"
    )
    incident_id = fields.Many2one(
        "insurance.incident", readonly=True, index=True, ondelete="restrict"
    )
    reason = fields.Char(required=True, readonly=True)
    suspended_by_id = fields.Many2one(
        "res.users", required=True, readonly=True, ondelete="restrict"
    )
    suspended_on = fields.Datetime(required=True, readonly=True)
    lifted_by_id = fields.Many2one("res.users", readonly=True, ondelete="restrict")
    lifted_on = fields.Datetime(readonly=True)
    lift_reason = fields.Char(string="Why it was lifted", readonly=True)

    _open_unique = models.UniqueIndex(
        "(user_id) WHERE lifted_on IS NULL", "The user is suspended already."
    )
    _by_another = models.Constraint(
        "CHECK(user_id <> suspended_by_id AND user_id <> lifted_by_id)",
        "Nobody suspends themselves, or lifts the own suspension.",
    )

    @api.model
    def _suspend(self, user, reason, incident=None):
        """Let the user's roles rest from now on, and end the sessions."""
        self._check_officer()
        reason = self._check_reason(reason)
        self._check_suspendable(user)
        # superuser: nobody writes suspensions by hand; who may, was asked before
        suspension = self.sudo().create(
            {
                "user_id": user.id,
                "incident_id": incident.id if incident else False,
                "reason": reason,
                "suspended_by_id": self.env.uid,
                "suspended_on": fields.Datetime.now(),
            }
        )
        self._forget()
        user._log_out_everywhere()
        self._record(user, "suspended", reason)
        return suspension.with_env(self.env)

    def _lift(self, reason):
        """Give the roles back."""
        self.ensure_one()
        self._check_officer()
        reason = self._check_reason(reason)
        # superuser: nobody writes suspensions by hand; who may, was asked before
        suspension = self.sudo()
        if suspension.lifted_on:
            raise UserError(self.env._("The suspension was lifted already."))
        if suspension.user_id == self.env.user:
            raise AccessError(self.env._("Somebody else lifts your suspension."))
        suspension.write(
            {
                "lifted_by_id": self.env.uid,
                "lifted_on": fields.Datetime.now(),
                "lift_reason": reason,
            }
        )
        self._forget()
        self._record(suspension.user_id, "lifted", reason)

    @api.model
    def _check_officer(self):
        check_person(self.env)
        if not self.env.user.has_group(COMPLIANCE):
            raise AccessError(
                self.env._("Compliance suspends users, and lifts suspensions.")
            )

    @api.model
    def _check_reason(self, reason):
        reason = (reason or "").strip()
        if not reason:
            raise UserError(self.env._("Say why."))
        return reason

    @api.model
    def _check_suspendable(self, user):
        if not user or user == self.env.user:
            raise UserError(self.env._("Nobody suspends themselves."))
        if not set(user._get_group_ids()) & self._role_ids():
            raise UserError(
                self.env._("%s has no role in the archive now.", user.display_name)
            )
        if user == self.env.ref("base.user_root"):
            raise UserError(self.env._("The server itself can't be suspended."))
        if self._is_last(user):
            raise UserError(
                self.env._(
                    "%s is the last compliance officer or administrator. Give "
                    "somebody else the role first.",
                    user.display_name,
                )
            )

    @api.model
    def _is_last(self, user):
        """Tell whether nobody would be left in a role that is needed."""
        self.env.flush_all()
        for name in NEEDED:
            if not user.has_group(name):
                continue
            # superuser, here and below: who has a role, not who it is
            group = self.env.ref(name).sudo()
            # written, so that of two at once one begins anew and sees the other
            self.env.cr.execute(
                SQL("UPDATE res_groups SET share = share WHERE id = %s", group.id)
            )
            left = group.all_user_ids.filtered("active") - user
            left -= self.env.ref("base.user_root").sudo()
            if left.ids and not set(left.ids) - self._suspended_ids():
                return True
            if not left:
                return True
        return False

    @api.model
    def _record(self, user, what, reason):
        self.env["insurance.use.log"].sudo()._record(  # nobody else writes the log
            "suspend",
            content=[f"res.users {user.id} {what}"],
            purpose_text=reason,
            wait=self.env.registry.ready,
        )

    # --- what the rest of the server asks

    @api.model
    def _suspended_ids(self):
        """Return the ids of the users who are suspended, asked once a transaction."""
        cache = self.env.cr.cache
        if KEY not in cache:
            cache[KEY] = self._read_suspended()
        return cache[KEY]

    @api.model
    def _read_suspended(self):
        ready = self.env.registry.ready
        if not ready and not table_exists(self.env.cr, self._table):
            return frozenset()
        query = SQL(
            "SELECT user_id FROM insurance_access_suspension WHERE lifted_on IS NULL"
        )
        return frozenset(row[0] for row in self.env.execute_query(query))

    @api.model
    def _forget(self):
        self.env.flush_all()
        self.env.cr.cache.pop(KEY, None)
        self.env["insurance.archive"]._forget_access()

    @api.model
    def _role_ids(self):
        """Return the groups that are roles in the archive, also those of others."""
        groups = self.env["res.groups"]._get_group_definitions()
        role = groups.get_id(f"{MODULE}.group_archive_user")
        return {role, *groups.get_subset_ids([role])} if role else set()
