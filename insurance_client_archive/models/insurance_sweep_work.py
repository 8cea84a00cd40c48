import logging
import time

import psycopg2

from odoo import api, models
from odoo.exceptions import ConcurrencyError, UserError
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from odoo.tools import SQL

from ..sweep_kind import NOTHING, SweepStopped
from .insurance_sweep import MODULE

_logger = logging.getLogger(__name__)
#: each runs in one process of one server at a time
CRONS = ("ir_cron_sweep", "ir_cron_sweep_second")
#: how often a chunk is repeated that met others, before it is their turn
REPEATS = 5
#: a command line gives up when it was in vain so often, one after the other
IDLE_TURNS = 100
#: what a chunk meets without a fault of its own
MET_OTHERS = (*PG_CONCURRENCY_EXCEPTIONS_TO_RETRY, ConcurrencyError)


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
