import itertools
from typing import NamedTuple

from odoo import models
from odoo.tools import SQL

from ..sweep_kind import Chunk

#: how many workers can be at one sweep at once
PARTS = 16
#: the same when there is little to do
FEW_PARTS = 4
MAX_CHUNK = 1_000_000
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
    """What is left to do, in parts that workers lock one at a time."""

    _inherit = "insurance.sweep"

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
