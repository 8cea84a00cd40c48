import logging
import math
import time

import psycopg2

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from odoo.addons.insurance_client_archive.models.insurance_sweep_work import MET_OTHERS
from odoo.addons.insurance_client_archive.sweep_kind import Chunk, Extent, Kind

from .insurance_check import MODULE, SWEEP

_logger = logging.getLogger(__name__)

#: the longest sentence that is kept
TEXT = 500


class InsuranceSweep(models.Model):
    _inherit = "insurance.sweep"

    @api.model
    def _kinds(self):
        checks = Kind(
            self.env._("Checks"),
            "insurance.check.result",
            f"{MODULE}.group_compliance",
            limit=1,
        )
        return super()._kinds() | {SWEEP: checks}

    def action_cancel(self):
        """Cancel the work, and with it the run that it belongs to."""
        result = super().action_cancel()
        for sweep in self.filtered(lambda sweep: sweep.kind == SWEEP):
            run = self.env["insurance.check.run"].browse(sweep.scope["run_id"])
            # superuser: who may cancel the work was checked
            run.sudo()._on_cancelled()
        return result


class InsuranceCheckResult(models.Model):
    """The engine: each check in a transaction of its own, whatever the others do."""

    _inherit = "insurance.check.result"

    @api.model
    def _sweep_check_extent(self, sweep):
        query = SQL(
            "SELECT coalesce(min(id), 0), coalesce(max(id), 0), count(*)"
            " FROM insurance_check_result WHERE run_id = %s AND state = 'open'",
            sweep.scope["run_id"],
        )
        return Extent(*self.env.execute_query(query)[0])

    @api.model
    def _sweep_check_chunk(self, sweep, after, until, _limit):
        query = SQL(
            "SELECT id FROM insurance_check_result WHERE run_id = %s"
            " AND id > %s AND id <= %s AND state = 'open' ORDER BY id LIMIT 1",
            sweep.scope["run_id"],
            after,
            until,
        )
        rows = self.env.execute_query(query)
        if not rows:
            return Chunk(0, until)
        result = self.browse(rows[0][0])
        result._make()
        return Chunk(1, result.id)

    @api.model
    def _sweep_check_finish(self, sweep):
        self.env["insurance.check.run"].browse(sweep.scope["run_id"])._finish()

    # --- one check

    def _make(self):
        """Make the check; what goes wrong is an outcome, and stops no other check."""
        self.ensure_one()
        begun = time.monotonic()
        try:
            with self.env.cr.savepoint():
                values = self._look()
        except (*MET_OTHERS, psycopg2.InterfaceError):
            raise  # met others, or the database is gone: the check is repeated
        except Exception as error:
            self.env.invalidate_all()
            values = {"state": "error", "message": self._describe(error)}
        self.write(
            {
                **values,
                "date": fields.Datetime.now(),
                "seconds": time.monotonic() - begun,
            }
        )
        self._compare()

    def _look(self):
        check = self.check_id
        run = self.run_id
        root = self.env(
            user=SUPERUSER_ID,
            su=True,
            context={
                "check_company_id": run.company_id.id,
                "lang": run._lang(),
            },
        )
        with self._limited_time():
            found = check.with_env(root)._find_violations(self._since())
            if found is None:
                return {"state": "not_applicable"}
            count = self._keep(found)
        return self._figures_of(found.population, count)

    def _limited_time(self):
        """Cancel a statement of the check that takes longer than the parameter says."""
        seconds = self.env["insurance.parameter"]._get("check_timeout_seconds")
        return StatementTimeout(self.env.cr, seconds)

    def _since(self):
        """Return from when on events are looked at: nothing falls between two runs."""
        period = self.check_id._period_before(fields.Datetime.now())
        before = self._before()
        return min(period, before.date) if before else period

    def _before(self):
        """Return the last result of the same check for the same company."""
        return self.search(
            [
                ("check_id", "=", self.check_id.id),
                ("company_id", "=", self.company_id.id),
                ("id", "<", self.id),
                ("state", "in", ("passed", "failed")),
            ],
            order="id desc",
            limit=1,
        )

    def _figures_of(self, population, count):
        population = max(population, count)
        if not population:
            # there is nothing that could break the demand
            return {"state": "not_applicable"}
        points = 0
        if count:
            weight = self._weights()[self.severity]
            points = weight * math.ceil(10 * count / population)
        return {
            "state": "failed" if count else "passed",
            "population": population,
            "violations": count,
            # one in a million is not “all of them”
            "rate": min(100 - 100 * count / population, 99.99) if count else 100,
            "risk_points": points,
        }

    @api.model
    def _weights(self):
        """Return what a check of each severity weighs."""
        get = self.env["insurance.parameter"]._get
        return {
            name: get(f"check_weight_{name}")
            for name in ("low", "medium", "high", "critical")
        }

    def _compare(self):
        """Set the result beside the one before."""
        before = self._before()
        values = {"latest": True, "previous_id": before.id, "change": False}
        if self.state in ("passed", "failed"):
            if not before:
                values["change"] = "first"
            elif before.rate == self.rate:
                values["change"] = "same"
            else:
                values["change"] = "better" if self.rate > before.rate else "worse"
        self.write(values)
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                "UPDATE insurance_check_result SET latest = false"
                " WHERE check_id = %s AND latest AND id <> %s"
                " AND company_id IS NOT DISTINCT FROM %s",
                self.check_id.id,
                self.id,
                self.company_id.id or None,
            )
        )
        self.invalidate_model(["latest"])

    @api.model
    def _describe(self, error):
        """Return what may be shown of an error: others could repeat client data."""
        if isinstance(error, UserError):
            return str(error)[:TEXT]
        _logger.warning("A check could not be made: %s", type(error).__name__)
        if isinstance(error, psycopg2.errors.QueryCanceled):
            return self.env._("It took longer than checks may take.")
        return type(error).__name__

    # --- what breaks the demand

    def _keep(self, found):
        """Keep the first violations and return how many there are in all."""
        limit = self.env["insurance.parameter"]._get("check_violation_limit")
        count = self._keep_rows(found, limit) if found.ids is not None else 0
        facts = [str(fact)[:TEXT] for fact in found.facts]
        self.env["insurance.check.violation"].create(
            [
                {
                    "result_id": self.id,
                    "company_id": self.company_id.id,
                    "text": fact,
                }
                for fact in facts[:limit]
            ]
        )
        return count + len(facts)

    def _keep_rows(self, found, limit):
        """Count the rows and keep the first of them, in one statement."""
        self.env.flush_all()
        query = SQL(
            """
            WITH found AS MATERIALIZED (
                SELECT DISTINCT row.id FROM (%(ids)s) AS row(id)
                 WHERE row.id IS NOT NULL
            ), first AS MATERIALIZED (
                SELECT id FROM found ORDER BY id LIMIT %(limit)s
            ), place AS (
                SELECT row.id, min(row.archive_id) AS archive_id
                  FROM (%(archives)s) AS row(id, archive_id)
                  JOIN first ON first.id = row.id
                 GROUP BY row.id
            ), kept AS (
                INSERT INTO insurance_check_violation (
                    result_id, model, res_id, archive_id, company_id
                )
                SELECT %(result)s, %(model)s, first.id, archive.id,
                       coalesce(archive.company_id, %(company)s)
                  FROM first
                  LEFT JOIN place ON place.id = first.id
                  LEFT JOIN insurance_archive archive ON archive.id = place.archive_id
                 ORDER BY first.id
            )
            SELECT count(*) FROM found
            """,
            ids=found.ids,
            archives=self._archives_of(found),
            limit=limit,
            result=self.id,
            model=found.model,
            company=self.company_id.id or None,
        )
        self.env["insurance.check.violation"].invalidate_model()
        return self.env.execute_query(query)[0][0]

    @api.model
    def _archives_of(self, found):
        """Return the query of the archives of the rows."""
        if found.archives is not None:
            return found.archives
        if found.model == "insurance.archive":
            return SQL("SELECT id, id FROM insurance_archive")
        model = self.env[found.model]
        field = model._fields.get("archive_id")
        if field and field.store and model._auto:
            return SQL("SELECT id, archive_id FROM %s", SQL.identifier(model._table))
        return SQL("SELECT NULL::integer, NULL::integer WHERE FALSE")


class StatementTimeout:
    """Give statements a time limit, and take it away again."""

    def __init__(self, cr, seconds):
        self.cr = cr
        self.limit = f"{int(seconds)}s"

    def __enter__(self):
        self.cr.execute("SHOW statement_timeout")
        self.before = self.cr.fetchone()[0]
        self._set(self.limit)

    def __exit__(self, kind, error, traceback):
        # after an error the savepoint takes it back
        if error is None:
            self._set(self.before)

    def _set(self, value):
        self.cr.execute(SQL("SELECT set_config('statement_timeout', %s, true)", value))
