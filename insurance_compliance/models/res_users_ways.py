from odoo import api, models

from ..access_ways import WaysField, find_ways, install_function

#: models whose records decide who may open what, see ``insurance.access.fact``
FACTS = (
    "insurance.archive",
    "crm.team",
    "insurance.access.grant",
    "insurance.access.grant.archive",
    "insurance.access.policy",
)


class ResUsers(models.Model):
    """What could open archives to a user, as of this transaction."""

    _inherit = "res.users"

    insurance_ways = WaysField(compute="_compute_insurance_ways", groups=".")

    def init(self):
        result = super().init()
        install_function(self.env.cr)
        return result

    def _compute_insurance_ways(self):
        facts = self._access_facts()
        for user in self:
            # a query for each: one asks for oneself
            user.insurance_ways = find_ways(self.env, user.id, facts)

    @api.model
    def _access_facts(self):
        """Return the fields that must be written before SQL asks who may open what."""
        return [
            self.env[model]._fields[name]
            for model in FACTS
            for name in sorted(self.env[model]._access_facts)
        ]

    @api.model
    def _forget_ways(self):
        """Look anew for what opens archives, where a transaction has looked before."""
        self.env["res.users"].invalidate_model(["insurance_ways"], flush=False)
