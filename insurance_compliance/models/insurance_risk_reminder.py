from odoo import api, fields, models

from .insurance_risk import COMPLIANCE

REVIEW = "insurance_compliance.mail_activity_type_risk_review"
PERIODIC = "insurance_compliance.mail_activity_type_risk_round"


class InsuranceRiskRound(models.Model):
    """Owners are reminded of their risks, compliance of the next assessment.

    Tasks hang on no record and their text says nothing: everybody may read them.
    """

    _inherit = "insurance.risk.round"

    @api.model
    def _cron_remind(self):
        today = fields.Date.context_today(self)
        days = self.env["insurance.parameter"]._get("risk_reminder_days")
        limit = fields.Date.add(today, days=days)
        due = self.env["insurance.risk"].search(
            [("state", "!=", "closed"), ("review_date", "<=", limit)]
        )
        for risk in due:
            self.env.ref(REVIEW)._remind_user(risk.owner_id, risk.review_date)
        self.search(
            [("state", "=", "running"), ("deadline", "<=", limit)]
        )._remind_owners()
        for company in self.env["res.company"].search([("active", "=", True)]):
            self._remind_of_next(company, today)

    def _remind_owners(self):
        for one in self.sudo():  # who has to assess, not what
            for owner in one._not_assessed().owner_id:
                self.env.ref(REVIEW)._remind_user(owner, one.deadline)

    @api.model
    def _remind_of_next(self, company, today):
        """Tell compliance when the last periodic assessment is too long ago."""
        months = self.env["insurance.parameter"]._get("risk_round_months")
        since = fields.Date.subtract(today, months=months)
        theirs = [("company_id", "in", [company.id, False])]
        if self.search_count([*theirs, ("date", ">", since)], limit=1):
            return
        if not self.env["insurance.risk"].search_count(theirs, limit=1):
            return
        officers = self.env.ref(COMPLIANCE).all_user_ids
        for user in officers.filtered(lambda user: company in user.company_ids):
            self.env.ref(PERIODIC)._remind_user(user, today)

    @api.model
    def _finish_tasks(self, users):
        """Take away the tasks of those who have nothing left to assess."""
        days = self.env["insurance.parameter"]._get("risk_reminder_days")
        limit = fields.Date.add(fields.Date.context_today(self), days=days)
        # superuser: tasks and risks of other persons, of which nothing is shown
        risks = self.env["insurance.risk"].sudo()
        running = self.sudo().search([("state", "=", "running")])
        waiting = risks.union(*(one._not_assessed() for one in running)).owner_id
        due = risks.search(
            [
                ("state", "!=", "closed"),
                ("review_date", "<=", limit),
                ("owner_id", "in", users.ids),
            ]
        )
        free = users - waiting - due.owner_id
        # neutral ones of these two kinds alone
        tasks = self.env["mail.activity"].sudo()
        kind = self.env.ref(REVIEW)
        tasks.search(
            [("activity_type_id", "=", kind.id), ("user_id", "in", free.ids)]
        ).unlink()
        if running:
            kind = self.env.ref(PERIODIC)
            tasks.search([("activity_type_id", "=", kind.id)]).unlink()
