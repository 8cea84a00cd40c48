from odoo import fields, models
from odoo.tools import SQL


class InsuranceChurnEffect(models.Model):
    """What winning back changes: warnings acted on beside those that were not."""

    _name = "insurance.churn.effect"
    _inherit = "insurance.archive.figure"
    _description = "Effect of winning clients back"
    _auto = False
    _rec_name = "partner_id"
    _order = "id"

    user_id = fields.Many2one("res.users", string="Responsible", readonly=True)
    date = fields.Date(string="Noticed on", readonly=True)
    cause = fields.Selection(
        related="alert_id.cause", related_sudo=False, string="Cause"
    )
    alert_id = fields.Many2one("insurance.churn.alert", readonly=True)
    acted = fields.Selection(
        [("yes", "Acted on"), ("no", "Not acted on")], readonly=True
    )
    score = fields.Integer(readonly=True, aggregator="avg")
    loss_rate = fields.Float(
        string="Lost a policy since (%)",
        readonly=True,
        aggregator="avg",
        digits=(5, 1),
    )
    repurchase_rate = fields.Float(
        string="Bought again since (%)",
        readonly=True,
        aggregator="avg",
        digits=(5, 1),
    )

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT alert.id, alert.id AS alert_id, alert.archive_id,
                   alert.partner_id, alert.company_id, alert.user_id, alert.date,
                   alert.score,
                   CASE WHEN alert.state IN ('acting', 'won', 'lost')
                        THEN 'yes' ELSE 'no' END AS acted,
                   CASE WHEN bool_or(policy.state IN
                            ('lapsed', 'surrendered', 'terminated')
                            AND policy.state_date >= alert.date)
                        THEN 100.0 ELSE 0.0 END AS loss_rate,
                   CASE WHEN bool_or(policy.start_date >= alert.date
                            AND policy.state NOT IN ('declined', 'withdrawn'))
                        THEN 100.0 ELSE 0.0 END AS repurchase_rate
              FROM insurance_churn_alert alert
              LEFT JOIN insurance_policy policy
                ON policy.archive_id = alert.archive_id
             GROUP BY alert.id
            """
        )
