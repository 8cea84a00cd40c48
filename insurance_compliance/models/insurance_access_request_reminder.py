from odoo import api, fields, models
from odoo.fields import Domain

from odoo.addons.insurance_client_archive.models.insurance_archive_access import (
    MODULE,
)

from .insurance_access_request_route import LEADER_RULES

BATCH = 200


class InsuranceAccessRequest(models.Model):
    """Who is told that an application waits, is late, was decided, or is to be closed.

    A reminder sits on the contact of the colleague who has something to do, never on
    one of a client, and names neither.
    """

    _name = "insurance.access.request"
    _inherit = ["insurance.access.request", "insurance.reminder.mixin"]

    escalated_on = fields.Date(
        string="Reported as late on",
        readonly=True,
        copy=False,
        help="When compliance was told that nobody decides.",
    )

    @api.model
    def _cron_remind(self, batch_size=BATCH):
        """Remind of decisions and of uses to be confirmed; report what is late."""
        self._in_batches(
            [
                (self._decisions_late(), "_escalate"),
                (self._uses_to_confirm(), "_remind_applicants"),
            ],
            batch_size,
        )
        # who can decide may have changed without anybody's asking
        self.search([("state", "=", "submitted")])._route_anew()

    @api.model
    def _decisions_late(self):
        days = self.env["insurance.parameter"]._get("access_escalation_days")
        limit = fields.Datetime.subtract(fields.Datetime.now(), days=days)
        return (
            Domain("state", "=", "submitted")
            & Domain("submitted_on", "<=", limit)
            & Domain("escalated_on", "=", False)
        )

    @api.model
    def _uses_to_confirm(self):
        days = self.env["insurance.parameter"]._get("access_close_days")
        limit = fields.Datetime.subtract(fields.Datetime.now(), days=days)
        return (
            Domain("state", "in", ("approved", "revoked"))
            & Domain("grant_id.date_to", "<=", limit)
            & Domain("user_id.active", "=", True)
            & Domain(
                "user_id.partner_id",
                "not in",
                self._reminded_contacts("access_confirm"),
            )
        )

    def _ask_deciders(self):
        """Tell those who decide that something waits for them."""
        days = self.env["insurance.parameter"]._get("access_decision_days")
        day = fields.Date.add(fields.Date.context_today(self), days=days)
        # superuser: who decides is none of the applicant's business
        for request in self.sudo():
            request._tell("access_decide", request._deciders(), day)

    def _deciders(self):
        """Return the persons who are asked first."""
        if self.first_rule in LEADER_RULES:
            people = self.team_id.user_id
            people |= self.env["insurance.access.delegation"]._deputies_of(people)
        elif self.first_rule == "department_head":
            people = self.department_id._able_heads()
            people |= self.env["insurance.access.delegation"]._deputies_of(people)
        else:
            people = self.env.ref(f"{MODULE}.group_compliance").all_user_ids
        if self.second_needed:
            people |= self.env.ref(f"{MODULE}.group_compliance").all_user_ids
        in_company = people.filtered(lambda user: self.company_id in user.company_ids)
        return in_company.filtered("active") - self.user_id

    def _escalate(self):
        today = fields.Date.context_today(self)
        officers = self.env.ref(f"{MODULE}.group_compliance").all_user_ids
        for request in self:
            people = officers.filtered("active") - request.user_id
            request._tell("access_late", people, today)
            request._store({"escalated_on": today})

    def _remind_applicants(self):
        today = fields.Date.context_today(self)
        self._remind(
            "access_confirm",
            [(request.user_id.partner_id, request.user_id, today) for request in self],
        )

    def _tell_applicant(self):
        """Tell the applicant that there is an answer; close what is decided."""
        today = fields.Date.context_today(self)
        # superuser: the applicant's own contact
        applicant = self.user_id.sudo()
        self._tell("access_decided", applicant, today)
        self._finish_decided()

    def _tell(self, kind, users, day):
        """Set one reminder a person; one that is still open says enough."""
        reminded = self._open_reminders(kind, users.partner_id).mapped("res_id")
        self._remind(
            kind,
            [
                (user.partner_id, user, day)
                for user in users
                if user.partner_id.id not in reminded
            ],
        )

    def _finish_decided(self):
        """Close the reminders of those for whom nothing waits any more."""
        # superuser: reminders of all who were asked
        request = self.sudo()
        for user in request._deciders() | self.env.user:
            waiting = request.with_user(user)._waiting_domain()
            if not request.search_count(waiting, limit=1):
                contacts = user.sudo().partner_id
                self._finish_reminders(["access_decide", "access_late"], contacts)

    def _route_anew(self):
        """Bring the queues in line with what has changed since the submission."""
        for request in self:
            # superuser: what the applicant must not learn
            stored = request.sudo()
            route = {
                "first_rule": stored._first_rule(stored.team_id, stored.level),
                "second_needed": stored._needs_second(),
            }
            changed = {
                name: value for name, value in route.items() if stored[name] != value
            }
            department = stored._department()
            if department != stored.department_id:
                changed["department_id"] = department.id
            if changed:
                request._store(changed)

    @api.model
    def _reminder_type(self, kind):
        if kind.startswith("access_"):
            return self.env.ref(f"insurance_compliance.mail_activity_type_{kind}")
        return super()._reminder_type(kind)

    @api.autovacuum
    def _gc_drafts(self):
        """Forget drafts that were never submitted, with the clients they name."""
        days = self.env["insurance.parameter"]._get("access_draft_days")
        limit = fields.Datetime.subtract(fields.Datetime.now(), days=days)
        old = [
            ("state", "=", "draft"),
            ("revision", "=", 0),
            ("write_date", "<", limit),
        ]
        self.search(old, limit=BATCH).unlink()
