from odoo import fields, models
from odoo.tools import SQL

from .insurance_check import SEVERITIES
from .insurance_rectification import OPEN_STATES


class InsuranceRectificationStatistic(models.Model):
    """Findings by month and person: how many, how fast, how many in time."""

    _name = "insurance.rectification.statistic"
    _description = "Rectification figures"
    _auto = False
    _log_access = False
    _order = "month desc, id"
    _rec_name = "rectification_id"

    rectification_id = fields.Many2one("insurance.rectification", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    month = fields.Date(string="Month of deadline", readonly=True)
    responsible_id = fields.Many2one("res.users", readonly=True)
    department_id = fields.Many2one("insurance.department", readonly=True)
    team_id = fields.Many2one("crm.team", string="Sales team", readonly=True)
    severity = fields.Selection(SEVERITIES, readonly=True)
    in_time_rate = fields.Float(
        string="In time (%)",
        readonly=True,
        digits=(5, 1),
        aggregator="avg",
        help="Reported as done by the deadline, among those done or overdue.",
    )
    effect_rate = fields.Float(
        string="Effective (%)",
        readonly=True,
        digits=(5, 1),
        aggregator="avg",
        help="Stayed mended, among those whose effect was evaluated.",
    )
    days_to_mend = fields.Float(
        readonly=True,
        digits=(5, 1),
        aggregator="avg",
        help="From the finding to the report that it is mended.",
    )
    overdue_count = fields.Integer(string="Overdue", readonly=True)
    repeat_count = fields.Integer(string="Times come back", readonly=True)

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT rectification.id, rectification.id AS rectification_id,
                   rectification.company_id, rectification.responsible_id,
                   rectification.department_id, rectification.team_id,
                   rectification.severity,
                   date_trunc('month', rectification.deadline)::date AS month,
                   CASE WHEN rectification.in_time THEN 100.0
                        WHEN rectification.done_on IS NOT NULL OR late.is_late THEN 0.0
                   END AS in_time_rate,
                   CASE rectification.effect WHEN 'effective' THEN 100.0
                        WHEN 'not_effective' THEN 0.0 END AS effect_rate,
                   EXTRACT(EPOCH FROM rectification.done_on
                           - rectification.first_found_on) / 86400.0 AS days_to_mend,
                   late.is_late::integer AS overdue_count,
                   rectification.reopen_count AS repeat_count
              FROM insurance_rectification rectification
             CROSS JOIN LATERAL (
                   SELECT rectification.state IN %(open)s
                          AND rectification.deadline < %(today)s AS is_late
                   ) late
             WHERE rectification.state <> 'dropped'
            """,
            open=OPEN_STATES,
            today=fields.Date.context_today(self),
        )

    def action_open_rectification(self):
        """Open the finding that the figures of the row are about."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "insurance.rectification",
            "res_id": self.rectification_id.id,
            "view_mode": "form",
            "views": [(False, "form")],
        }
