from odoo import api, models
from odoo.fields import Domain

from odoo.addons.insurance_client_archive.models.insurance_archive_access import (
    MODULE,
)


class InsuranceArchive(models.Model):
    """Where access is missing, the archive offers the application for it."""

    _inherit = "insurance.archive"

    def action_ask_access(self):
        """Open an application for these archives."""
        self.check_access("read")
        return self.env["insurance.access.request"]._open_application(self)

    def action_report_claim(self):
        action = super().action_report_claim()
        # said before the form is filled in, not when it is saved
        if self.claims_open:
            return action
        return self.env["insurance.access.request"]._open_application(self, ["claims"])

    @api.model
    def _portfolio_domain(self, user):
        """Return the archives that the user looks after."""
        return Domain("agent_id", "=", user.id) | Domain("manager_id", "=", user.id)

    @api.model
    def _count_marks(self, domain):
        """Count archives, and among them those that need more care; as superuser.

        One query: counts alone, for those who decide on access.
        """
        groups = self._read_group(
            domain, ["key_client", "protection_need"], ["__count"]
        )
        return {
            "all": sum(count for _key, _need, count in groups),
            "key": sum(count for key, _need, count in groups if key),
            "risk": sum(count for _key, need, count in groups if need == "high"),
        }


class InsuranceSealedMixin(models.AbstractModel):
    _inherit = "insurance.sealed.mixin"

    def _reveal_application(self, field_names):
        return self.env["insurance.access.request"]._open_application(
            self._sealed_archive(), self._sealed_slices(field_names)
        )

    def _may_search_sealed(self, field):
        # who opens nothing without a grant must be able to name a client exactly; what
        # is found out of sight stays there
        department = self.env.user.has_group(f"{MODULE}.group_department")
        return super()._may_search_sealed(field) or department
