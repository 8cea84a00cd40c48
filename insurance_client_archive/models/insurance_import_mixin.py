from psycopg2 import DataError, IntegrityError

from odoo import api, models
from odoo.exceptions import UserError

from ..tools.import_report import ImportReport, ImportSource


class InsuranceImportMixin(models.AbstractModel):
    """Import that takes the good rows and lists the bad ones, each with its reason.

    Core's ``load`` takes all rows or none. Here all rows are converted and checked
    first, in bulk; then the good ones are created together. Where creating still
    meets a rule, the rows are halved until the ones at fault are found.

    Data files of modules load as always: all or nothing.
    """

    _name = "insurance.import.mixin"
    _description = "Import of good rows with a list of the others"

    @api.model
    def load(self, fields, data):
        # superuser: of a module's data, and not of a caller who says so
        if self.env.su and self.env.context.get("install_mode"):
            return super().load(fields, data)
        paths = [models.fix_import_export_id_paths(field) for field in fields]
        source = self.env.context.get("insurance_import_source")
        report = ImportReport(
            paths, data, source if isinstance(source, ImportSource) else None
        )
        checked = self.with_context(insurance_import_report=report)
        result = super(InsuranceImportMixin, checked).load(fields, data)
        next_row = report.last_row + 1
        limit = self.env.context.get("_import_limit") or float("inf")
        return {
            **result,
            "messages": result["messages"] + report.messages(),
            "nextrow": next_row if next_row >= limit else 0,
            "row_count": len(report.spans),
            "refused": self._labelled(report.lines()),
        }

    @api.model
    def _import_problems(self, rows):
        """Override to say in bulk what speaks against creating records.

        :param list rows: (row number, values) of each record that was converted
        :return: one {field: message} for each row, empty for a good one. A method
            may complete the values.
        """
        return [{} for _row in rows]

    @api.model
    def _import_template(self, name, label):
        """Return the template in the user's language, as the importer offers it."""
        language = "zh" if (self.env.lang or "").startswith("zh") else "en"
        path = f"/insurance_client_archive/static/xlsx/{name}_{language}.xlsx"
        return {"label": label, "template": path}

    @api.model
    def _import_resolve(self, report):
        """Override to look up in bulk what the cells of a column name.

        Enter what was found into ``report.found``.
        """

    @api.model
    def _import_missing(self, rows):
        """Return the required fields that each row lacks.

        An empty cell of a required field that has a default takes the default.
        """
        required = self._import_required()
        defaults = self.default_get(required)
        missing = []
        for _number, values in rows:
            empty = [name for name in required if not values.get(name)]
            for name in empty:
                if name in defaults:
                    values.pop(name, None)
            missing.append([name for name in empty if name not in defaults])
        return missing

    @api.model
    def _import_required(self):
        """Return the fields without which there is no record."""
        return [
            name
            for name, field in self._fields.items()
            if field.required and field.store and not field.compute
        ]

    @api.model
    def _import_missing_message(self, field):
        """Override to say in other words that a field is missing."""
        label = self.fields_get([field], ["string"])[field]["string"]
        return self.env._("“%s” is missing.", label)

    @api.model
    def _import_report(self):
        """Return the report of the running import, if there is one."""
        report = self.env.context.get("insurance_import_report")
        # a caller's context can't hold this object: it is not taken on trust
        return report if isinstance(report, ImportReport) else None

    @api.model
    def _convert_records(self, records, **kwargs):
        report = self._import_report()
        if report is None:
            return super()._convert_records(records, **kwargs)
        self._import_resolve(report)
        kwargs["log"] = report.refuse_entry
        converted = super()._convert_records(records, **kwargs)
        return self._good_records(list(converted), report)

    @api.model
    def _good_records(self, converted, report):
        """Return the converted records without those that break a rule."""
        for _id, _xid, _values, info in converted:
            report.note_span(info["record"], info["rows"])
        new = [
            (info["record"], values)
            for dbid, xid, values, info in converted
            if not dbid and not xid and not report.refused(info["record"])
        ]
        rows = [
            (report.row_number(report.spans[record]["from"]), values)
            for record, values in new
        ]
        missing = self._import_missing(rows)
        problems = self._import_problems(rows)
        for reasons, lacking in zip(problems, missing, strict=True):
            for field in lacking:
                reasons.setdefault(field, self._import_missing_message(field))
        for (record, _values), reasons in zip(new, problems, strict=True):
            for field, message in reasons.items():
                report.refuse(record, message, field)
        return [
            (dbid, xid, values, info)
            for dbid, xid, values, info in converted
            if not report.refused(info["record"])
        ]

    def _load_records(self, data_list, update=False):
        report = self._import_report()
        if report is None:
            return super()._load_records(data_list, update)
        # the report is for these records only, not for others that creating makes
        plain = self.with_context(insurance_import_report=None)
        return plain._load_good_records(data_list, update, report)

    def _load_good_records(self, data_list, update, report):
        """Create what can be created; halve the rows to find those that can't."""
        if not data_list:
            return self.browse()
        try:
            with self.env.cr.savepoint():
                # creating may use up the values, and they may be needed once more
                return self._load_records(
                    [{**row, "values": dict(row["values"])} for row in data_list],
                    update,
                )
        except (UserError, IntegrityError, DataError) as error:
            if len(data_list) == 1:
                self._refuse_record(data_list[0]["info"], error, report)
                return self.browse()
        middle = len(data_list) // 2
        first = self._load_good_records(data_list[:middle], update, report)
        return first + self._load_good_records(data_list[middle:], update, report)

    @api.model
    def _refuse_record(self, info, error, report):
        message = str(error)
        if not isinstance(error, UserError):
            message = self._sql_error_to_message(error)
        report.refuse(info["record"], message)

    @api.model
    def _labelled(self, lines):
        """Add the label of the field to each line of the report."""
        names = {line["field"].partition("/")[0] for line in lines}
        labels = self.fields_get([name for name in names if name], ["string"])
        for line in lines:
            name = line["field"].partition("/")[0]
            line["label"] = labels.get(name, {}).get("string", "")
        return lines
