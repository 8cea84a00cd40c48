from odoo import api, models

REQUEST = "insurance.access.request"


class IrActionsReport(models.Model):
    _inherit = "ir.actions.report"

    def _log_print(self, report_ref, ids):
        result = super()._log_print(report_ref, ids)
        report = self._get_report(report_ref)
        if report.model == REQUEST and ids:
            self.env[REQUEST].browse(ids)._log_print()
        return result


class InsuranceAccessRequest(models.Model):
    """The form on paper: an application names clients, so a print is a use."""

    _inherit = "insurance.access.request"

    def action_print(self):
        self.check_access("read")
        report = self.env.ref("insurance_compliance.insurance_access_request_report")
        return report.report_action(self)

    def _log_print(self):
        """Record the print for the stated purpose, once a request; or refuse it."""
        self.check_access("read")
        printed = self.env.cr.cache.setdefault(f"{REQUEST}.printed", set())
        key = (self.env.uid, tuple(self.ids))
        if key in printed:
            return
        purpose = self.env["insurance.purpose"]._declared()
        archives = self.env["insurance.archive"].union(
            *(request._targets() for request in self)
        )
        archives._log_use("print", content=[self._name], count=len(archives), **purpose)
        printed.add(key)


class InsurancePurpose(models.Model):
    _inherit = "insurance.purpose"

    @api.model
    def print_terms(self, report_name):
        # which model a report is about is no secret
        report = self.env["ir.actions.report"].sudo()._get_report_from_name(report_name)
        if report.model == REQUEST:
            return self._choices()
        return super().print_terms(report_name)
