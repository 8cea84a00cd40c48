from odoo import models


class ResUsers(models.Model):
    """The roles of a suspended user count for nothing, whoever asks for them."""

    _inherit = "res.users"

    def _get_group_ids(self):
        group_ids = super()._get_group_ids()
        suspension = self.env["insurance.access.suspension"]
        if self.id not in suspension._suspended_ids():
            return group_ids
        roles = suspension._role_ids()
        return tuple(group_id for group_id in group_ids if group_id not in roles)


class IrModelAccess(models.Model):
    _inherit = "ir.model.access"

    def _get_allowed_models(self, mode="read"):
        # the answer for a user is cached; that of a suspended one must not be old
        allowed = super()._get_allowed_models(mode)
        suspension = self.env["insurance.access.suspension"]
        if self.env.uid not in suspension._suspended_ids():
            return allowed
        return frozenset(name for name in allowed if not name.startswith("insurance."))
