from odoo import api, models


class IrFieldsConverter(models.AbstractModel):
    """While a file is imported, look up each name once and not once a row."""

    _inherit = "ir.fields.converter"

    @api.model
    def db_id_for(self, model, field, subfield, value, savepoint):
        report = self.env["insurance.import.mixin"]._import_report()
        if report is None or subfield is not None:
            return super().db_id_for(model, field, subfield, value, savepoint)
        key = (model._name, field.name, value)
        if key not in report.found:
            report.found[key] = super().db_id_for(
                model, field, subfield, value, savepoint
            )
        found, warnings = report.found[key]
        return found, list(warnings)
