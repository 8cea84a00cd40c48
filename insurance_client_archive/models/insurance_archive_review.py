from odoo import api, fields, models
from odoo.fields import Domain

from .insurance_archive_freshness import CLOSED_STATES

#: kinds of reminders: to the agent, and to the leader of the team
REMINDERS = ("review", "review_escalation")
#: recount at most so many archives in one transaction
REFRESH_BATCH = 1000
REVIEW_BATCH = 200


class InsuranceArchive(models.Model):
    """The queue of reviews: reminders on the contact, where the agent works.

    Everybody may read activities on contacts: their text says nothing about the
    client, and the agent does not become a follower for all to see.
    """

    _name = "insurance.archive"
    _inherit = ["insurance.archive", "insurance.reminder.mixin"]

    review_escalated_on = fields.Date(
        string="Review escalated",
        readonly=True,
        copy=False,
        help="When the team leader was told that the review is overdue.",
    )

    def write(self, vals):
        result = super().write(vals)
        if not {"agent_id", "team_id"}.isdisjoint(vals):
            self._hand_over_reviews()
        return result

    def unlink(self):
        self._review_activities().unlink()
        return super().unlink()

    def _on_state(self, before):
        result = super()._on_state(before)
        closed = self.filtered(lambda archive: archive.state in CLOSED_STATES)
        closed._review_activities().unlink()
        return result

    @api.model
    def _cron_refresh_quality(self, batch_size=REFRESH_BATCH):
        """Bring completeness and review dates in line with changed rules."""
        self._in_batches(
            [
                (self._stale_completeness(), "_recount_completeness"),
                (self._stale_schedule(), "_schedule_reviews"),
            ],
            batch_size,
        )

    @api.model
    def _cron_schedule_reviews(self, batch_size=REVIEW_BATCH):
        """Remind agents of reviews that fall due, leaders of those long overdue."""
        self._in_batches(
            [
                (self._reviews_to_plan(), "_plan_reviews"),
                (self._reviews_to_escalate(), "_escalate_reviews"),
            ],
            batch_size,
        )

    @api.model
    def _reviews_to_plan(self):
        """Return the archives that are due and of which nobody is reminded yet."""
        return (
            Domain("next_review_date", "<=", self._review_limits()[1])
            & Domain("state", "not in", CLOSED_STATES)
            & Domain("agent_id.active", "=", True)
            & Domain("partner_id", "not in", self._reminded_contacts("review"))
        )

    @api.model
    def _reviews_to_escalate(self):
        days = self.env["insurance.parameter"]._get("review_escalation_days")
        limit = fields.Date.subtract(fields.Date.context_today(self), days=days)
        return (
            Domain("next_review_date", "<=", limit)
            & Domain("state", "not in", CLOSED_STATES)
            & Domain("review_escalated_on", "=", False)
            & Domain("team_id.user_id", "!=", False)
        )

    def _plan_reviews(self):
        self._remind(
            "review",
            [
                (archive.partner_id, archive.agent_id, archive._review_day())
                for archive in self
            ],
        )

    def _escalate_reviews(self):
        leaders = [
            (archive.partner_id, archive.team_id.user_id, archive._review_day())
            for archive in self
            if archive.team_id.user_id != archive.agent_id  # nobody tells on oneself
        ]
        self._remind("review_escalation", leaders)
        self.write({"review_escalated_on": fields.Date.context_today(self)})

    def _review_day(self):
        return self.next_review_date or fields.Date.context_today(self)

    def _hand_over_reviews(self):
        """Let open reminders follow the client to whoever is in charge now."""
        escalation = self._reminder_type("review_escalation")
        # as superuser: whoever hands a client over may no longer open the archive
        archives = {archive.partner_id.id: archive for archive in self.sudo()}

        def in_charge(activity):
            archive = archives[activity.res_id]
            if activity.activity_type_id == escalation:
                return archive.team_id.user_id
            return archive.agent_id

        for user, activities in self._review_activities().grouped(in_charge).items():
            if user:
                moved = activities.filtered_domain([("user_id", "!=", user.id)])
                moved.write({"user_id": user.id})
            else:
                activities.unlink()

    def _finish_reviews(self):
        """Close the reminders of archives that are no longer due."""
        soon = self._review_limits()[1]
        done = self.filtered(
            lambda archive: (
                not archive.next_review_date or archive.next_review_date > soon
            )
        )
        # as superuser: only the contact of the archive is taken
        done._finish_reminders(REMINDERS, done.sudo().partner_id)

    def _review_activities(self):
        """Return the open reminders on the contacts of these archives."""
        # as superuser: only the contact of the archive is taken
        partners = self.sudo().partner_id
        review, escalation = (
            self._open_reminders(kind, partners) for kind in REMINDERS
        )
        return review | escalation

    def action_verify(self):
        """Open the dialog in which the record is gone through with the client."""
        self.ensure_one()
        self.check_access("write")
        # a saved dialog writes only the values that were corrected
        wizard = self.env["insurance.archive.verify"].create({"archive_id": self.id})
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Verify with client"),
            "res_model": wizard._name,
            "res_id": wizard.id,
            "view_mode": "form",
            "target": "new",
            "context": {"dialog_size": "extra-large"},
        }
