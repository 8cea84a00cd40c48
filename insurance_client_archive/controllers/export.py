"""Client data come from outside: in a spreadsheet they are text, never formulas."""

import json

from werkzeug.datastructures import FileStorage

from odoo import http
from odoo.http import request

from odoo.addons.web.controllers.export import CSVExport, ExportXlsxWriter
from odoo.addons.web.controllers.pivot import TableExporter

from .. import use_log_reads
from ..models.insurance_purpose import CODE, TEXT

#: what a spreadsheet may take for the beginning of a formula, and what it skips
RISKY = tuple("=+-@\t\r\n＝＋－＠")
_write = ExportXlsxWriter.write


def write_text(self, row, column, cell_value, style=None):
    """Write a cell; the library would make a formula or a link of some texts."""
    if isinstance(cell_value, str):
        self.worksheet.write_string(row, column, cell_value, style)
    else:
        _write(self, row, column, cell_value, style)


# the writer is made inside the core's method, so there is no class to extend
ExportXlsxWriter.write = write_text


def as_text(value):
    """Return a value that no spreadsheet takes for a formula."""
    if isinstance(value, dict):
        return {key: as_text(item) for key, item in value.items()}
    if isinstance(value, list):
        return [as_text(item) for item in value]
    if isinstance(value, str) and value.startswith(RISKY):
        return f"'{value}"
    return value


class InsuranceCsvExport(CSVExport):
    def from_data(self, fields, columns_headers, rows):
        return super().from_data(
            fields, as_text(columns_headers), [as_text(list(row)) for row in rows]
        )


class InsuranceTableExporter(TableExporter):
    @http.route()
    def export_xlsx(self, data, **kw):
        text = data.read() if isinstance(data, FileStorage) else data
        table = json.loads(text)
        if table:
            self._log_table(table, kw)
        return super().export_xlsx(json.dumps(as_text(table)), **kw)

    def _log_table(self, table, kw):
        """Record that a table of client data is taken away, for a stated purpose."""
        model = request.env.get(table.get("model"))
        if model is None or use_log_reads.archive_way(model) is None:
            return
        stated = {CODE: kw.get(CODE), TEXT: kw.get(TEXT)}
        purpose = request.env["insurance.purpose"].with_context(**stated)._declared()
        archives = request.env["insurance.archive"]
        archives._check_purpose("export", purpose, model)
        archives._log_use(
            "export",
            content=[model._name],
            count=len(table.get("rows", ())),
            **purpose,
        )
