from odoo import fields, models
from odoo.tools import SQL

from .insurance_use_share import PARTY_LABELS


class InsuranceUseShareBar(models.Model):
    """The shares of use as bars: what was, beside what the handbook expects."""

    _name = "insurance.use.share.bar"
    _description = "Uses by role, as bars"
    _auto = False
    _log_access = False
    _order = "month desc, id"
    _rec_name = "party"

    month = fields.Date(string="First day", readonly=True)
    party = fields.Selection(PARTY_LABELS, string="Used by", readonly=True)
    series = fields.Selection(
        [("actual", "Actual share"), ("benchmark", "Benchmark")],
        string="Actual or benchmark",
        readonly=True,
    )
    share = fields.Float(
        string="Share in %", readonly=True, digits=(5, 1), aggregator="avg"
    )

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT 2 * shares.id + bar.place AS id, shares.month, shares.party,
                   bar.series, bar.share
            FROM (%s) shares
            CROSS JOIN LATERAL (VALUES
                (0, 'actual', shares.share), (1, 'benchmark', shares.benchmark)
            ) AS bar (place, series, share)
            """,
            self.env["insurance.use.share"]._table_query,
        )
