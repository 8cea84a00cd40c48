from odoo import fields, models
from odoo.tools import SQL


class InsuranceAgentIndex(models.Model):
    """How an agent's clients fare: figures of the agent, no client's content."""

    _name = "insurance.agent.index"
    _description = "Index of an agent"
    _auto = False
    _order = "complaints_per_clients desc, id"
    _rec_name = "agent_id"

    agent_id = fields.Many2one("res.users", readonly=True)
    team_id = fields.Many2one("crm.team", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    client_count = fields.Integer(string="Clients", readonly=True)
    policy_count = fields.Integer(string="Policies in force", readonly=True)
    complaint_count = fields.Integer(string="Complaints in 12 months", readonly=True)
    complaints_per_clients = fields.Float(
        string="Complaints per 100 clients",
        readonly=True,
        aggregator="avg",
        digits=(6, 1),
    )
    complaints_per_policies = fields.Float(
        string="Complaints per 100 policies",
        readonly=True,
        aggregator="avg",
        digits=(6, 1),
    )
    satisfaction = fields.Float(readonly=True, aggregator="avg", digits=(5, 1))
    repurchase_rate = fields.Float(
        string="Bought again (%)", readonly=True, aggregator="avg", digits=(5, 1)
    )
    overdue_count = fields.Integer(string="Refresh overdue", readonly=True)
    in_time_rate = fields.Float(
        string="Refreshed in time (%)", readonly=True, aggregator="avg", digits=(5, 1)
    )
    verified_rate = fields.Float(
        string="Verified in time (%)", readonly=True, aggregator="avg", digits=(5, 1)
    )
    checked_count = fields.Integer(
        string="Own entries checked", readonly=True, help="In 12 months."
    )
    wrong_count = fields.Integer(string="Own entries found wrong", readonly=True)
    error_rate = fields.Float(
        string="Errors (%)", readonly=True, aggregator="avg", digits=(5, 1)
    )

    @property
    def _table_query(self):
        status = self.env["insurance.refresh.status"]._table_query
        since = fields.Date.subtract(fields.Date.context_today(self), months=12)
        return SQL(
            """
            SELECT min(status.id) AS id, status.agent_id, status.team_id,
                   status.company_id,
                   count(*) AS client_count,
                   sum(status.policy_count) AS policy_count,
                   sum(status.complaint_count) AS complaint_count,
                   100.0 * sum(status.complaint_count) / count(*)
                       AS complaints_per_clients,
                   100.0 * sum(status.complaint_count)
                       / NULLIF(sum(status.policy_count), 0)
                       AS complaints_per_policies,
                   avg(feature.satisfaction) AS satisfaction,
                   100.0 * count(*) FILTER (WHERE feature.repurchases > 0)
                       / NULLIF(count(*) FILTER (WHERE feature.policies_issued > 0), 0)
                       AS repurchase_rate,
                   count(*) FILTER (WHERE status.refreshed = 'late') AS overdue_count,
                   avg(status.in_time_rate) AS in_time_rate,
                   avg(status.verified_rate) AS verified_rate,
                   COALESCE(max(own.number), 0) AS checked_count,
                   COALESCE(max(own.wrong), 0) AS wrong_count,
                   100.0 * max(own.wrong) / NULLIF(max(own.number), 0) AS error_rate
              FROM (%(status)s) status
              LEFT JOIN insurance_client_feature feature
                ON feature.archive_id = status.archive_id
              LEFT JOIN (
                SELECT author_id, company_id, count(*) AS number,
                       count(*) FILTER (WHERE state = 'wrong') AS wrong
                  FROM insurance_second_check
                 WHERE state <> 'open' AND checked_on >= %(since)s
                 GROUP BY author_id, company_id
              ) own ON own.author_id = status.agent_id
                   AND own.company_id = status.company_id
             WHERE status.agent_id IS NOT NULL
             GROUP BY status.agent_id, status.team_id, status.company_id
            """,
            status=status,
            since=since,
        )

    def _of_clients(self, action, domain=()):
        """Return an action on the clients of the agent that the user may open."""
        self.ensure_one()
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(
                f"insurance_client_archive.{action}"
            ),
            "name": self.agent_id.name,
            "domain": [
                ("archive_id.agent_id", "=", self.agent_id.id),
                ("archive_id.team_id", "=", self.team_id.id),
                *domain,
            ],
            "context": {},
        }

    def action_open_complaints(self):
        since = fields.Date.subtract(fields.Date.context_today(self), months=12)
        return self._of_clients(
            "insurance_feedback_action",
            [
                ("kind", "=", "complaint"),
                ("state", "!=", "withdrawn"),
                ("received_on", ">=", since),
            ],
        )

    def action_open_overdue(self):
        return self._of_clients(
            "insurance_refresh_status_action", [("refreshed", "=", "late")]
        )

    def action_open_clients(self):
        return self._of_clients("insurance_refresh_status_action")

    def action_open_wrong(self):
        self.ensure_one()
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(
                "insurance_client_archive.insurance_second_check_action"
            ),
            "domain": [("author_id", "=", self.agent_id.id), ("state", "=", "wrong")],
            "context": {"show_client_name": True},
        }
