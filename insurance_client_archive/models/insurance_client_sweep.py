from odoo import api, fields, models

from ..client_scope import Scope
from ..sweep_kind import Chunk, Extent, Kind
from .insurance_archive_freshness import CLOSED_STATES

EDITOR = "insurance_client_archive.group_segment_editor"
MODEL = "insurance.client.class"


class InsuranceSweep(models.Model):
    _inherit = "insurance.sweep"

    @api.model
    def _kinds(self):
        return super()._kinds() | {
            "segment_refresh": Kind(
                self.env._("Figures and classes of all clients"),
                MODEL,
                EDITOR,
                seconds=2,
                limit=2000,
            ),
            "segment_classify": Kind(
                self.env._("Classes of all clients"),
                MODEL,
                EDITOR,
                seconds=2,
                limit=5000,
            ),
            "segment_due": Kind(
                self.env._("Figures and classes whose interval has passed"),
                MODEL,
                EDITOR,
                seconds=2,
                limit=2000,
            ),
        }


class InsuranceClientClass(models.Model):
    """Bulk classification: a statement for each range of ids, each one committed.

    The day is part of the scope: a run that goes on tomorrow ends as it began.
    """

    _inherit = "insurance.client.class"

    @api.model
    def _start_sweep(self, kind, note=""):
        """Start a run over all clients as of today, or return the one at work."""
        day = fields.Date.to_string(fields.Date.context_today(self))
        return self.env["insurance.sweep"]._start(kind, {"day": day}, note)

    @api.model
    def _sweep_day(self, sweep):
        return fields.Date.to_date(sweep.scope["day"])

    @api.model
    def _sweep_segment_refresh_extent(self, sweep):
        domain = [("state", "not in", CLOSED_STATES)]
        # as superuser: the work is about all clients, whoever starts it
        return sweep.sudo()._extent_of("insurance.archive", domain)

    @api.model
    def _sweep_segment_refresh_chunk(self, sweep, after, until, limit):
        until = min(until, after + limit)
        scope, day = Scope(after + 1, until), self._sweep_day(sweep)
        self.env["insurance.client.feature"]._refresh(scope, day)
        self._classify(scope, day)
        return Chunk(self._open_archives(scope), until)

    @api.model
    def _sweep_segment_classify_extent(self, sweep):
        # as superuser: the work is about all clients, whoever starts it
        first, last, total = (
            self.env["insurance.client.feature"]
            .sudo()
            ._read_group([], [], ["archive_id:min", "archive_id:max", "__count"])[0]
        )
        return Extent(first or 0, last or 0, total)

    @api.model
    def _sweep_segment_classify_chunk(self, sweep, after, until, limit):
        until = min(until, after + limit)
        scope = Scope(after + 1, until)
        self._classify(scope, self._sweep_day(sweep))
        return Chunk(self._open_archives(scope), until)

    @api.model
    def _sweep_segment_due_extent(self, sweep):
        return self._due_extent(self._sweep_day(sweep))

    @api.model
    def _sweep_segment_due_chunk(self, sweep, after, until, limit):
        day = self._sweep_day(sweep)
        archive_ids = self._due_ids(day, after, until, limit)
        if archive_ids:
            self._before_due(archive_ids)
            self._refresh(archive_ids, day)
        full = len(archive_ids) == limit
        return Chunk(len(archive_ids), archive_ids[-1] if full else until)

    @api.model
    def _before_due(self, archive_ids):
        """Override to act before clients are refreshed whose interval has passed."""

    @api.model
    def _open_archives(self, scope):
        """Count the clients of a range that are classified at all."""
        return self.env["insurance.archive"].search_count(
            [
                ("id", ">=", scope.first),
                ("id", "<=", scope.last),
                ("state", "not in", CLOSED_STATES),
            ]
        )


class InsuranceScorecard(models.Model):
    _inherit = "insurance.scorecard"

    def _on_activated(self):
        """Classify all clients by the new version, starting at once."""
        result = super()._on_activated()
        # as superuser: only whether there is anybody to be classified
        if self.env["insurance.client.feature"].sudo().search_count([], limit=1):
            self.env["insurance.client.class"]._start_sweep(
                "segment_classify", self[:1].display_name
            )
        return result
