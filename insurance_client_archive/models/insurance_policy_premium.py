from odoo import api, fields, models
from odoo.exceptions import UserError

from ..tools import premium_schedule

PAYMENT_MODES = [
    ("single", "Single premium"),
    ("yearly", "Yearly"),
    ("half_yearly", "Half-yearly"),
    ("quarterly", "Quarterly"),
    ("monthly", "Monthly"),
]


class InsurancePolicy(models.Model):
    """What the policy costs, and when the next instalment falls due."""

    _inherit = "insurance.policy"

    payment_mode = fields.Selection(
        PAYMENT_MODES, string="Payment mode", required=True, default="yearly"
    )
    payment_years = fields.Integer(
        string="Payment years", default=1, help="For how many years premiums are paid."
    )
    premium = fields.Monetary(
        string="Premium per instalment", help="What is paid each time."
    )
    annual_premium = fields.Monetary(
        string="Annual premium",
        compute="_compute_annual_premium",
        inverse="_inverse_annual_premium",
        store=True,
        help="Premium per instalment times instalments in a year. A single premium "
        "counts in full. Given alone, as in an import, it gives the premium per "
        "instalment.",
    )
    total_premium = fields.Monetary(
        string="Total premium",
        compute="_compute_total_premium",
        store=True,
        help="All instalments of the payment period together.",
    )
    next_premium_date = fields.Date(
        string="Next premium",
        compute="_compute_next_premium_date",
        store=True,
        index="btree_not_null",
        help="Next due date of a policy in force, counted from its start.",
    )

    _premium_positive = models.Constraint(
        "CHECK(premium >= 0 AND annual_premium >= 0)",
        "The premium can't be negative.",
    )
    _payment_years_positive = models.Constraint(
        "CHECK(payment_years >= 0)",
        "The years of payment can't be negative.",
    )
    _payment_within_term = models.Constraint(
        "CHECK(term_years = 0 OR payment_mode = 'single'"
        " OR payment_years <= term_years)",
        "Premiums can't be paid for longer than the term of the policy.",
    )

    @api.depends("premium", "payment_mode")
    def _compute_annual_premium(self):
        for policy in self:
            policy.annual_premium = policy.premium * policy._instalments_per_year()

    def _inverse_annual_premium(self):
        for policy in self:
            if not self._premiums_agree(
                policy.premium, policy.annual_premium, policy.payment_mode
            ):
                policy.premium = policy.annual_premium / policy._instalments_per_year()

    @api.depends("premium", "annual_premium", "payment_mode", "payment_years")
    def _compute_total_premium(self):
        for policy in self:
            if policy.payment_mode == "single":
                policy.total_premium = policy.premium
            else:
                policy.total_premium = policy.annual_premium * max(
                    policy.payment_years, 1
                )

    @api.depends("state", "start_date", "payment_mode", "payment_years")
    def _compute_next_premium_date(self):
        today = fields.Date.today()
        for policy in self:
            due = False
            if policy.state == "active" and policy.start_date:
                due = premium_schedule.next_due(
                    policy.start_date, policy.payment_mode, policy.payment_years, today
                )
            policy.next_premium_date = due

    @api.model_create_multi
    def create(self, vals_list):
        default = self.default_get(["payment_mode"])
        for vals in vals_list:
            self._check_given_premiums({**default, **vals})
        return super().create(vals_list)

    def write(self, vals):
        if {"premium", "annual_premium"} <= vals.keys():
            for policy in self:
                self._check_given_premiums(
                    {"payment_mode": policy.payment_mode, **vals}
                )
        return super().write(vals)

    @api.model
    def _cron_next_premium(self, batch_size=1000):
        """Move due dates that have passed to the next instalment."""
        Cron = self.env["ir.cron"]
        passed = [("next_premium_date", "<", fields.Date.today())]
        Cron._commit_progress(remaining=self.search_count(passed))
        while policies := self.search(passed, limit=batch_size, order="id"):
            self.env.add_to_compute(self._fields["next_premium_date"], policies)
            policies.flush_recordset(["next_premium_date"])
            if not Cron._commit_progress(len(policies)):
                break

    def _instalments_per_year(self):
        return premium_schedule.instalments_per_year(self.payment_mode)

    @api.model
    def _check_given_premiums(self, vals):
        """Refuse both premiums in one entry when they contradict each other."""
        premium, annual = vals.get("premium"), vals.get("annual_premium")
        mode = vals.get("payment_mode")
        if not premium or not annual or self._premiums_agree(premium, annual, mode):
            return
        raise UserError(
            self.env._(
                "A premium of %(premium)s per instalment makes no %(annual)s a year. "
                "Enter the premium per instalment and the payment mode only.",
                premium=premium,
                annual=annual,
            )
        )

    @api.model
    def _premiums_agree(self, premium, annual, mode):
        # an instalment is rounded: the year may differ by a cent for each of them
        times = premium_schedule.instalments_per_year(mode)
        return abs(premium * times - annual) <= 0.01 * times
