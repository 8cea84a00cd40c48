from odoo import api, models
from odoo.exceptions import UserError


class InsuranceAccessPolicy(models.Model):
    """Which policy an application falls under; what a change means for the queue."""

    _inherit = "insurance.access.policy"

    def write(self, vals):
        result = super().write(vals)
        # superuser: what waits finds its way to those who decide by the new policy
        requests = self.env["insurance.access.request"].sudo()
        waiting = [("state", "=", "submitted"), ("level", "in", self.mapped("level"))]
        requests.search(waiting)._route_anew()
        return result

    @api.model
    def _of_user(self, user):
        """Return the policy for a user's level of use; none where no role opens any."""
        try:
            level = self.env["insurance.access.grant"]._level_of(user)
        except UserError:
            return self.browse()
        return self._of_level(level)
