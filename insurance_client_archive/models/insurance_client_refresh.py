from odoo import api, fields, models
from odoo.tools import SQL

from .insurance_archive_freshness import CLOSED_STATES

EVENT_BATCH = 500
DUE_BATCH = 5000
MODULE = "insurance_client_archive"


class InsuranceClientClass(models.Model):
    """When figures and classes are refreshed: after events at once, else in time.

    What is still to do is always found in the data: whoever comes after a killed
    process goes on where it stopped, and does nothing twice.
    """

    _inherit = "insurance.client.class"

    @api.model
    def _cron_events(self, batch_size=EVENT_BATCH):
        """Refresh the clients to whom something has happened."""
        cron = self.env["ir.cron"]
        cron._commit_progress(
            remaining=self.env["insurance.client.event"].search_count([])
        )
        while True:
            taken, archive_ids = self._take_events(batch_size)
            if not taken:
                break
            self._refresh(archive_ids)
            # the events are gone when, and only when, the classes are written
            if not cron._commit_progress(taken):
                break

    @api.model
    def _take_events(self, limit):
        """Take events away that nobody else is at work on."""
        rows = self.env.execute_query(
            SQL(
                """
                DELETE FROM insurance_client_event
                WHERE id IN (
                    SELECT id FROM insurance_client_event
                    ORDER BY id LIMIT %s FOR UPDATE SKIP LOCKED
                )
                RETURNING archive_id
                """,
                limit,
            )
        )
        self.env["insurance.client.event"].invalidate_model(flush=False)
        return len(rows), sorted({archive_id for (archive_id,) in rows})

    @api.model
    def _cron_due(self, batch_size=DUE_BATCH):
        """Refresh the clients whose interval has passed, and those of old versions."""
        self.env["insurance.scorecard"]._cron_take_over()
        cron = self.env["ir.cron"]
        day = fields.Date.context_today(self)
        cron._commit_progress(remaining=self._due_count(day))
        last = 0
        while archive_ids := self._due_ids(day, last, batch_size):
            last = archive_ids[-1]
            self._refresh(archive_ids, day)
            if not cron._commit_progress(len(archive_ids)):
                break

    @api.model
    def _due_ids(self, day, after, limit):
        """Return the next archives to be refreshed, in the order of their ids."""
        return [
            archive_id
            for (archive_id,) in self.env.execute_query(
                SQL(
                    "SELECT archive.id %s AND archive.id > %s"
                    " ORDER BY archive.id LIMIT %s",
                    self._due_sql(day),
                    after,
                    limit,
                )
            )
        ]

    @api.model
    def _due_count(self, day):
        query = SQL("SELECT count(*) %s", self._due_sql(day))
        return self.env.execute_query(query)[0][0]

    @api.model
    def _due_sql(self, day):
        """Return FROM and WHERE: whose figures or classes are out of date."""
        parameter = self.env["insurance.parameter"]
        self.env["insurance.archive"].flush_model(["key_client", "value_tier", "state"])
        self.flush_model()
        stale = [
            SQL(
                "score.%s IS DISTINCT FROM %s",
                SQL.identifier(f"{name}_card_id"),
                card.id,
            )
            for name, card in self.env["insurance.scorecard"]._active().items()
        ]
        return SQL(
            """
            FROM insurance_archive AS archive
            LEFT JOIN insurance_client_feature AS feature
                ON feature.archive_id = archive.id
            LEFT JOIN insurance_client_class AS score ON score.archive_id = archive.id
            WHERE archive.state NOT IN %(closed)s AND (
                feature.as_of IS NULL
                OR feature.as_of <= CASE
                    WHEN archive.key_client OR archive.value_tier = 'high'
                    THEN %(key)s ELSE %(ordinary)s END
                OR %(stale)s
            )
            """,
            closed=CLOSED_STATES,
            key=fields.Date.subtract(
                day, months=parameter._get("refresh_key_months")
            ),
            ordinary=fields.Date.subtract(
                day, months=parameter._get("refresh_ordinary_months")
            ),
            stale=SQL(" OR ").join(stale or [SQL("FALSE")]),
        )


class InsuranceScorecard(models.Model):
    _inherit = "insurance.scorecard"

    def _on_activated(self):
        """Classify all clients by the new version, starting at once."""
        result = super()._on_activated()
        cron = self.env.ref(
            f"{MODULE}.ir_cron_client_classes", raise_if_not_found=False
        )
        if cron:
            cron._trigger()
        return result
