import json
from collections import Counter

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import SQL

from odoo.addons.insurance_client_archive.flag_domain import flag_domain

from .. import property_content  # noqa: F401 registers its tests
from ..property_tests import PROPERTIES, TESTS
from .insurance_destruction import ARCHIVIST

KINDS = [
    ("filing", "On filing"),
    ("import", "On migration"),
    ("yearly", "Yearly"),
    ("demand", "On demand"),
]
RESULTS = [("passed", "Passed"), ("failed", "Failed")]


def _property(name):
    return fields.Selection(
        RESULTS, string=dict(PROPERTIES)[name], required=True, readonly=True
    )


class InsurancePropertyTest(models.Model):
    """One test of the four properties of an archive; a row is never changed."""

    _name = "insurance.property.test"
    _description = "Test of the four properties"
    _order = "id desc"
    _log_access = False

    archive_id = fields.Many2one(
        "insurance.archive",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    number = fields.Char(string="Archive number", compute="_compute_number")
    company_id = fields.Many2one("res.company", required=True, readonly=True)
    agent_id = fields.Many2one("res.users", readonly=True)
    date = fields.Datetime(string="Tested at", required=True, readonly=True, index=True)
    kind = fields.Selection(KINDS, string="Occasion", required=True, readonly=True)
    user_id = fields.Many2one("res.users", string="Asked by", readonly=True)
    authenticity = _property("authenticity")
    integrity = _property("integrity")
    usability = _property("usability")
    security = _property("security")
    result = fields.Selection(RESULTS, required=True, readonly=True, index=True)
    failures = fields.Json(
        readonly=True, help="What failed, and how many things break it."
    )
    failure_count = fields.Integer(string="Tests failed", readonly=True)
    test_count = fields.Integer(string="Tests made", readonly=True, aggregator=None)
    failure_text = fields.Text(string="What failed", compute="_compute_failure_text")
    latest = fields.Boolean(
        string="The latest one", compute="_compute_latest", search="_search_latest"
    )
    finding_ids = fields.One2many("insurance.property.finding", "test_id")
    exception_ids = fields.One2many("insurance.property.exception", "test_id")
    inspection_ids = fields.One2many("insurance.inspection", "property_test_id")

    def init(self):
        result = super().init()
        # what a test has found stays: also superusers and raw SQL can't change it
        self.env.cr.execute(
            """
            CREATE OR REPLACE FUNCTION insurance_property_test_guard()
            RETURNS trigger AS $guard$
            BEGIN
                RAISE EXCEPTION 'What a test has found stays as it is.'
                    USING ERRCODE = 'restrict_violation', TABLE = TG_TABLE_NAME;
            END
            $guard$ LANGUAGE plpgsql;
            DROP TRIGGER IF EXISTS insurance_property_test_guard
                ON insurance_property_test;
            CREATE TRIGGER insurance_property_test_guard
                BEFORE UPDATE ON insurance_property_test
                FOR EACH ROW EXECUTE FUNCTION insurance_property_test_guard();
            """
        )
        return result

    @api.depends("archive_id")
    def _compute_number(self):
        # superuser: the number alone says nothing about the client
        for test in self.sudo():
            archive = test.archive_id
            test.number = archive.number or self.env._("Not filed: %s", archive.id)

    @api.depends("failures")
    @api.depends_context("lang")
    def _compute_failure_text(self):
        for test in self:
            test.failure_text = self._failure_words(test.failures or {})

    @api.depends("number", "date")
    def _compute_display_name(self):
        for test in self:
            day = fields.Date.to_string(test.date) or ""
            test.display_name = f"{test.number} · {day}"

    def _compute_latest(self):
        later = self._later_ids()
        for test in self:
            test.latest = test.id not in later

    def _later_ids(self):
        query = SQL(
            "SELECT test.id FROM insurance_property_test test"
            " WHERE test.id = ANY(%s) AND EXISTS ("
            " SELECT FROM insurance_property_test later"
            " WHERE later.archive_id = test.archive_id AND later.id > test.id)",
            self.ids,
        )
        return {row[0] for row in self.env.execute_query(query)}

    def _search_latest(self, operator, value):
        latest = SQL(
            "(SELECT test.id FROM insurance_property_test test WHERE NOT EXISTS ("
            " SELECT FROM insurance_property_test later"
            " WHERE later.archive_id = test.archive_id AND later.id > test.id))"
        )
        found = Domain("id", "in", latest)
        return flag_domain(operator, value, found)

    @api.model
    def _failure_words(self, failures):
        labels = dict(
            self.env["insurance.property.finding"]
            ._fields["code"]
            ._description_selection(self.env)
        )
        return "\n".join(
            f"• {labels.get(code, code)}" + (f" ({count})" if count > 1 else "")
            for code, count in sorted(failures.items())
        )

    def write(self, vals):
        if self:
            raise UserError(self.env._("What a test has found stays as it is."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_never(self):
        raise UserError(self.env._("What a test has found stays as it is."))

    # --- testing

    @api.model
    def _find(self, condition):
        """Return {archive id: {code: number of things that break the test}}."""
        self.env.flush_all()
        queries = [
            SQL("SELECT archive_id, %s AS code FROM (%s) broken", code, query)
            for code, test in TESTS.items()
            if (query := test.find(self.env, condition)) is not None
        ]
        rows = self.env.execute_query(
            SQL(
                "SELECT archive_id, code, count(*) FROM (%s) found"
                " WHERE archive_id IS NOT NULL GROUP BY archive_id, code",
                SQL(" UNION ALL ").join(queries),
            )
        )
        found = {}
        for archive_id, code, count in rows:
            found.setdefault(archive_id, {})[code] = count
        return found

    @api.model
    def _run(self, condition, kind):
        """Test the archives and keep the results; return how many there are."""
        found = self._find(condition)
        broken = {
            archive_id: {
                "failures": failures,
                "areas": sorted({TESTS[code].area for code in failures}),
            }
            for archive_id, failures in found.items()
        }
        areas = SQL(", ").join(
            SQL(
                "CASE WHEN hit.value->'areas' ? %s THEN 'failed' ELSE 'passed' END",
                name,
            )
            for name, _label in PROPERTIES
        )
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO insurance_property_test (
                    archive_id, company_id, agent_id, date, kind, user_id,
                    authenticity, integrity, usability, security, result, failures,
                    failure_count, test_count)
                SELECT archive.id, archive.company_id, archive.agent_id, %(now)s,
                       %(kind)s, %(user)s, %(areas)s,
                       CASE WHEN hit.key IS NULL THEN 'passed' ELSE 'failed' END,
                       hit.value->'failures',
                       coalesce((SELECT count(*)
                                   FROM jsonb_object_keys(hit.value->'failures')), 0),
                       %(tests)s
                  FROM insurance_archive archive
                  LEFT JOIN jsonb_each(%(broken)s::jsonb) hit
                    ON hit.key::integer = archive.id
                 WHERE archive.state <> 'destroyed'
                   -- what is still being collected is tested when it is brought in
                   AND (archive.state <> 'collecting' OR %(kind)s = 'import')
                   AND %(condition)s
                """,
                now=fields.Datetime.now(),
                kind=kind,
                user=self.env.uid,
                areas=areas,
                tests=len(TESTS),
                broken=json.dumps(broken),
                condition=condition(SQL("archive.id")),
            )
        )
        count = self.env.cr.rowcount
        self.invalidate_model(flush=False)
        self.env["insurance.archive"].invalidate_model(
            ["property_result", "property_tested_at"], flush=False
        )
        return count

    # --- what follows

    def action_inspect(self):
        """Hand the failed tests to an inspection, which has a deadline."""
        if not self.env.user.has_group(ARCHIVIST):
            raise AccessError(self.env._("Only archivists inspect archives."))
        failed = self.filtered(
            lambda test: test.result == "failed" and not test.inspection_ids
        )
        inspections = self.env["insurance.inspection"].create(
            [test._inspection_values() for test in failed]
        )
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(
                "insurance_client_archive.insurance_inspection_action"
            ),
            "domain": [("property_test_id", "in", self.ids)],
            "context": {},
            **(
                {
                    "view_mode": "form",
                    "views": [(False, "form")],
                    "res_id": inspections.id,
                }
                if len(inspections) == 1
                else {}
            ),
        }

    def _inspection_values(self):
        self.ensure_one()
        return {
            "archive_id": self.archive_id.id,
            "property_test_id": self.id,
            "kind": "filing" if self.kind == "filing" else "periodic",
            "findings": self.failure_text,
            **{name: self[name] for name, _label in PROPERTIES},
        }

    def action_open_archive(self):
        """Open the archive; refused to those who may not."""
        self.ensure_one()
        self.archive_id.check_access("read")
        return self.archive_id._form_action()

    @api.model
    def _summary(self, found):
        """Return how many archives fail each test."""
        return Counter(code for failures in found.values() for code in failures)
