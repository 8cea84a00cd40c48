from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from .insurance_property_test import RESULTS


class InsuranceArchive(models.Model):
    """The four properties: tested on filing, on migration, each year, on demand."""

    _inherit = "insurance.archive"

    property_test_ids = fields.One2many(
        "insurance.property.test", "archive_id", string="Tests"
    )
    property_result = fields.Selection(
        RESULTS,
        string="Four properties",
        compute="_compute_property_result",
        search="_search_property_result",
        help="What the latest test has found.",
    )
    property_tested_at = fields.Datetime(
        string="Last tested", compute="_compute_property_result"
    )

    def _compute_property_result(self):
        rows = self.env.execute_query(
            SQL(
                "SELECT DISTINCT ON (archive_id) archive_id, result, date"
                " FROM insurance_property_test WHERE archive_id = ANY(%s)"
                " ORDER BY archive_id, id DESC",
                self._origin.ids,
            )
        )
        found = {archive_id: row for archive_id, *row in rows}
        # what a form makes up names any archive: the result is for who may open it
        for archive in self:
            known = found.get(archive._origin.id) if archive.accessible else None
            archive.property_result, archive.property_tested_at = known or (
                False,
                False,
            )

    def _search_property_result(self, operator, value):
        if operator != "in":
            return NotImplemented
        latest = SQL(
            "(SELECT test.archive_id FROM insurance_property_test test"
            " WHERE test.result = ANY(%s) AND NOT EXISTS ("
            " SELECT FROM insurance_property_test later"
            " WHERE later.archive_id = test.archive_id AND later.id > test.id))",
            [result for result in value if result],
        )
        found = Domain("id", "in", latest)
        if False in value:
            tested = SQL("(SELECT archive_id FROM insurance_property_test)")
            found |= Domain("id", "not in", tested)
        return found

    # --- filing asks for them

    def _keep_filing_problems(self, refused):
        kept = super()._keep_filing_problems(refused)
        failing = self.browse(self._property_problems())
        if failing:
            failing._test_properties("filing")
        return bool(failing) or kept

    def _property_problems(self):
        """Return what the four properties have against filing, as {id: message}."""
        if not self:
            return {}
        ids = self.ids
        # superuser: the tests look at everything and say only which one fails
        Test = self.env["insurance.property.test"].sudo()
        found = Test._find(lambda column: SQL("%s = ANY(%s)", column, ids))
        covered = self._excepted_codes(found)
        problems = {}
        for archive in self.browse(found):
            open_codes = found[archive.id].keys() - covered.get(archive.id, set())
            if open_codes:
                words = Test._failure_words(
                    {code: found[archive.id][code] for code in open_codes}
                )
                problems[archive.id] = self.env._(
                    "“%(archive)s” has failed the test of the four properties:\n"
                    "%(failures)s",
                    archive=archive.with_context(show_client_name=True).display_name,
                    failures=words,
                )
        return problems

    def _excepted_codes(self, found):
        # superuser: exceptions count whoever files
        exceptions = (
            self.env["insurance.property.exception"]
            .sudo()
            .search([("archive_id", "in", list(found))])
        )
        covered = {}
        for exception in exceptions:
            # the newest decision alone
            covered.setdefault(exception.archive_id.id, set(exception.codes or ()))
        return covered

    def _require_properties(self):
        """Test what is being filed, and refuse what fails."""
        if not self:
            return
        if problems := self._property_problems():
            raise UserError("\n".join(problems.values()))
        self._test_properties("filing")

    def _test_properties(self, kind):
        ids = self.ids
        # superuser: nobody may write results by hand
        return (
            self.env["insurance.property.test"]
            .sudo()
            ._run(lambda column: SQL("%s = ANY(%s)", column, ids), kind)
        )

    def action_test_properties(self):
        """Test the four properties now, and show what was found."""
        self._check_archivist()
        self._test_properties("demand")
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(
                "insurance_compliance.insurance_property_test_action"
            ),
            "domain": [("archive_id", "in", self.ids), ("latest", "=", True)],
            "context": {},
        }

    @api.model
    def _untested_domain(self):
        """Return the filed archives whose yearly test is due."""
        months = self.env["insurance.parameter"]._get("property_test_months")
        since = fields.Datetime.subtract(fields.Datetime.now(), months=months)
        tested = SQL(
            "(SELECT archive_id FROM insurance_property_test WHERE date > %s)", since
        )
        return Domain("state", "in", ("filed", "restricted")) & Domain(
            "id", "not in", tested
        )
