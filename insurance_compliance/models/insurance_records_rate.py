from odoo import api, fields, models
from odoo.models import parse_read_group_spec
from odoo.tools import SQL

from odoo.addons.insurance_client_archive.models.insurance_use_share import (
    PARTIES,
    PARTY_LABELS,
)

MEASURES = [
    ("filing", "Filed in time"),
    ("destruction", "Destroyed when due"),
    ("use", "Uses with a full record"),
]
#: {measure: parameter of the target, by party}
TARGETS = {
    "filing": "filing_rate_%s_pct",
    "destruction": "destruction_rate_%s_pct",
    "use": "use_record_rate_%s_pct",
}
NOBODY = SQL("NULL::integer")
#: averages over duties, of which a row may stand for several
RATES = ("reached", "target", "distance")


class InsuranceRecordsRate(models.Model):
    """What was to be done and whether it was, beside the rates of the handbook.

    One row for each thing and each role it is a duty of, with 100 or 0: so the average
    is the rate however it is grouped, and each rate opens the rows that make it. Uses
    of past days are counted (``insurance.use.tally``): a row stands for several.
    """

    _name = "insurance.records.rate"
    _description = "Rates of records work by role"
    _auto = False
    _log_access = False
    _order = "day desc, id desc"
    _rec_name = "measure"

    measure = fields.Selection(MEASURES, string="Rate of", readonly=True)
    party = fields.Selection(PARTY_LABELS, string="Role", readonly=True)
    day = fields.Date(
        readonly=True, help="The day it was done, or on which it should have been."
    )
    user_id = fields.Many2one("res.users", string="Person", readonly=True)
    team_id = fields.Many2one("crm.team", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    archive_id = fields.Many2one("insurance.archive", readonly=True)
    number = fields.Char(string="Archive number", compute="_compute_number")
    reached = fields.Float(
        string="Rate in %", readonly=True, digits=(5, 1), aggregator="avg"
    )
    target = fields.Float(
        string="Target in %", readonly=True, digits=(5, 1), aggregator="avg"
    )
    distance = fields.Float(
        string="Above target",
        readonly=True,
        digits=(5, 1),
        aggregator="avg",
        help="Rate less target, in percentage points.",
    )
    kept = fields.Boolean(string="Done", readonly=True)
    duty_count = fields.Integer(string="Duties counted", readonly=True)

    def _read_group_select(self, aggregate_spec, query):
        name, _property, function = parse_read_group_spec(aggregate_spec)
        if function != "avg" or name not in RATES:
            return super()._read_group_select(aggregate_spec, query)
        rate, weight = (
            self._field_to_sql(self._table, field, query)
            for field in (name, "duty_count")
        )
        return SQL("sum(%s * %s) / nullif(sum(%s), 0)", rate, weight, weight)

    @api.depends("archive_id")
    def _compute_number(self):
        # superuser: the number alone says nothing about the client
        for rate in self.sudo():
            rate.number = rate.archive_id.number

    @property
    def _table_query(self):
        parameter = self.env["insurance.parameter"]
        targets = SQL(", ").join(
            SQL("(%s, %s, %s::float)", measure, party, parameter._get(key % party))
            for measure, key in TARGETS.items()
            for party in PARTIES
        )
        return SQL(
            """
            SELECT duty.id, duty.measure, duty.party, duty.day, duty.user_id,
                   duty.team_id, duty.company_id, duty.archive_id, duty.kept,
                   duty.duty_count,
                   CASE WHEN duty.kept THEN 100.0 ELSE 0.0 END AS reached,
                   target.pct AS target,
                   CASE WHEN duty.kept THEN 100.0 ELSE 0.0 END - target.pct
                       AS distance
              FROM (%(duties)s) duty
              JOIN (VALUES %(targets)s) AS target (measure, party, pct)
                ON target.measure = duty.measure AND target.party = duty.party
            """,
            duties=SQL(" UNION ALL ").join(self._duties()),
            targets=targets,
        )

    @api.model
    def _duties(self):
        """Return SQL for each source: what was to be done, by whom, and was it."""
        today = fields.Date.context_today(self)
        return [
            self._source(
                0,
                SQL("filed.id"),
                "filing",
                SQL("filed.filed_at::date"),
                SQL("NOT filed.late"),
                (
                    SQL("filed.agent_id"),
                    SQL("filed.manager_id"),
                    SQL("filed.filed_by"),
                ),
                SQL("filed.team_id, filed.company_id, filed.archive_id"),
                SQL("insurance_filing filed"),
            ),
            self._source(
                1,
                SQL("waits.id"),
                "filing",
                SQL("waits.filing_due_date"),
                SQL("false"),
                (SQL("waits.agent_id"), SQL("waits.manager_id"), NOBODY),
                SQL("waits.team_id, waits.company_id, waits.id AS archive_id"),
                SQL("insurance_archive waits WHERE waits.filing_due_date < %s", today),
            ),
            self._source(
                2,
                SQL("line.id"),
                "destruction",
                SQL("coalesce(line.done_on::date, run.day)"),
                SQL("line.state = 'done'"),
                (
                    SQL("line.agent_id"),
                    SQL("line.manager_id"),
                    SQL("run.applicant_id"),
                ),
                SQL("line.team_id, run.company_id, line.archive_id"),
                SQL(
                    "insurance_destruction_line line"
                    " JOIN insurance_destruction run ON run.id = line.destruction_id"
                    " WHERE line.decision = 'destroy'"
                    " AND run.state NOT IN ('draft', 'refused', 'cancelled')"
                ),
            ),
            self._source(
                3,
                SQL("past.id"),
                "destruction",
                SQL("past.until + 1"),
                SQL("false"),
                (SQL("archive.agent_id"), SQL("archive.manager_id"), NOBODY),
                SQL("archive.team_id, archive.company_id, archive.id AS archive_id"),
                SQL(
                    """
                    insurance_retention past
                    JOIN insurance_archive archive ON archive.id = past.archive_id
                   WHERE past.status = 'dated' AND past.until < %s AND NOT past.held
                     AND archive.state NOT IN ('collecting', 'destroyed')
                     AND NOT EXISTS (
                         SELECT FROM insurance_destruction_line line
                           JOIN insurance_destruction run
                             ON run.id = line.destruction_id
                          WHERE line.archive_id = archive.id
                            AND run.state NOT IN ('draft', 'refused', 'cancelled'))
                    """,
                    today,
                ),
            ),
            self._uses(),
        ]

    @api.model
    def _source(self, place, row_id, measure, day, kept, persons, rest, table):
        """Return SQL: the rows of a table, once for each role they are a duty of."""
        agent, manager, department = persons
        return SQL(
            """
            SELECT source.id * 16::bigint + role.place AS id,
                   %(measure)s AS measure, role.party, source.day, role.user_id,
                   source.team_id, source.company_id, source.archive_id, source.kept,
                   1 AS duty_count
              FROM (
                  SELECT %(row_id)s AS id, %(day)s AS day, %(kept)s AS kept,
                         %(agent)s AS agent, %(manager)s AS manager,
                         %(department)s AS department, %(rest)s
                    FROM %(table)s
              ) source
             CROSS JOIN LATERAL (VALUES
                 (%(agent_place)s, 'agent', source.agent),
                 (%(manager_place)s, 'manager', source.manager),
                 (%(department_place)s, 'department', source.department)
             ) AS role (place, party, user_id)
             WHERE role.user_id IS NOT NULL OR role.party = 'department'
            """,
            row_id=row_id,
            measure=measure,
            day=day,
            kept=kept,
            agent=agent,
            manager=manager,
            department=department,
            rest=rest,
            table=table,
            agent_place=3 * place,
            manager_place=3 * place + 1,
            department_place=3 * place + 2,
        )

    @api.model
    def _uses(self):
        later = self.env["insurance.use.tally"]._later_uses(
            SQL(
                "log.id * 16::bigint + 12, 'use', tier.party, log.date::date,"
                " person.id, NULL::integer, log.company_id, archive.id, found.kept, 1"
            )
        )
        return SQL(
            """
            SELECT id * 16::bigint + 13, 'use', party, day, user_id,
                   NULL::integer, company_id, NULL::integer, kept, use_count
              FROM insurance_use_tally
             UNION ALL %s
            """,
            later,
        )

    def action_open_archive(self):
        """Open the archive of the duty, if it is about one; False if not."""
        self.ensure_one()
        if not self.archive_id:
            return False
        self.archive_id.check_access("read")
        return self.archive_id._form_action()
