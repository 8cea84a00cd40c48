from odoo import api, fields, models
from odoo.tools import SQL

from ..sweep_kind import Extent
from .insurance_archive_freshness import CLOSED_STATES

EVENT_BATCH = 500


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
        self._retry_failures()
        while True:
            taken, archive_ids = self._take_events(batch_size)
            if not taken:
                break
            self._refresh_apart(archive_ids)
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
    def _cron_due(self):
        """Refresh the clients whose interval has passed, and those of old versions."""
        self.env["insurance.scorecard"]._cron_take_over()
        day = fields.Date.context_today(self)
        if self._due_extent(day).total:
            self.env["insurance.sweep"]._start(
                "segment_due", {"day": fields.Date.to_string(day)}
            )

    @api.model
    def _due_ids(self, day, after, until, limit):
        """Return the next archives to be refreshed, in the order of their ids."""
        query = SQL(
            "SELECT archive.id %s AND archive.id > %s AND archive.id <= %s"
            " ORDER BY archive.id LIMIT %s",
            self._due_sql(day),
            after,
            until,
            limit,
        )
        return [archive_id for (archive_id,) in self.env.execute_query(query)]

    @api.model
    def _due_extent(self, day):
        query = SQL(
            "SELECT coalesce(min(archive.id), 0), coalesce(max(archive.id), 0),"
            " count(*) %s",
            self._due_sql(day),
        )
        return Extent(*self.env.execute_query(query)[0])

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
                OR feature.as_of + make_interval(months => CASE
                    WHEN archive.key_client OR archive.value_tier = 'high'
                    THEN %(key)s ELSE %(ordinary)s END) <= %(day)s
                OR %(stale)s
            )
            """,
            closed=CLOSED_STATES,
            # counted forward, as the report does: back from the end of a short month
            # the 31st would be missed
            key=parameter._get("refresh_key_months"),
            ordinary=parameter._get("refresh_ordinary_months"),
            day=day,
            stale=SQL(" OR ").join(stale or [SQL("FALSE")]),
        )
