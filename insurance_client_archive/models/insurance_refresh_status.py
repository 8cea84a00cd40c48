from odoo import fields, models
from odoo.tools import SQL

from .insurance_archive_freshness import CLOSED_STATES


class InsuranceRefreshStatus(models.Model):
    """Is a client refreshed in time, and was what people entered right?"""

    _name = "insurance.refresh.status"
    _inherit = "insurance.archive.figure"
    _description = "Supervision of the refresh"
    _auto = False
    _rec_name = "partner_id"
    _order = "days_late desc, id"

    agent_id = fields.Many2one("res.users", readonly=True)
    team_id = fields.Many2one("crm.team", readonly=True)
    value_tier = fields.Selection(
        [("high", "High value"), ("medium", "Medium value"), ("low", "Low value")],
        string="Client value",
        readonly=True,
    )
    client_type = fields.Selection(
        lambda self: (
            self.env["insurance.archive"]
            ._fields["client_type"]
            ._description_selection(self.env)
        ),
        string="Client type",
        readonly=True,
    )
    key_client = fields.Boolean(string="Key client", readonly=True)
    as_of = fields.Date(string="Figures as of", readonly=True)
    refresh_due_on = fields.Date(string="Refresh due on", readonly=True)
    refreshed = fields.Selection(
        [("in_time", "In time"), ("late", "Overdue")],
        string="Refresh",
        readonly=True,
    )
    in_time_rate = fields.Float(
        string="Refreshed in time (%)",
        readonly=True,
        aggregator="avg",
        digits=(5, 1),
        help="Share of clients whose figures are not older than the interval.",
    )
    next_review_date = fields.Date(string="Verification due on", readonly=True)
    verified_rate = fields.Float(
        string="Verified in time (%)",
        readonly=True,
        aggregator="avg",
        digits=(5, 1),
        help="Share of clients with whom no verification of the data is overdue.",
    )
    days_late = fields.Integer(
        string="Days late",
        readonly=True,
        aggregator="avg",
        help="Days since the refresh or the verification was due, the longer one.",
    )
    checked_count = fields.Integer(string="Entries checked", readonly=True)
    wrong_count = fields.Integer(string="Entries found wrong", readonly=True)
    accuracy_rate = fields.Float(
        string="Entries right (%)",
        readonly=True,
        aggregator="avg",
        digits=(5, 1),
        help="Mean over the clients of whom entries were checked in 12 months.",
    )
    inspection_rate = fields.Float(
        string="Inspections passed (%)",
        readonly=True,
        aggregator="avg",
        digits=(5, 1),
        help="Share of the clients whose latest inspection was passed.",
    )
    finding_count = fields.Integer(string="Open findings", readonly=True)
    complaint_count = fields.Integer(string="Complaints in 12 months", readonly=True)
    complaint_index = fields.Float(
        string="Complaints per 100 clients",
        readonly=True,
        aggregator="avg",
        digits=(6, 1),
        help="Complaints in 12 months, withdrawn ones not counted.",
    )
    policy_count = fields.Integer(string="Policies in force", readonly=True)
    client_count = fields.Integer(string="Clients", readonly=True)

    @property
    def _table_query(self):
        parameter = self.env["insurance.parameter"]
        today = fields.Date.context_today(self)
        months = SQL(
            "CASE WHEN archive.key_client OR archive.value_tier = 'high'"
            " THEN %s ELSE %s END",
            parameter._get("refresh_key_months"),
            parameter._get("refresh_ordinary_months"),
        )
        return SQL(
            """
            SELECT status.*,
                   CASE WHEN status.refresh_due_on >= %(today)s
                        THEN 'in_time' ELSE 'late' END AS refreshed,
                   CASE WHEN status.refresh_due_on >= %(today)s
                        THEN 100.0 ELSE 0.0 END AS in_time_rate,
                   CASE WHEN status.next_review_date < %(today)s
                        THEN 0.0 ELSE 100.0 END AS verified_rate,
                   GREATEST(0, %(today)s - status.refresh_due_on,
                            %(today)s - status.next_review_date) AS days_late
              FROM (
                SELECT archive.id, archive.id AS archive_id, archive.partner_id,
                       archive.company_id, archive.agent_id, archive.team_id,
                       archive.value_tier, archive.client_type, archive.key_client,
                       archive.next_review_date, feature.as_of, 1 AS client_count,
                       (COALESCE(feature.as_of, archive.create_date::date)
                           + make_interval(months => %(months)s))::date
                           AS refresh_due_on,
                       COALESCE(tested.number, 0) AS checked_count,
                       COALESCE(tested.wrong, 0) AS wrong_count,
                       100.0 * (tested.number - tested.wrong)
                           / NULLIF(tested.number, 0) AS accuracy_rate,
                       inspected.passed AS inspection_rate,
                       COALESCE(finding.number, 0) AS finding_count,
                       COALESCE(complaint.number, 0) AS complaint_count,
                       100.0 * COALESCE(complaint.number, 0) AS complaint_index,
                       COALESCE(feature.policies_in_force, 0) AS policy_count
                  FROM insurance_archive archive
                  LEFT JOIN insurance_client_feature feature
                    ON feature.archive_id = archive.id
                  LEFT JOIN (
                    SELECT archive_id, count(*) AS number,
                           count(*) FILTER (WHERE state = 'wrong') AS wrong
                      FROM insurance_second_check
                     WHERE state <> 'open' AND checked_on >= %(since)s
                     GROUP BY archive_id
                  ) tested ON tested.archive_id = archive.id
                  LEFT JOIN (
                    SELECT DISTINCT ON (archive_id) archive_id,
                           CASE result WHEN 'passed' THEN 100.0 ELSE 0.0 END AS passed
                      FROM insurance_inspection
                     WHERE result IS NOT NULL
                     ORDER BY archive_id, date DESC, id DESC
                  ) inspected ON inspected.archive_id = archive.id
                  LEFT JOIN (
                    SELECT archive_id, count(*) AS number
                      FROM insurance_data_finding
                     WHERE state = 'open'
                     GROUP BY archive_id
                  ) finding ON finding.archive_id = archive.id
                  LEFT JOIN (
                    SELECT archive_id, count(*) AS number
                      FROM insurance_feedback
                     WHERE kind = 'complaint' AND state <> 'withdrawn'
                       AND received_on >= %(since)s
                     GROUP BY archive_id
                  ) complaint ON complaint.archive_id = archive.id
                 WHERE archive.state NOT IN %(closed)s
              ) status
            """,
            months=months,
            today=today,
            since=fields.Date.subtract(today, months=12),
            closed=CLOSED_STATES,
        )

    def action_open_client(self):
        self.ensure_one()
        return self.archive_id._form_action()
