from odoo import api, fields, models
from odoo.fields import Domain

from .insurance_archive_freshness import CLOSED_STATES

MODULE = "insurance_client_archive"
#: recount at most so many archives in one transaction
REFRESH_BATCH = 1000
REVIEW_BATCH = 200


class InsuranceArchive(models.Model):
    """The queue of reviews: reminders on the contact, where the agent works.

    Everybody may read activities on contacts: their text says nothing about the
    client, and the agent does not become a follower for all to see.
    """

    _inherit = "insurance.archive"

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
        super()._on_state(before)
        closed = self.filtered(lambda archive: archive.state in CLOSED_STATES)
        closed._review_activities().unlink()

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
    def _in_batches(self, tasks, batch_size):
        """Work on the archives of each task, a committed batch at a time.

        What is still to do is always found by a search in the data: whoever comes
        after a killed process goes on where it stopped, and does nothing twice.
        """
        cron = self.env["ir.cron"]
        cron._commit_progress(
            remaining=sum(self.search_count(domain) for domain, _work in tasks)
        )
        for domain, work in tasks:
            last = 0
            while archives := self.search(
                domain & Domain("id", ">", last), limit=batch_size, order="id"
            ):
                last = archives[-1].id
                # another node may be at work on some of them
                getattr(archives.try_lock_for_update(), work)()
                if not cron._commit_progress(len(archives)):
                    return

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
        activity_type = self._review_type("review")
        self._remind(activity_type, {archive: archive.agent_id for archive in self})

    def _escalate_reviews(self):
        activity_type = self._review_type("escalation")
        leaders = {
            archive: archive.team_id.user_id
            for archive in self
            if archive.team_id.user_id != archive.agent_id  # nobody tells on oneself
        }
        self._remind(activity_type, leaders)
        self.write({"review_escalated_on": fields.Date.context_today(self)})

    @api.model
    def _remind(self, activity_type, users):
        """Create one neutral activity on the contact of each archive."""
        contact_model = self.env["ir.model"]._get_id("res.partner")
        today = fields.Date.context_today(self)
        self.env["mail.activity"].with_context(
            mail_activity_quick_update=True, insurance_review=True
        ).create(
            [
                {
                    "res_model_id": contact_model,
                    "res_id": archive.partner_id.id,
                    "activity_type_id": activity_type.id,
                    "summary": activity_type.with_context(lang=user.lang).summary,
                    "note": False,
                    "user_id": user.id,
                    "date_deadline": archive.next_review_date or today,
                }
                for archive, user in users.items()
            ]
        )

    def _hand_over_reviews(self):
        """Let open reminders follow the client to whoever is in charge now."""
        escalation = self._review_type("escalation")
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
        done._review_activities("review").action_feedback()
        done._review_activities("escalation").action_feedback()

    def _review_activities(self, kind=None):
        """Return the open reminders on the contacts of these archives."""
        types = self.env["mail.activity.type"].union(
            *map(self._review_type, [kind] if kind else ["review", "escalation"])
        )
        # as superuser: a reminder belongs to the client, whoever it is assigned to;
        # it says nothing but that a review is due
        Activity = self.env["mail.activity"].sudo()
        return Activity.with_context(
            mail_activity_quick_update=True, insurance_review=True
        ).search(
            [
                ("res_model", "=", "res.partner"),
                ("res_id", "in", self.sudo().partner_id.ids),
                ("activity_type_id", "in", types.ids),
            ]
        )

    @api.model
    def _reminded_contacts(self, kind):
        """Return the contacts with an open reminder, as a sub-select."""
        Activity = self.env["mail.activity"]
        return Activity._search(
            [
                ("res_model", "=", "res.partner"),
                ("activity_type_id", "=", self._review_type(kind).id),
            ],
            bypass_access=True,
        ).subselect("res_id")

    @api.model
    def _review_type(self, kind):
        name = "review" if kind == "review" else "review_escalation"
        return self.env.ref(f"{MODULE}.mail_activity_type_{name}")

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
