from odoo import fields, models
from odoo.tools import SQL

from .insurance_share_policy import KINDS


class InsuranceShareMonth(models.Model):
    """How much was shared in a month and in which way, beside the handbook's shares."""

    _name = "insurance.share.month"
    _description = "Shares by month"
    _auto = False
    _log_access = False
    _order = "month desc, id"
    _rec_name = "name"

    name = fields.Char(string="Month", readonly=True)
    month = fields.Date(string="First day", readonly=True)
    kind = fields.Selection(KINDS, readonly=True)
    share_count = fields.Integer(string="Number of shares", readonly=True)
    percent = fields.Float(
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
        string="All shares of the month", readonly=True, aggregator="max"
    )
    month_benchmark = fields.Integer(string="At least", readonly=True, aggregator="max")

    @property
    def _table_query(self):
        parameter = self.env["insurance.parameter"]
        kinds = SQL(", ").join(
            SQL("(%s, %s, %s::float)", place, kind, parameter._get(f"share_{kind}_pct"))
            for place, (kind, _label) in enumerate(KINDS)
        )
        return SQL(
            """
            WITH shared AS (
                SELECT date_trunc('month', delivered_on)::date AS month, kind,
                       count(*) AS shares
                FROM insurance_share
                WHERE delivered_on IS NOT NULL AND company_id = ANY(%(companies)s)
                GROUP BY 1, 2
            ), months AS (
                SELECT month, sum(shares)::integer AS shares
                FROM shared GROUP BY month
            )
            SELECT (to_char(months.month, 'YYYYMM') || kind.place)::integer AS id,
                   to_char(months.month, 'YYYY-MM') AS name,
                   months.month, kind.name AS kind,
                   coalesce(shared.shares, 0)::integer AS share_count,
                   100.0 * coalesce(shared.shares, 0) / months.shares AS percent,
                   kind.benchmark,
                   100.0 * coalesce(shared.shares, 0) / months.shares - kind.benchmark
                       AS deviation,
                   months.shares AS month_count,
                   %(month_benchmark)s AS month_benchmark
            FROM months
            CROSS JOIN (VALUES %(kinds)s) AS kind (place, name, benchmark)
            LEFT JOIN shared
                ON shared.month = months.month AND shared.kind = kind.name
            """,
            kinds=kinds,
            companies=list(self.env.user._get_company_ids()),
            month_benchmark=parameter._get("share_benchmark_per_month"),
        )

    def action_open_shares(self):
        """Show the shares that this row counts."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "insurance_compliance.insurance_share_action_register"
        )
        return {
            **action,
            "domain": [
                ("kind", "=", self.kind),
                ("delivered_on", ">=", self.month),
                ("delivered_on", "<", fields.Date.add(self.month, months=1)),
            ],
        }
