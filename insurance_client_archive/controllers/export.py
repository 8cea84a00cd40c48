"""Client data come from outside: in a spreadsheet they are text, never formulas."""

from odoo.addons.web.controllers.export import ExportXlsxWriter

_write = ExportXlsxWriter.write


def write_text(self, row, column, cell_value, style=None):
    """Write a cell; the library would make a formula or a link of some texts."""
    if isinstance(cell_value, str):
        self.worksheet.write_string(row, column, cell_value, style)
    else:
        _write(self, row, column, cell_value, style)


# the writer is made inside the core's method, so there is no class to extend
ExportXlsxWriter.write = write_text
