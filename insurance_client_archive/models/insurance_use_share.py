from odoo import fields, models
from odoo.tools import SQL

#: who counts as what in the handbook's shares (5.1)
PARTIES = {
    "agent": ["agent"],
    "manager": ["manager", "supervisor"],
    "department": ["department", "department_head", "compliance", "archivist"],
}
PARTY_LABELS = [
    ("agent", "Agents"),
    ("manager", "Account managers"),
    ("department", "Internal departments"),
]
#: records of the log about itself, and what did not happen
NO_USE = ["verify", "prune", "login", "denied", "alarm"]


class InsuranceUseShare(models.Model):
    """Whose the uses of a month were, beside the shares that the handbook expects."""

    _name = "insurance.use.share"
    _description = "Uses by role"
    _auto = False
    _log_access = False
    _order = "month desc, id"
    _rec_name = "name"

    name = fields.Char(string="Month", readonly=True)
    month = fields.Date(string="First day", readonly=True)
    party = fields.Selection(PARTY_LABELS, string="Used by", readonly=True)
    use_count = fields.Integer(string="Number of uses", readonly=True)
    share = fields.Float(
        string="Share in %", readonly=True, digits=(5, 1), aggregator="avg"
    )
    benchmark = fields.Float(
        string="Benchmark in %", readonly=True, digits=(5, 1), aggregator="avg"
    )
    deviation = fields.Float(
        readonly=True,
        digits=(5, 1),
        aggregator="avg",
        help="Share less benchmark, in percentage points.",
    )
    month_count = fields.Integer(
        string="All uses of the month", readonly=True, aggregator="max"
    )
    month_benchmark = fields.Integer(string="At least", readonly=True, aggregator="max")

    @property
    def _table_query(self):
        parameter = self.env["insurance.parameter"]
        tiers = SQL(", ").join(
            SQL("(%s, %s)", tier, party)
            for party, names in PARTIES.items()
            for tier in names
        )
        parties = SQL(", ").join(
            SQL(
                "(%s, %s, %s::float)",
                place,
                party,
                parameter._get(f"use_share_{party}_pct"),
            )
            for place, party in enumerate(PARTIES)
        )
        return SQL(
            """
            WITH used AS (
                SELECT date_trunc('month', log.date)::date AS month, tier.party,
                       count(*) AS uses
                FROM insurance_use_log log
                JOIN (VALUES %(tiers)s) AS tier (name, party) ON tier.name = log.tier
                WHERE log.result = 'done' AND log.action <> ALL(%(no_use)s)
                GROUP BY 1, 2
            ), months AS (
                SELECT month, sum(uses)::integer AS uses FROM used GROUP BY month
            )
            SELECT (to_char(months.month, 'YYYYMM') || party.place)::integer AS id,
                   to_char(months.month, 'YYYY-MM') AS name,
                   months.month, party.name AS party,
                   coalesce(used.uses, 0)::integer AS use_count,
                   100.0 * coalesce(used.uses, 0) / months.uses AS share,
                   party.benchmark,
                   100.0 * coalesce(used.uses, 0) / months.uses - party.benchmark
                       AS deviation,
                   months.uses AS month_count, %(month_benchmark)s AS month_benchmark
            FROM months
            CROSS JOIN (VALUES %(parties)s) AS party (place, name, benchmark)
            LEFT JOIN used ON used.month = months.month AND used.party = party.name
            """,
            tiers=tiers,
            no_use=NO_USE,
            parties=parties,
            month_benchmark=parameter._get("use_benchmark_per_month"),
        )
