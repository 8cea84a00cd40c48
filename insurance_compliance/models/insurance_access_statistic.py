from odoo import fields, models
from odoo.tools import SQL

from odoo.addons.insurance_client_archive.models.insurance_use_share import (
    NO_USE,
    PARTIES,
    PARTY_LABELS,
)


class InsuranceAccessStatistic(models.Model):
    """Applications and uses of a person in a month, beside the handbook's figures."""

    _name = "insurance.access.statistic"
    _description = "Applications and uses"
    _auto = False
    _log_access = False
    _order = "month desc, id"
    _rec_name = "user_id"

    month = fields.Date(readonly=True)
    user_id = fields.Many2one("res.users", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    party = fields.Selection(PARTY_LABELS, string="Role", readonly=True)
    request_count = fields.Integer(string="Applications for access", readonly=True)
    approved_count = fields.Integer(string="Granted", readonly=True)
    refused_count = fields.Integer(string="Turned down", readonly=True)
    ended_count = fields.Integer(
        string="Periods over", readonly=True, help="Approved, and the period is over."
    )
    confirmed_count = fields.Integer(
        string="Uses confirmed",
        readonly=True,
        help="The applicant has said what was used and where the copies are.",
    )
    record_rate = fields.Float(
        string="Record-keeping rate in %",
        readonly=True,
        digits=(5, 1),
        aggregator="avg",
        help="Confirmed uses among the periods that are over.",
    )
    record_benchmark = fields.Float(
        string="Benchmark of the rate in %",
        readonly=True,
        digits=(5, 1),
        aggregator="avg",
    )
    use_count = fields.Integer(string="Uses of archives", readonly=True)
    use_benchmark = fields.Integer(string="Usual uses", readonly=True, aggregator="avg")

    @property
    def _table_query(self):
        parameter = self.env["insurance.parameter"]
        tiers = SQL(", ").join(
            SQL("(%s, %s)", tier, party)
            for party, names in PARTIES.items()
            for tier in names
        )
        rates = SQL(", ").join(
            SQL(
                "(%s, %s::float)",
                party,
                parameter._get(f"use_record_rate_{party}_pct"),
            )
            for party in PARTIES
        )
        return SQL(
            """
            WITH figures AS (
                SELECT date_trunc('month', request.submitted_on)::date AS month,
                       request.user_id, request.company_id,
                       CASE request.level WHEN 'agent' THEN 'agent'
                            WHEN 'manager' THEN 'manager' ELSE 'department' END
                            AS party,
                       1 AS asked,
                       (request.grant_id IS NOT NULL)::integer AS approved,
                       (request.state = 'refused')::integer AS refused,
                       (request.state = 'closed' OR issued.state <> 'active'
                        OR issued.date_to <= now() AT TIME ZONE 'UTC')::integer AS over,
                       (request.state = 'closed')::integer AS confirmed,
                       0 AS uses
                FROM insurance_access_request request
                LEFT JOIN insurance_access_grant issued ON issued.id = request.grant_id
                WHERE request.submitted_on IS NOT NULL
                UNION ALL
                SELECT date_trunc('month', log.date)::date, log.user_id, log.company_id,
                       tier.party, 0, 0, 0, 0, 0, count(*)
                FROM insurance_use_log log
                JOIN (VALUES %(tiers)s) AS tier (name, party) ON tier.name = log.tier
                JOIN res_users ON res_users.id = log.user_id
                WHERE log.result = 'done' AND log.action <> ALL(%(no_use)s)
                GROUP BY 1, 2, 3, 4
            )
            SELECT row_number() OVER (
                       ORDER BY figures.month, figures.user_id, figures.company_id,
                       figures.party) AS id,
                   figures.month, figures.user_id, figures.company_id, figures.party,
                   sum(figures.asked)::integer AS request_count,
                   sum(figures.approved)::integer AS approved_count,
                   sum(figures.refused)::integer AS refused_count,
                   coalesce(sum(figures.over), 0)::integer AS ended_count,
                   sum(figures.confirmed)::integer AS confirmed_count,
                   100.0 * sum(figures.confirmed) / nullif(sum(figures.over), 0)
                       AS record_rate,
                   max(rate.benchmark) AS record_benchmark,
                   sum(figures.uses)::integer AS use_count,
                   %(use_benchmark)s AS use_benchmark
            FROM figures
            JOIN (VALUES %(rates)s) AS rate (party, benchmark)
                ON rate.party = figures.party
            GROUP BY figures.month, figures.user_id, figures.company_id, figures.party
            """,
            tiers=tiers,
            rates=rates,
            no_use=[*NO_USE, "approve"],
            use_benchmark=parameter._get("use_benchmark_per_month"),
        )

    def action_open_requests(self):
        """Show the applications behind the figure."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "insurance_compliance.insurance_access_request_action_all"
        )
        end = fields.Date.add(self.month, months=1)
        return {
            **action,
            "domain": [
                ("user_id", "=", self.user_id.id),
                ("submitted_on", ">=", self.month),
                ("submitted_on", "<", end),
            ],
        }
