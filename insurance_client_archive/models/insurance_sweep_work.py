import itertools
import logging
import time
from typing import NamedTuple

import psycopg2

from odoo import api, models
from odoo.exceptions import ConcurrencyError, UserError
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from odoo.tools import SQL

from ..sweep_kind import NOTHING, Chunk, SweepStopped
from .insurance_sweep import MODULE

_logger = logging.getLogger(__name__)
#: each runs in one process of one server at a time
CRONS = ("ir_cron_sweep", "ir_cron_sweep_second")
#: how many workers can be at one sweep at once
PARTS = 16
#: the same when there is little to do
FEW_PARTS = 4
#: how often a chunk is repeated that met others, before it is their turn
REPEATS = 5
#: a command line gives up when it was in vain so often, one after the other
IDLE_TURNS = 100
#: after this many tries a row is set aside
TRIES = 3
#: a sweep with so many failing rows, more than it could do, has another problem
TOO_MANY = 100
MAX_CHUNK = 1_000_000
#: what a chunk meets without a fault of its own
MET_OTHERS = (*PG_CONCURRENCY_EXCEPTIONS_TO_RETRY, ConcurrencyError)
NOW = SQL("clock_timestamp() AT TIME ZONE 'UTC'")


class Part(NamedTuple):
    """A part that is locked by this transaction."""

    id: int
    after: int
    until: int
    limit: int
    span: int | None

    @property
    def stop(self):
        return min(self.until, self.after + self.span) if self.span else self.until


class InsuranceSweep(models.Model):
    """How the work gets done."""

    _inherit = "insurance.sweep"

    @api.model
    def _cron_run(self):
        """Work until the time of the scheduled action is up, and ask for more."""
        if self._work():
            self._wake()

    def _wake(self):
        """Let somebody begin to work soon. Override to use other nodes as well.

        Whoever works calls `_work`, as often and on as many nodes as wanted.
        """
        # superuser: whoever starts a sweep needs no right on scheduled actions
        for name in CRONS:
            cron = self.env.ref(f"{MODULE}.{name}", raise_if_not_found=False)
            if cron and cron.sudo().active:
                cron.sudo()._trigger()

    @api.model
    def _work(self, until=float("inf")):
        """Work on the running sweeps in turns; tell whether there is more to do.

        Commits after each chunk: never call it from what a user can call.

        :param until: when to stop, on the clock ``time.monotonic``; a scheduled action
            knows by itself how long it may take
        """
        commit = self.env["ir.cron"]._commit_progress
        seconds_left = commit(remaining=len(self._running()))
        while sweeps := self._running():
            moved = 0
            for sweep in sweeps:
                step = sweep._step()
                moved += step
                seconds_left = commit(step, remaining=len(self._running()))
                if not seconds_left or time.monotonic() > until:
                    return True
            if not moved:
                # others are at it, or hold what is left: look again in a minute
                commit(remaining=0)
                break
        return False

    @api.model
    def _run_to_end(self, sweep):
        """Work on one sweep until it has ended, for a command line. Commits."""
        commit = self.env["ir.cron"]._commit_progress
        idle, handled = 0, None
        commit()
        while sweep.state == "running" and idle < IDLE_TURNS:
            if not sweep._step():
                sweep._wait_for_others()
            commit()
            known, handled = handled, sweep._figures()[sweep.id][:2]
            idle = idle + 1 if handled == known else 0

    def _wait_for_others(self):
        """Wait until another worker has ended its chunk."""
        query = SQL(
            "SELECT FROM insurance_sweep_part"
            " WHERE sweep_id = %s AND after_id < until_id"
            " ORDER BY id LIMIT 1 FOR UPDATE",
            self.id,
        )
        try:
            self.env.execute_query(query)
        except MET_OTHERS:
            # that is what it looks like when they have ended
            self.env.cr.rollback()

    @api.model
    def _running(self):
        domain = [("state", "=", "running"), ("kind", "in", list(self._kinds()))]
        return self.search(domain, order="date_run, id")

    def _step(self):
        """Do one chunk. The caller commits. Return 0 if there was nothing to do."""
        for _repeat in range(REPEATS):
            try:
                return self._chunk()
            except MET_OTHERS:
                # somebody was faster: nothing has happened, look again
                self.env.cr.rollback()
        return 0

    def _chunk(self):
        part = self._claim()
        if part is None:
            return self._end()
        begun = time.monotonic()
        try:
            chunk = self._call("chunk", part.after, part.stop, part.limit)
            self.env.flush_all()
        except (*MET_OTHERS, psycopg2.InterfaceError):
            # met others, or the database is gone: neither is the row's fault
            raise
        except SweepStopped as stop:
            self.env.cr.rollback()
            self._fail(str(stop))
            return 1
        except Exception as error:
            # whatever a row brings up, the others get their turn
            self.env.cr.rollback()
            return self._narrow(part, error)
        self._advance(part, chunk, time.monotonic() - begun)
        return max(1, chunk.done)

    # --- parts

    def _claim(self):
        """Lock a part that nobody else is at, if the sweep is still running.

        This is the first query of the transaction: it sees a pause that was committed
        just before. What follows is not compiled by the database: a chunk is over
        before that would pay, and a wide statement takes seconds to compile.
        """
        query = SQL(
            """
            SELECT part.id, part.after_id, part.until_id,
                   COALESCE(latest.chunk_size, part.chunk_size), part.span,
                   set_config('jit', 'off', true)
              FROM insurance_sweep_part part
              JOIN insurance_sweep sweep ON sweep.id = part.sweep_id
              -- what was learned in one part holds for the next one, too
              LEFT JOIN LATERAL (
                   SELECT known.chunk_size FROM insurance_sweep_part known
                    WHERE known.sweep_id = part.sweep_id AND known.span IS NULL
                      AND known.write_date > part.write_date
                    ORDER BY known.write_date DESC LIMIT 1
              ) latest ON TRUE
             WHERE part.sweep_id = %s
               AND part.after_id < part.until_id
               AND sweep.state = 'running'
             ORDER BY part.id
             LIMIT 1
               FOR UPDATE OF part SKIP LOCKED
            """,
            self.id,
        )
        rows = self.env.execute_query(query)
        if not rows:
            return None
        part_id, after, until, limit, span, _jit = rows[0]
        return Part(part_id, after, until, min(limit, MAX_CHUNK), span)

    def _advance(self, part, chunk, seconds):
        """Note what was done, in the transaction in which it was done."""
        chunk = Chunk(*chunk)
        if not part.after < chunk.after <= part.stop:
            raise ValueError(f"The chunk of {self.kind} did not move on.")
        span = part.span and part.span * 2
        if span and span >= part.until - chunk.after:
            span = None
        self.env.cr.execute(
            SQL(
                "UPDATE insurance_sweep_part SET after_id = %s, chunk_size = %s,"
                " span = %s, done_count = done_count + %s, write_date = %s"
                " WHERE id = %s",
                chunk.after,
                self._next_limit(part, chunk, seconds),
                span,
                chunk.done,
                NOW,
                part.id,
            )
        )
        failed = [failure.res_id for failure in chunk.failures]
        self._forget_items(part.after, chunk.after, failed)
        for failure in chunk.failures:
            self._keep_item(failure.res_id, failure.message, failure.settled)

    def _next_limit(self, part, chunk, seconds):
        """Return how many rows to ask for, to need the time that a chunk should."""
        if part.span:
            # a few rows beside one that fails say nothing about the others
            return part.limit
        wanted = self._kind().seconds
        size = min(part.limit, max(chunk.after - part.after, chunk.done))
        limit = size * wanted / max(seconds, 0.001)
        if size < part.limit and seconds <= wanted:
            # the rest of a part is quick: no reason to ask for less
            limit = max(limit, part.limit)
        limit = max(part.limit / 4, min(part.limit * 4, limit))
        return max(1, min(MAX_CHUNK, round(limit)))

    def _narrow(self, part, error):
        """Look at fewer rows, until the one that fails is alone; note that one."""
        size = part.stop - part.after
        if size > 1:
            self._update_unmoved(part, SQL("span = %s", min(size, part.limit * 2) // 2))
            return 1
        moved = self._update_unmoved(
            part, SQL("after_id = %s, span = 1, write_date = %s", part.stop, NOW)
        )
        if moved:
            self._keep_item(part.stop, self._describe(error))
            if self._has_too_many():
                self._fail(
                    self.env._(
                        "Row after row fails. The last one: %s", self._describe(error)
                    )
                )
        return 1

    def _update_unmoved(self, part, columns):
        """Change a part whose lock was given up, if nobody has moved it since."""
        return self.env.execute_query(
            SQL(
                "UPDATE insurance_sweep_part SET %s"
                " WHERE id = %s AND after_id = %s RETURNING id",
                columns,
                part.id,
                part.after,
            )
        )

    def _add_pass(self, extent):
        """Divide the ids of an extent into parts."""
        if not extent.total:
            return
        first, size = extent.first - 1, extent.last - extent.first + 1
        # little work is not cut into pieces smaller than a chunk
        parts = max(FEW_PARTS, min(PARTS, extent.total // self._kind().limit))
        edges = sorted({first + size * n // parts for n in range(parts + 1)})
        self._add_parts(itertools.pairwise(edges))
        done = self._figures()[self.id]
        self.env.cr.execute(
            SQL(
                "UPDATE insurance_sweep SET pass_done = %s, total_count = %s"
                " WHERE id = %s",
                done.done,
                done.done + done.errors + extent.total,
                self.id,
            )
        )
        self.invalidate_recordset()

    def _add_parts(self, ranges):
        limit = self._kind().limit
        rows = [
            SQL("(%s, %s, %s, 0, %s, %s)", self.id, after, until, limit, NOW)
            for after, until in ranges
        ]
        self.env.cr.execute(
            SQL(
                "INSERT INTO insurance_sweep_part (sweep_id, after_id, until_id,"
                " done_count, chunk_size, write_date) VALUES %s",
                SQL(", ").join(rows),
            )
        )

    # --- the end

    def _end(self):
        try:
            return self._end_pass()
        except (SweepStopped, UserError) as stop:
            self.env.cr.rollback()
            self._fail(str(stop))
            return 1

    def _end_pass(self):
        """Look again at what was left, or finish; 0 when others are still at work."""
        if not self._lock_idle():
            return 0
        if waiting := self._waiting_ids():
            self._add_parts((res_id - 1, res_id) for res_id in waiting)
            return 1
        if self._kind().by_state:
            extent = self._call("extent") or NOTHING
            if extent.total > self._unsettled_count():
                # what others hold gets another look, but not at once
                worked = self._figures()[self.id].done > self.pass_done
                self._add_pass(extent)
                return int(worked)
        self._call("finish")
        self._record("finish", count=self._figures()[self.id].done)
        self._move("done", ["running"], date_end=True)
        return 1

    def _lock_idle(self):
        """Lock the running sweep if no part of it is open."""
        query = SQL(
            """
            SELECT id FROM insurance_sweep sweep
             WHERE id = %s AND state = 'running'
               AND NOT EXISTS (
                   SELECT FROM insurance_sweep_part
                    WHERE sweep_id = sweep.id AND after_id < until_id)
               FOR NO KEY UPDATE SKIP LOCKED
            """,
            self.id,
        )
        return bool(self.env.execute_query(query))

    def _fail(self, message):
        """Stop the sweep until somebody has looked."""
        _logger.warning("Sweep %s (%s) has stopped: %s", self.id, self.kind, message)
        # the log itself may be why nothing can be done
        self._record("fail", result="failed", wait=False)
        self._change("failed", ["running"], message=message)

    # --- rows that fail

    def _describe(self, error):
        """Return what may be shown of an error: others could repeat client data."""
        if isinstance(error, UserError):
            return str(error)[:500]
        _logger.info("A row of sweep %s failed: %s", self.id, type(error).__name__)
        return type(error).__name__

    def _keep_item(self, res_id, message, settled=False):
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO insurance_sweep_item AS item (
                    sweep_id, kind, res_model, res_id, attempts, state, settled,
                    message, create_date, write_date
                )
                VALUES (
                    %(sweep)s, %(kind)s, %(model)s, %(res_id)s, 1, %(state)s,
                    %(settled)s, %(message)s, %(now)s, %(now)s
                )
                ON CONFLICT (sweep_id, res_id) DO UPDATE
                SET attempts = item.attempts + 1, message = EXCLUDED.message,
                    settled = EXCLUDED.settled, write_date = EXCLUDED.write_date,
                    state = CASE
                        WHEN EXCLUDED.settled OR item.attempts + 1 >= %(tries)s
                        THEN 'aside' ELSE 'waiting' END
                """,
                sweep=self.id,
                kind=self.kind,
                model=self._kind().model,
                res_id=res_id,
                state="aside" if settled else "waiting",
                settled=settled,
                message=message,
                tries=TRIES,
                now=NOW,
            )
        )

    def _forget_items(self, after, until, failed):
        """Forget earlier failures of rows that have now worked."""
        self.env.cr.execute(
            SQL(
                "DELETE FROM insurance_sweep_item WHERE sweep_id = %s"
                " AND state = 'waiting' AND res_id > %s AND res_id <= %s"
                " AND res_id <> ALL(%s)",
                self.id,
                after,
                until,
                failed,
            )
        )

    def _waiting_ids(self):
        query = SQL(
            "SELECT res_id FROM insurance_sweep_item"
            " WHERE sweep_id = %s AND state = 'waiting' ORDER BY res_id",
            self.id,
        )
        return [row[0] for row in self.env.execute_query(query)]

    def _unsettled_count(self):
        """Return how many rows are set aside and still in the extent of the work."""
        query = SQL(
            "SELECT count(*) FROM insurance_sweep_item"
            " WHERE sweep_id = %s AND NOT settled",
            self.id,
        )
        return self.env.execute_query(query)[0][0]

    def _has_too_many(self):
        failed = self._unsettled_count()
        return failed >= TOO_MANY and failed > self._figures()[self.id].done

    def _retry(self, items):
        """Give rows that failed another three tries."""
        self.ensure_one()
        if self.state not in ("running", "paused", "done", "failed"):
            raise UserError(self.env._("This work has ended. Start it anew."))
        self._record("retry", count=len(items))
        self._call("retry", items.mapped("res_id"))
        self.env.cr.execute(
            SQL(
                "UPDATE insurance_sweep_item SET attempts = 0, state = 'waiting',"
                " settled = false WHERE id = ANY(%s)",
                list(items.ids),
            )
        )
        items.invalidate_recordset()
        if self.state in ("done", "failed"):
            self._continue(["done", "failed"])
