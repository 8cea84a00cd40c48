from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from .insurance_feedback_life import OPEN

REMINDER_BATCH = 200


class InsuranceFeedback(models.Model):
    """Reminders of what falls due, and escalation of what is late.

    They are activities on the contact, whose text everybody may read: it says
    nothing but that a request of the client waits.
    """

    _inherit = "insurance.feedback"

    escalated_on = fields.Date(string="Escalated on", readonly=True, copy=False)
    escalated_by_id = fields.Many2one(
        "res.users", string="Escalated by", readonly=True, copy=False
    )

    @api.model
    def _cron_remind(self, batch_size=REMINDER_BATCH):
        """Remind handlers of what falls due; tell leaders of what is late."""
        self._in_batches(
            [
                (self._reminders_due(), "_remind_handlers"),
                (self._escalations_due(), "_escalate"),
            ],
            batch_size,
        )

    def action_escalate(self):
        """Bring the case before the leader of the team now."""
        for feedback in self:
            if feedback.state not in OPEN or feedback.escalated_on:
                raise UserError(
                    self.env._("Only open feedback can be escalated, and only once.")
                )
            feedback.check_access("write")
        # superuser: only the mark of the escalation is set, for records that the user
        # may change
        self.sudo()._escalate(by=self.env.user)

    @api.model
    def _reminders_due(self):
        days = self.env["insurance.parameter"]._get("feedback_reminder_days")
        limit = fields.Date.add(fields.Date.context_today(self), days=days)
        return (
            Domain("state", "in", OPEN)
            & Domain("next_deadline", "<=", limit)
            & Domain("handler_id.active", "=", True)
            & Domain("partner_id", "not in", self._reminded_contacts("client_request"))
        )

    @api.model
    def _escalations_due(self):
        return (
            Domain("state", "in", OPEN)
            & Domain("next_deadline", "<", "today")
            & Domain("escalated_on", "=", False)
        )

    def _remind_handlers(self):
        self._remind(
            "client_request",
            [
                (feedback.partner_id, feedback.handler_id, feedback.next_deadline)
                for feedback in self
            ],
        )

    def _escalate(self, by=None):
        today = fields.Date.context_today(self)
        # a leader with an interest is not told of a complaint about the own person
        leaders = [
            (feedback.partner_id, leader, today)
            for feedback in self
            if (leader := feedback.archive_id.team_id.user_id)
            and leader not in feedback._interested_users()
        ]
        self._remind("client_request_late", leaders)
        self.write({"escalated_on": today, "escalated_by_id": by and by.id})

    def _close_reminders(self):
        """Close the reminders of clients who wait for nothing more."""
        waiting = self.search(
            [("archive_id", "in", self.archive_id.ids), ("state", "in", OPEN)]
        )
        contacts = self.partner_id - waiting.partner_id
        self._finish_reminders(["client_request", "client_request_late"], contacts)
