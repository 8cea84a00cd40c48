from odoo import api, fields, models

from .insurance_access_suspension import COMPLIANCE


class InsuranceIncident(models.Model):
    """Who is told within the house, and for how long the task stands."""

    _inherit = "insurance.incident"

    def _alert(self):
        """Give every officer a task, but for the person concerned."""
        kind = self.env.ref("insurance_compliance.mail_activity_type_incident")
        for incident in self:
            for officer in incident._officers():
                kind._remind_user(officer, fields.Date.context_today(self))

    def _officers(self):
        # superuser: who the officers are
        officers = self.env.ref(COMPLIANCE).sudo().all_user_ids.filtered("active")
        officers -= self.env.ref("base.user_root") | self.sudo().suspect_id
        suspended = self.env["insurance.access.suspension"]._suspended_ids()
        return officers.filtered(
            lambda user: not user.share and user.id not in suspended
        )

    @api.model
    def _finish_tasks(self):
        """End the tasks of officers as soon as nothing waits for them."""
        # superuser: whether something waits, whoever may see it
        incidents = self.sudo()
        waiting = {
            "incident": [("state", "=", "new"), ("is_drill", "=", False)],
            "incident_clock": [("is_open", "=", True), ("next_due", "!=", False)],
        }
        for name, domain in waiting.items():
            if incidents.search_count(domain, limit=1):
                continue
            kind = self.env.ref(f"insurance_compliance.mail_activity_type_{name}")
            incidents.env["mail.activity"].with_context(
                mail_activity_quick_update=True
            ).search([("activity_type_id", "=", kind.id)]).action_feedback()
