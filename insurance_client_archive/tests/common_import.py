import csv
import io

from .common import ArchiveCase

COLUMNS = ["name", "phone", "birth_date", "client_kind", "credit_code", "agent_id"]


class ImportCase(ArchiveCase):
    """Files as the importer's screen hands them over."""

    def _file(self, *rows, header=None):
        text = io.StringIO()
        csv.writer(text).writerows([header or COLUMNS, *rows])
        return text.getvalue().encode()

    def _row(self, name, phone="13912345678", **values):
        row = {"name": name, "phone": phone, **values}
        return [row.get(column, "") for column in COLUMNS]

    def _import(
        self, file, user=None, dryrun=False, columns=None, model=None, **options
    ):
        Importer = self.env["base_import.import"].with_user(user or self.agent)
        importer = Importer.create(
            {
                "res_model": model or "insurance.archive",
                "file": file,
                "file_name": "clients.csv",
                "file_type": "text/csv",
            }
        )
        return self._step(importer, dryrun, columns, **options)

    def _step(self, importer, dryrun=False, columns=None, **options):
        columns = columns or COLUMNS
        return importer.execute_import(
            columns,
            columns,
            {
                "has_headers": True,
                "quoting": '"',
                "separator": ",",
                "date_format": "%Y-%m-%d",
                **options,
            },
            dryrun=dryrun,
        )

    def _reasons(self, result):
        return {line["row"]: line["message"] for line in result["refused"]}

    def _phone_reason(self, phone):
        archive = self.env["insurance.archive"].with_user(self.agent)
        return archive._phone_problem(phone, self.env.ref("base.cn"))
