import logging

from odoo import models
from odoo.exceptions import UserError
from odoo.tools import SQL

from .insurance_sweep_claim import NOW

_logger = logging.getLogger(__name__)
#: after this many tries a row is set aside
TRIES = 3
#: a sweep with so many failing rows, more than it could do, has another problem
TOO_MANY = 100


class InsuranceSweep(models.Model):
    """Rows that fail are tried again, then set aside; the others go on."""

    _inherit = "insurance.sweep"

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
