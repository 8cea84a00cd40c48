from odoo import models
from odoo.fields import Domain


class InsuranceComplianceCard(models.Model):
    """What nobody has looked at yet, who is suspended, which drills are due."""

    _inherit = "insurance.compliance.card"

    def _domain_incidents_new(self):
        return Domain("state", "=", "new") & Domain("is_drill", "=", False)

    def _domain_users_suspended(self):
        return Domain("lifted_on", "=", False)

    def _domain_drills_overdue(self):
        return Domain("overdue", "=", True)
