import csv
import io

from odoo import models

from odoo.addons.base_import.models.base_import import ImportValidationError

from ..tools.import_report import ImportSource


class Base_ImportImport(models.TransientModel):
    """The importer's screen, where a model takes the good rows of a file.

    Core reads the file anew for each step and tells ``load`` neither which row of the
    file it is at nor what the steps before have seen. Both are kept here.
    """

    _inherit = "base_import.import"

    def execute_import(self, fields, columns, options, dryrun=False):
        if not self._imports_row_by_row():
            return super().execute_import(fields, columns, options, dryrun)
        first_step = not options.get("skip")
        step = self.with_context(insurance_import_source=ImportSource())
        result = super(Base_ImportImport, step).execute_import(
            fields, columns, options, dryrun
        )
        if not dryrun and "refused" in result:
            log = self.env["insurance.import.log"]._record(self, result, first_step)
            result["import_log_id"] = log.id
        return result

    def _imports_row_by_row(self):
        model = self.env.registry.get(self.res_model)
        mixin = self.env.registry["insurance.import.mixin"]
        return bool(model) and issubclass(model, mixin)

    def _import_source(self):
        source = self.env.context.get("insurance_import_source")
        # a caller's context can't hold this object: it is not taken on trust
        return source if isinstance(source, ImportSource) else None

    def _read_file(self, options):
        source = self._import_source()
        if source is None:
            return super()._read_file(options)
        if source.file is None:
            source.file = super()._read_file(options)
        return source.file

    def _convert_import_data(self, fields, options):
        source = self._import_source()
        if source is None:
            return super()._convert_import_data(fields, options)
        data, import_fields = super()._convert_import_data(
            fields, {**options, "skip": 0}
        )
        skip = options.get("skip") or 0
        numbers = self._data_row_numbers(source, fields, options)
        source.earlier_rows, source.earlier_numbers = data[:skip], numbers[:skip]
        source.numbers = numbers[skip:]
        return data[skip:], import_fields

    def _data_row_numbers(self, source, fields, options):
        """Return the row number in the file of each row with data."""
        _length, rows = source.file
        mapped = [index for index, field in enumerate(fields) if field]
        numbers = source.all_numbers or range(1, len(rows) + 1)
        header = 1 if options.get("has_headers") else 0
        return [
            number
            for number, row in list(zip(numbers, rows, strict=True))[header:]
            if any(row[index] for index in mapped)
        ]

    def _read_csv(self, options):
        result = super()._read_csv(options)
        source = self._import_source()
        if result and source:
            text = (self.file or b"").decode(options["encoding"])
            rows = csv.reader(
                io.StringIO(text),
                quotechar=options["quoting"],
                delimiter=options.get("separator") or ",",
            )
            self._note_numbers(source, rows, result)
        return result

    def _read_xlsx(self, options):
        result = super()._read_xlsx(options)
        source = self._import_source()
        length, rows = result
        if source and length != len(rows):
            import openpyxl  # only where this kind of file is read

            book = openpyxl.load_workbook(
                io.BytesIO(self.file or b""), data_only=True, read_only=True
            )
            sheet = book[options["sheet"]]
            self._note_numbers(source, sheet.iter_rows(values_only=True), result)
        return result

    def _read_xls(self, options):
        result = super()._read_xls(options)
        source = self._import_source()
        length, rows = result
        if source and length != len(rows):
            import xlrd  # only where this kind of file is read

            book = xlrd.open_workbook(file_contents=self.file or b"")
            self._note_numbers(
                source, book.sheet_by_name(options["sheet"]).get_rows(), result
            )
        return result

    def _note_numbers(self, source, rows, result):
        """Note where in the file the rows stand that are not blank."""
        numbers = [
            number
            for number, row in enumerate(rows, 1)
            if any(str(getattr(cell, "value", cell) or "").strip() for cell in row)
        ]
        if len(numbers) == len(result[1]):
            source.all_numbers = numbers

    def _parse_date_from_data(self, data, index, name, field_type, options):
        self._parse_row_by_row(
            super()._parse_date_from_data, data, index, name, field_type, options
        )

    def _parse_float_from_data(self, data, index, name, options):
        self._parse_row_by_row(
            super()._parse_float_from_data, data, index, name, options
        )

    def _parse_row_by_row(self, parse, data, index, *arguments):
        """Let a bad value refuse its row only: core refuses the file for it."""
        if self._import_source() is None:
            parse(data, index, *arguments)
            return
        for line in data:
            value = line[index]
            try:
                parse([line], index, *arguments)
            except ImportValidationError:
                # kept as it is, it fails to convert, which names row and column
                line[index] = value
