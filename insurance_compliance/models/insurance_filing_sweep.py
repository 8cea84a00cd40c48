from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from odoo.addons.insurance_client_archive.sweep_kind import Chunk, Failure, Kind

from .insurance_destruction import ARCHIVIST
from .insurance_retention_rule import MODULE

CYCLE, TESTS, BATCH = "filing_cycle", "property_test", "filing_batch"


class InsuranceSweep(models.Model):
    _inherit = "insurance.sweep"

    @api.model
    def _kinds(self):
        return super()._kinds() | {
            CYCLE: Kind(
                self.env._("Filing cycle"),
                "insurance.archive",
                f"{MODULE}.group_compliance",
                limit=20_000,
            ),
            TESTS: Kind(
                self.env._("Tests of the four properties"),
                "insurance.archive",
                ARCHIVIST,
                by_state=True,
                limit=2_000,
            ),
            BATCH: Kind(
                self.env._("Filing of a list"),
                "insurance.filing.batch",
                ARCHIVIST,
                limit=100,
            ),
        }


class InsuranceArchive(models.Model):
    """Filing days and yearly tests of all archives, in chunks."""

    _inherit = "insurance.archive"

    @api.model
    def _sweep_filing_cycle_extent(self, sweep):
        return sweep.sudo()._extent_of("insurance.archive", [])

    @api.model
    def _sweep_filing_cycle_chunk(self, sweep, after, until, limit):
        until = min(until, after + limit)
        self._refresh_filing(
            lambda column: SQL("%s > %s AND %s <= %s", column, after, column, until)
        )
        count = SQL(
            "SELECT count(*) FROM insurance_archive WHERE id > %s AND id <= %s",
            after,
            until,
        )
        return Chunk(self.env.execute_query(count)[0][0], until)

    @api.model
    def _sweep_property_test_extent(self, sweep):
        return sweep.sudo()._extent_of("insurance.archive", self._untested_domain())

    @api.model
    def _sweep_property_test_chunk(self, sweep, after, until, limit):
        # superuser: the server tests; what it finds names no content
        archives = self.sudo().search(
            [("id", ">", after), ("id", "<=", until)] + list(self._untested_domain()),
            order="id",
            limit=limit,
        )
        if archives:
            archives._test_properties("yearly")
        last = archives[-1].id if len(archives) == limit else until
        return Chunk(len(archives), last)

    # --- scheduled actions

    @api.model
    def _cron_filing(self):
        """Calculate the filing days each night, and remind of those that come."""
        if self.env["insurance.sweep"]._work_daily(CYCLE):
            self._remind_of_filing()

    @api.model
    def _cron_property_tests(self):
        """Test the archives whose last test is a year old."""
        self.env["insurance.sweep"]._work_daily(TESTS)

    @api.model
    def _remind_of_filing(self):
        days = self.env["insurance.parameter"]._get("filing_remind_days")
        limit = fields.Date.add(fields.Date.today(), days=days)
        domain = (
            self._filing_domain()
            & self._due_before(limit)
            & self._responsible_domain()
            & self._not_reminded("filing")
        )
        self._in_batches([(domain, "_remind_responsible")], 200)

    @api.model
    def _due_before(self, day):
        return Domain("filing_due_date", "<=", day)

    @api.model
    def _responsible_domain(self):
        return Domain("agent_id.active", "=", True)

    @api.model
    def _not_reminded(self, kind):
        return Domain("partner_id", "not in", self._reminded_contacts(kind))

    def _remind_responsible(self):
        self._remind(
            "filing",
            [
                (archive.partner_id, archive.agent_id, archive.filing_due_date)
                for archive in self
            ],
        )

    @api.model
    def _reminder_type(self, kind):
        if kind in ("filing", "defect"):
            return self.env.ref(f"insurance_compliance.mail_activity_type_{kind}")
        return super()._reminder_type(kind)


class InsuranceFilingBatch(models.Model):
    """The archives of a long list are filed in chunks; those refused are listed."""

    _inherit = "insurance.filing.batch"

    @api.model
    def _sweep_filing_batch_extent(self, sweep):
        batch = self.browse(sweep.scope["batch"]).sudo()
        return sweep.sudo()._extent_of(
            "insurance.archive", [("id", "in", batch.archive_ids.ids)]
        )

    def _listed(self, after, until, limit):
        """Return the first ids of a range; the list may have a hundred thousand."""
        field = self._fields["archive_ids"]
        own, archive = map(SQL.identifier, (field.column1, field.column2))
        query = SQL(
            "SELECT %(archive)s FROM %(table)s WHERE %(own)s = %(id)s"
            " AND %(archive)s > %(after)s AND %(archive)s <= %(until)s"
            " ORDER BY %(archive)s LIMIT %(limit)s",
            archive=archive,
            table=SQL.identifier(field.relation),
            own=own,
            id=self.id,
            after=after,
            until=until,
            limit=limit,
        )
        return [row[0] for row in self.env.execute_query(query)]

    @api.model
    def _sweep_filing_batch_chunk(self, sweep, after, until, limit):
        # superuser: the list was made by the archivist who has started this, and is
        # filed in that person's name, with that person's rights
        batch = self.browse(sweep.sudo().scope["batch"]).sudo()
        # one more, to know whether there is one
        ids = batch._listed(after, until, limit + 1)
        taken = ids[:limit]
        archives = (
            self.env["insurance.archive"]
            .with_user(batch.user_id)
            .browse(taken)
            .exists()
        )
        archives._check_archivist()
        waiting = archives.filtered(
            lambda archive: archive.state == "entered" or archive.filing_since
        )
        refused = waiting._filing_problems()
        ready = waiting.filtered(lambda archive: archive.id not in refused)
        if ready:
            ready._write_filed(batch._values())
        failing = waiting.browse(refused)
        if failing:
            failing._keep_filing_problems(refused)
        last = taken[-1] if len(ids) > limit else until
        failures = [Failure(key, text, True) for key, text in refused.items()]
        return Chunk(len(ready), last, failures)
