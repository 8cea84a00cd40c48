"""Roles that should be apart are refused when groups are given, by whatever way."""

import logging

from odoo import SUPERUSER_ID, api, models
from odoo.exceptions import RedirectWarning, UserError

from ..duty_groups import members_sql

USER_FIELDS = frozenset({"group_ids", "role", "active", "share"})


class ResUsers(models.Model):
    _inherit = "res.users"

    @api.model_create_multi
    def create(self, vals_list):
        users = super().create(vals_list)
        self._check_duties(frozenset(), users.ids)
        return users

    def write(self, vals):
        if USER_FIELDS.isdisjoint(vals):
            return super().write(vals)
        before = self._duty_clashes(self.ids)
        result = super().write(vals)
        self._check_duties(before, self.ids)
        return result

    @api.model
    def _group_members_sql(self, groups):
        self.env["res.users"].flush_model(["group_ids", "active", "share"])
        self.env["res.groups"].flush_model(["implied_ids"])
        return members_sql(groups)

    @api.model
    def _duty_clashes(self, user_ids=None):
        """Return the ids of open clashes, of these users or of all."""
        if self.env.uid == SUPERUSER_ID:
            # installation and scheduled actions give what modules declare; the list
            # of persons with incompatible roles shows the result all the same
            return frozenset()
        # superuser: which roles there are is no secret
        self.env["insurance.duty.conflict"].sudo()._find_groups()
        domain = [("state", "=", "open")]
        if user_ids is not None:
            domain.append(("user_id", "in", user_ids))
        # superuser: whoever gives groups need not read exceptions
        return frozenset(self.env["insurance.duty.clash"].sudo().search(domain).ids)

    @api.model
    def _check_duties(self, before, user_ids=None):
        new = self._duty_clashes(user_ids) - before
        if not new:
            return
        # superuser: as above
        clashes = self.env["insurance.duty.clash"].sudo().browse(sorted(new))
        never = clashes.filtered(lambda clash: clash.severity == "refuse")
        clash = (never or clashes)[0]
        words = {
            "person": clash.user_id.name,
            "roles": clash.conflict_id.display_name,
            "reason": clash.conflict_id.reason,
        }
        if never:
            raise UserError(
                self.env._(
                    "%(person)s would have two roles that nobody may have together "
                    "(%(roles)s). %(reason)s Take one of them away first.",
                    **words,
                )
            )
        message = self.env._(
            "%(person)s would have two roles that should be apart (%(roles)s). "
            "%(reason)s Give them to two persons, or ask for an exception that "
            "somebody else approves; a new user is created without the second role "
            "first.",
            **words,
        )
        exceptions = self.env["insurance.duty.exception"]
        if not exceptions.has_access("create"):
            raise UserError(message)
        action = {
            "type": "ir.actions.act_window",
            "res_model": exceptions._name,
            "view_mode": "form",
            "views": [(False, "form")],
        }
        context = {
            "default_user_id": clash.user_id.id,
            "default_conflict_id": clash.conflict_id.id,
        }
        refusal = RedirectWarning(
            message, action, self.env._("Ask for an exception"), context
        )
        # no fault of the server
        refusal.loglevel = logging.WARNING
        raise refusal
