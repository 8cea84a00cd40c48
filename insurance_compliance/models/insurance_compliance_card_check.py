from odoo import models

#: results that say how far a demand is met
MADE = ("passed", "failed")
RATE = "checks_rate"


class InsuranceComplianceCard(models.Model):
    """What the insurer has found about itself, and what is to be mended or told."""

    _inherit = "insurance.compliance.card"

    def _figure(self):
        if self.key == RATE:
            return int(self.env["insurance.check.result"]._rate_now())
        return super()._figure()

    def _is_alarming(self):
        if self.key == RATE:
            known = self.env[self.model].search_count(self._domain(), limit=1)
            limit = self.env["insurance.parameter"]._get("check_rate_alarm")
            return bool(known) and self.count < limit
        return super()._is_alarming()

    def _domain_checks_rate(self):
        return [("latest", "=", True), ("state", "in", MADE)]

    def _domain_checks_critical(self):
        return [
            ("latest", "=", True),
            ("state", "=", "failed"),
            ("severity", "=", "critical"),
        ]

    def _domain_checks_error(self):
        return [("latest", "=", True), ("state", "=", "error")]

    def _domain_checks_review(self):
        return [("state", "=", "submitted")]

    def _domain_checks_overdue(self):
        return [("overdue", "=", True)]

    def _domain_rectifications_overdue(self):
        return [("overdue", "=", True)]

    def _domain_incidents_running(self):
        return [
            ("state", "not in", ("closed", "false_alarm")),
            ("clock_ids", "any", [("is_running", "=", True)]),
        ]

    def _domain_incidents_late(self):
        late = [("is_running", "=", True), ("due_on", "<", "now")]
        return [
            ("state", "not in", ("closed", "false_alarm")),
            ("clock_ids", "any", late),
        ]
