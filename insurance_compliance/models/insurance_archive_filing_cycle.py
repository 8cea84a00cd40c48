from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from odoo.addons.insurance_client_archive.models.insurance_archive_filing import FILING

from .. import filing_sources

#: what the server alone writes
CYCLE_FIELDS = frozenset({"filed_through", "filing_since", "filing_due_date"})
FILED_AGAIN = frozenset({"storage_place", "storage_medium"})


class InsuranceArchive(models.Model):
    """The filing cycle: what comes to a filed archive is due to be filed as well."""

    _inherit = "insurance.archive"

    filed_through = fields.Datetime(
        string="Filed through",
        readonly=True,
        copy=False,
        help="All that came to the archive up to this moment is filed.",
    )
    filing_since = fields.Date(
        string="Waits since",
        readonly=True,
        copy=False,
        help="The day on which the first thing came that is not filed yet.",
    )
    filing_waiting = fields.Char(
        string="Not filed yet", compute="_compute_filing_waiting", compute_sudo=True
    )
    filing_ids = fields.One2many("insurance.filing", "archive_id", string="Filings")

    _filing_due = models.Index(
        "(filing_due_date, id) WHERE filing_due_date IS NOT NULL"
    )

    @api.depends("state", "filing_since")
    def _compute_filing_waiting(self):
        waiting = self._filing_counts(self.filtered("filing_since").ids)
        labels = {
            name: self.env["insurance.filing"]
            ._fields[name]
            ._description_string(self.env)
            for name in filing_sources.SOURCES
        }
        for archive in self:
            found = waiting.get(archive._origin.id, {})
            parts = [
                f"{labels[name]} {count}" for name, count in found.items() if count
            ]
            if archive.state == "entered":
                parts.insert(0, self.env._("The archive"))
            archive.filing_waiting = " · ".join(parts)

    def _filing_counts(self, ids):
        if not ids:
            return {}
        self.env.flush_all()
        names = ["archive_id", *filing_sources.SOURCES]
        query = filing_sources.counts(
            self.env, lambda column: SQL("%s = ANY(%s)", column, ids)
        )
        rows = self.env.execute_query_dict(
            SQL(
                "SELECT %s FROM (%s) counted",
                SQL(", ").join(map(SQL.identifier, names)),
                query,
            )
        )
        return {row.pop("archive_id"): row for row in rows}

    def _filing_due_again(self):
        super()._filing_due_again()
        waits = self.state == "filed" and self.filing_since
        return self.filing_due_date if waits else False

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._refuse_cycle_fields(vals)
        return super().create(vals_list)

    def write(self, vals):
        self._refuse_cycle_fields(vals)
        if vals.get("state") != "filed":
            return super().write(vals)
        first = self.filtered(lambda archive: archive.state == "entered")
        due = {archive.id: archive.filing_due_date for archive in first}
        # what is missing is said before what the tests have found
        first._check_transition("filed", vals.get("state_reason"))
        first._require_properties()
        result = super().write(vals)
        if first:
            self.env["insurance.filing"]._record(first, "first", due)
        return result

    def _history_fields(self, vals):
        names = super()._history_fields(vals)
        return [name for name in names if name not in CYCLE_FIELDS]

    @api.model
    def _refuse_cycle_fields(self, vals):
        if not self.env.su and not CYCLE_FIELDS.isdisjoint(vals):
            raise UserError(
                self.env._("By when an archive is to be filed follows from the cycle.")
            )

    # --- filing

    def _waits_for_filing_again(self):
        return self.filtered(
            lambda archive: archive.state == "filed" and archive.filing_since
        )

    def _filing_problems(self):
        again = self._waits_for_filing_again()
        problems = super(InsuranceArchive, self - again)._filing_problems()
        # superuser: as for the first filing; the messages name fields and papers
        for archive in again.sudo():
            try:
                archive._check_file()
            except UserError as error:
                problems[archive.id] = str(error)
        rest = self.filtered(lambda archive: archive.id not in problems)
        return problems | rest._property_problems()

    def _write_filed(self, values):
        again = self._waits_for_filing_again()
        result = super(InsuranceArchive, self - again)._write_filed(values)
        if again:
            due = {archive.id: archive.filing_due_date for archive in again}
            again._require_properties()
            place = {name: values[name] for name in FILED_AGAIN if values.get(name)}
            if place:
                # superuser: archivists were checked; only place and medium
                again.sudo().with_context(insurance_filing=FILING).write(place)
            self.env["insurance.filing"]._record(again, "again", due)
        return result

    # --- when it is due

    @api.model
    def _refresh_filing(self, condition):
        """Write the due days that have changed; return how many.

        :param condition: takes the column with the archive, returns which ones
        """
        self.env.flush_all()
        months = self.env["insurance.parameter"]._get("filing_cycle_months")
        query = SQL(
            """
            UPDATE insurance_archive archive
               SET filing_since = target.since, filing_due_date = target.due
              FROM (
                  SELECT known.id, moment.since,
                         (moment.since + make_interval(months => %(months)s))::date
                         AS due
                    FROM insurance_archive known
                    LEFT JOIN (%(first)s) came ON came.archive_id = known.id
                         AND known.state = 'filed'
                   CROSS JOIN LATERAL (
                       SELECT CASE known.state
                              WHEN 'entered'
                              THEN coalesce(known.state_date, known.create_date)
                              WHEN 'filed' THEN came.since END::date AS since
                   ) moment
                   WHERE %(condition)s
              ) target
             WHERE archive.id = target.id
               AND (archive.filing_since, archive.filing_due_date)
                   IS DISTINCT FROM (target.since, target.due)
            """,
            months=months,
            first=filing_sources.first(self.env, condition),
            condition=condition(SQL("known.id")),
        )
        self.env.cr.execute(query)
        count = self.env.cr.rowcount
        self._forget_filing()
        return count

    def _forget_filing(self):
        """Let everybody read anew what was written by SQL."""
        self.env["insurance.archive"].invalidate_model(
            [*CYCLE_FIELDS, "filing_waiting"], flush=False
        )

    @api.model
    def _filing_domain(self):
        return Domain("filing_due_date", "!=", False) & Domain(
            "state", "in", ("entered", "filed")
        )
