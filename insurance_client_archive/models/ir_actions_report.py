from odoo import models

from .. import use_log_reads
from .insurance_use_log import MODULE


class IrActionsReport(models.Model):
    _inherit = "ir.actions.report"

    def _render_qweb_pdf_prepare_streams(self, report_ref, data, res_ids=None):
        self._log_print(report_ref, res_ids)
        return super()._render_qweb_pdf_prepare_streams(report_ref, data, res_ids)

    def _get_rendering_context(self, report, docids, data):
        self._log_print(report, docids)
        return super()._get_rendering_context(report, docids, data)

    def _log_print(self, report_ref, ids):
        """Record that client data are printed, before they are.

        Papers about an archive need a stated purpose; others may show a client, too.
        """
        report = self._get_report(report_ref)
        model = self.env.get(report.model)
        if model is None or not ids:
            return
        records = model.browse(ids)
        way = use_log_reads.archive_way(model)
        if way is not None:
            archives = records.mapped(way) if way else records
        elif "insurance_archive_id" in model._fields:
            archives = records.insurance_archive_id
        else:
            return
        # a report is put together in several steps
        printed = self.env.cr.cache.setdefault(f"{MODULE}.printed", set())
        key = (report.id, tuple(ids))
        if archives and key not in printed:
            purpose = {}
            if way is not None:
                purpose = self.env["insurance.purpose"]._declared()
                archives._check_purpose("print", purpose, model)
            archives._log_use("print", content=[report.report_name or ""], **purpose)
            printed.add(key)
