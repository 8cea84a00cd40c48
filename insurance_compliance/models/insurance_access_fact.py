from odoo import models


class InsuranceAccessFact(models.AbstractModel):
    """A record that says who may open what: when it changes, one asks anew."""

    _name = "insurance.access.fact"
    _description = "What decides about access"

    #: the fields that say it: written before SQL looks at them
    _access_facts = frozenset()

    def modified(self, fnames, create=False, before=False):
        result = super().modified(fnames, create=create, before=before)
        if not before and not self._access_facts.isdisjoint(fnames):
            self.env["res.users"]._forget_ways()
        return result


class InsuranceArchive(models.Model):
    _name = "insurance.archive"
    _inherit = ["insurance.archive", "insurance.access.fact"]

    _access_facts = frozenset({"agent_id", "manager_id", "team_id", "state"})


class CrmTeam(models.Model):
    _name = "crm.team"
    _inherit = ["crm.team", "insurance.access.fact"]

    _access_facts = frozenset({"user_id"})
