from collections import defaultdict

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL


class InsurancePolicy(models.Model):
    """Import of policies: the clients and the numbers of all rows at once."""

    _name = "insurance.policy"
    _inherit = ["insurance.policy", "insurance.import.mixin"]

    @api.model
    def get_import_templates(self):
        label = self.env._("Import template for policies")
        return [self._import_template("policy", label)]

    @api.model
    def _import_resolve(self, report):
        """Find the policyholders of all rows by one search.

        A value that fits no archive or several is left to the look-up of the row,
        which says so.
        """
        super()._import_resolve(report)
        values = report.column("archive_id")
        if not values:
            return
        names = ("number", "name", "phone")
        archives = self.env["insurance.archive"].search(
            Domain.OR(Domain(name, "in", values) for name in names)
        )
        fitting = defaultdict(set)
        for archive in archives:
            for name in names:
                fitting[archive[name]].add(archive.id)
        for value in values:
            if len(fitting[value]) == 1:
                [archive_id] = fitting[value]
                report.found[self._name, "archive_id", value] = (archive_id, [])

    @api.model
    def _import_problems(self, rows):
        problems = super()._import_problems(rows)
        self._import_hidden_archives(rows, problems)
        self._import_numbers(rows, problems)
        return problems

    @api.model
    def _import_hidden_archives(self, rows, problems):
        """Refuse policies of clients that the user may not change."""
        Archive = self.env["insurance.archive"]
        archives = Archive.browse(
            {values["archive_id"] for _row, values in rows if values.get("archive_id")}
        )
        editable = archives._filtered_access("write")
        for found, (_number, values) in zip(problems, rows, strict=True):
            archive = Archive.browse(values.get("archive_id"))
            if archive and archive not in editable:
                found["archive_id"] = self.env._(
                    "You can't change this client's archive."
                )

    @api.model
    def _import_numbers(self, rows, problems):
        """Refuse policy numbers that the file repeats or that are in use."""
        numbers = [str(values.get("number") or "").strip() for _row, values in rows]
        in_use = self._import_numbers_in_use(numbers)
        first_rows = self._import_earlier_numbers()
        for number, found, (row, _values) in zip(numbers, problems, rows, strict=True):
            if not number:
                continue
            if number in first_rows:
                found["number"] = self.env._(
                    "Row %s of this file has the same policy number.",
                    first_rows[number],
                )
            elif number in in_use:
                found["number"] = self.env._(
                    "This policy number is already in use. "
                    "Check it against the policy document."
                )
            first_rows.setdefault(number, row)

    @api.model
    def _import_earlier_numbers(self):
        """Return the policy numbers of earlier steps of this import: {number: row}."""
        report = self._import_report()
        first_rows = {}
        for row, (number,) in report.earlier("number") if report else ():
            first_rows.setdefault(str(number).strip(), row)
        return first_rows

    @api.model
    def _import_numbers_in_use(self, numbers):
        self.flush_model(["number", "company_id"])
        # plain SQL: whether a number is taken must be known across all agents; the
        # answer is used for nothing but a neutral message
        found = self.env.execute_query(
            SQL(
                """
                SELECT number FROM insurance_policy
                 WHERE number = ANY(%s) AND company_id = ANY(%s)
                """,
                [number for number in numbers if number],
                self.env.companies.ids,
            )
        )
        return {number for (number,) in found}
