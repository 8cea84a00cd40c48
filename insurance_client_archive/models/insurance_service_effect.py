from odoo import fields, models
from odoo.tools import SQL


class InsuranceServiceEffect(models.Model):
    """What service changes: clients who were served beside those who were not."""

    _name = "insurance.service.effect"
    _inherit = "insurance.archive.figure"
    _description = "Effect of service"
    _auto = False
    _rec_name = "partner_id"
    _order = "id"

    plan_id = fields.Many2one("insurance.service.plan", readonly=True)
    agent_id = fields.Many2one("res.users", readonly=True)
    served = fields.Selection(
        [("yes", "Served"), ("no", "Not served")],
        string="Served in 12 months",
        readonly=True,
    )
    planned_count = fields.Integer(string="Services planned", readonly=True)
    done_count = fields.Integer(string="Services done", readonly=True)
    late_count = fields.Integer(string="Done late or missing", readonly=True)
    execution_rate = fields.Float(
        string="Carried out (%)", readonly=True, aggregator="avg", digits=(5, 1)
    )
    satisfaction_score = fields.Float(
        string="Satisfaction", readonly=True, aggregator="avg", digits=(5, 1)
    )
    repurchase_rate = fields.Float(
        string="Bought again (%)",
        readonly=True,
        aggregator="avg",
        digits=(5, 1),
        help="Clients with a new policy within 12 months beside an older one.",
    )
    loss_rate = fields.Float(
        string="Lost a policy (%)",
        readonly=True,
        aggregator="avg",
        digits=(5, 1),
        help="Clients with a policy lapsed, surrendered or terminated in 12 months.",
    )

    @property
    def _table_query(self):
        today = fields.Date.context_today(self)
        return SQL(
            """
            SELECT archive.id, archive.id AS archive_id, archive.partner_id,
                   archive.company_id, archive.service_plan_id AS plan_id,
                   archive.agent_id,
                   CASE WHEN item.done > 0 THEN 'yes' ELSE 'no' END AS served,
                   COALESCE(item.planned, 0) AS planned_count,
                   COALESCE(item.done, 0) AS done_count,
                   COALESCE(item.late, 0) AS late_count,
                   100.0 * item.done / NULLIF(item.planned, 0) AS execution_rate,
                   CASE WHEN archive.satisfaction_date IS NOT NULL
                        THEN archive.satisfaction_score END AS satisfaction_score,
                   CASE WHEN policy.recent AND policy.older THEN 100.0
                        ELSE 0.0 END AS repurchase_rate,
                   CASE WHEN policy.lost THEN 100.0 ELSE 0.0 END AS loss_rate
              FROM insurance_archive archive
              LEFT JOIN (
                SELECT archive_id, COUNT(*) AS planned,
                       COUNT(*) FILTER (WHERE state = 'done') AS done,
                       COUNT(*) FILTER (WHERE days_late > 0 OR (
                           state = 'planned' AND due_date < %(today)s)) AS late
                  FROM insurance_service_item
                 WHERE due_date >= %(since)s AND due_date <= %(today)s
                 GROUP BY archive_id
              ) item ON item.archive_id = archive.id
              LEFT JOIN (
                SELECT archive_id,
                       bool_or(start_date >= %(since)s) AS recent,
                       bool_or(start_date < %(since)s) AS older,
                       bool_or(state IN ('lapsed', 'surrendered', 'terminated')
                           AND state_date >= %(since)s) AS lost
                  FROM insurance_policy
                 WHERE state NOT IN ('application', 'underwriting', 'declined',
                                     'withdrawn')
                 GROUP BY archive_id
              ) policy ON policy.archive_id = archive.id
             WHERE archive.state IN ('entered', 'filed')
            """,
            today=today,
            since=fields.Date.subtract(today, months=12),
        )
