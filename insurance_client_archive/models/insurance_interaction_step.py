from odoo import api, fields, models
from odoo.fields import Domain


class InsuranceInteraction(models.Model):
    """The next step agreed with a client, its reminder, and its end.

    The reminder is an activity on the contact. Activities outlive the right to open
    an archive, so its text says nothing about the client.
    """

    _inherit = "insurance.interaction"

    phone = fields.Char(related="partner_id.phone", related_sudo=False)
    next_done = fields.Boolean(
        string="Next step done",
        copy=False,
        help="Set by the next contact with the client on or after the agreed day.",
    )
    reminder_id = fields.Many2one(
        "mail.activity", copy=False, readonly=True, ondelete="set null"
    )
    remind = fields.Boolean(
        string="Remind me",
        compute="_compute_remind",
        inverse="_inverse_remind",
        help="Schedules an activity on the contact for the day of the next step.",
    )

    @api.depends("reminder_id")
    @api.depends_context("uid")
    def _compute_remind(self):
        waiting = self._waiting_reminders()
        for interaction in self:
            interaction.remind = interaction.reminder_id in waiting

    def _inverse_remind(self):
        for interaction in self:
            if not interaction.remind:
                interaction._waiting_reminders().unlink()
            elif interaction.next_date:
                interaction._schedule_reminder()

    @api.model_create_multi
    def create(self, vals_list):
        interactions = super().create(vals_list)
        interactions._settle_steps()
        return interactions

    def write(self, vals):
        result = super().write(vals)
        if "next_date" in vals and "remind" not in vals:
            self.filtered("remind")._move_reminders()
        if vals.get("next_done"):
            self._close_reminders()
        return result

    def action_follow_up(self):
        """Log the contact in which the next step is taken."""
        self.ensure_one()
        return self._quick_entry(
            self.archive_id, lead_id=self.lead_id.id, purpose=self.purpose
        )

    def action_next_done(self):
        """Tick off the next step."""
        self.write({"next_done": True})

    def _schedule_reminder(self):
        self.ensure_one()
        if self._waiting_reminders():
            self._move_reminders()
            return
        self.reminder_id = self.partner_id.activity_schedule(
            "mail.mail_activity_data_todo",
            date_deadline=self.next_date,
            summary=self.env._("Follow up"),
            user_id=self.user_id.id,
        )

    def _move_reminders(self):
        for interaction in self:
            reminder = interaction._waiting_reminders()
            if not interaction.next_date:
                reminder.unlink()
            elif reminder.date_deadline != interaction.next_date:
                reminder.date_deadline = interaction.next_date

    def _close_reminders(self):
        if reminders := self._waiting_reminders():
            reminders.action_done()

    def _waiting_reminders(self):
        """Return the reminders that wait and that the user may change."""
        # never as superuser: the link could name any activity
        reminders = self.reminder_id.exists().sudo(False)._filtered_access("write")
        return reminders.filtered("active")

    def _settle_steps(self):
        """Tick off the steps that these contacts have fulfilled."""
        latest = {}
        for interaction in self:
            if interaction.outcome != "not_reached":
                archive, day = interaction.archive_id, interaction.date.date()
                latest[archive] = max(day, latest.get(archive, day))
        if not latest:
            return
        open_steps = self.search(
            Domain("archive_id", "in", [archive.id for archive in latest])
            & Domain("id", "not in", self.ids)
            & Domain("next_done", "=", False)
            & Domain("next_date", "<=", max(latest.values()))
        )
        open_steps.filtered(
            lambda step: step.next_date <= latest[step.archive_id]
        ).write({"next_done": True})
