from odoo import fields, models
from odoo.tools import SQL

from odoo.addons.insurance_client_archive.models.insurance_use_share import PARTY_LABELS

from .insurance_records_rate import MEASURES


class InsuranceRecordsRateBar(models.Model):
    """The rates of each month as bars: what was reached, beside the target."""

    _name = "insurance.records.rate.bar"
    _description = "Rates of records work, as bars"
    _auto = False
    _log_access = False
    _order = "month desc, id"
    _rec_name = "party"

    month = fields.Date(readonly=True)
    measure = fields.Selection(MEASURES, string="Rate of", readonly=True)
    party = fields.Selection(PARTY_LABELS, string="Role", readonly=True)
    series = fields.Selection(
        [("actual", "Reached"), ("target", "Target")],
        string="Reached or target",
        readonly=True,
    )
    company_id = fields.Many2one("res.company", readonly=True)
    rate = fields.Float(
        string="Rate in %", readonly=True, digits=(5, 1), aggregator="avg"
    )
    duty_count = fields.Integer(string="Duties counted", readonly=True)

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT row_number() OVER (
                       ORDER BY month, measure, party, company_id, bar.place) AS id,
                   month, measure, party, company_id, bar.series, bar.rate, duty_count
              FROM (
                  SELECT date_trunc('month', duty.day)::date AS month, duty.measure,
                         duty.party, duty.company_id,
                         sum(duty.reached * duty.duty_count) / sum(duty.duty_count)
                             AS reached,
                         avg(duty.target) AS target, sum(duty.duty_count) AS duty_count
                    FROM (%s) duty
                   GROUP BY 1, 2, 3, 4
              ) months
             CROSS JOIN LATERAL (VALUES
                 (0, 'actual', months.reached), (1, 'target', months.target)
             ) AS bar (place, series, rate)
            """,
            self.env["insurance.records.rate"]._table_query,
        )

    def action_open_duties(self):
        """Open what the bar is made of."""
        self.ensure_one()
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(
                "insurance_compliance.insurance_records_rate_action"
            ),
            "views": [(False, "list"), (False, "pivot"), (False, "graph")],
            "domain": [
                ("measure", "=", self.measure),
                ("party", "=", self.party),
                ("company_id", "=", self.company_id.id),
                ("day", ">=", self.month),
                ("day", "<", fields.Date.add(self.month, months=1)),
            ],
            "context": {},
        }
