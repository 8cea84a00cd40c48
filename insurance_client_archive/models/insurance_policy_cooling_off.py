from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models

#: insurance of persons, which can be given back when it lasts longer than a year
PERSONAL_LINES = ("life", "health", "accident", "annuity")


class InsurancePolicy(models.Model):
    """The days in which the policyholder can give the policy back."""

    _inherit = "insurance.policy"

    delivered_on = fields.Date(
        string="Delivered on",
        copy=False,
        help="When the policyholder signed for the policy.",
    )
    cooling_off_end = fields.Date(
        string="Cooling-off until",
        compute="_compute_cooling_off_end",
        help="Last day on which the policyholder can give back a policy of more than a "
        "year. Counted from the delivery or, while that is unknown, from the start.",
    )

    @api.depends("delivered_on", "start_date", "end_date", "line")
    def _compute_cooling_off_end(self):
        days = timedelta(self.env["insurance.parameter"]._get("cooling_off_days"))
        for policy in self:
            policy.cooling_off_end = policy._may_be_given_back() and (
                (policy.delivered_on or policy.start_date) + days
            )

    def _may_be_given_back(self):
        if self.line not in PERSONAL_LINES or not self.start_date:
            return False
        year_end = self.start_date + relativedelta(years=1)
        return not self.end_date or self.end_date >= year_end
