from odoo import api, fields, models
from odoo.fields import Domain

from .insurance_rectification import COMPLIANCE, OPEN_STATES

TYPE = "insurance_compliance.mail_activity_type_rectification_{}"
OPEN = Domain("state", "in", OPEN_STATES)
#: {task: the rows for which it is still to be done}
WAITING = {
    "assign": Domain("state", "=", "new") & Domain("responsible_id", "=", False),
    "mend": OPEN,
    "verify": Domain("state", "=", "done"),
    "late": OPEN & Domain("deadline", "<", "today"),
    "effect": Domain("state", "=", "verified") & Domain("effect_due", "<=", "today"),
}


class InsuranceRectification(models.Model):
    """Who is told that there is something to do, and who hears that it is late.

    Tasks hang on no record and their text says nothing: everybody may read them.
    """

    _inherit = "insurance.rectification"

    escalation = fields.Integer(
        string="Steps of escalation", readonly=True, copy=False, aggregator=None
    )
    escalated_on = fields.Date(
        string="Reported as overdue on", readonly=True, copy=False
    )
    escalated_to_ids = fields.Many2many(
        "res.users",
        "insurance_rectification_escalated_rel",
        "rectification_id",
        "user_id",
        string="Reported to",
        readonly=True,
        copy=False,
        help="Supervisors and heads of the responsible person who were told.",
    )

    @api.model
    def _cron_remind(self):
        """Remind before the deadline; tell those above when it is over."""
        today = fields.Date.context_today(self)
        parameter = self.env["insurance.parameter"]
        ahead = fields.Date.add(today, days=parameter._get("rectify_reminder_days"))
        soon = OPEN & Domain("responsible_id", "!=", False)
        for row in self.search(soon & Domain("deadline", "<=", ahead)):
            row._tell("mend", row.responsible_id, row.deadline)
        for step in (1, 2):
            days = parameter._get(f"rectify_escalation_{step}_days")
            limit = fields.Date.subtract(today, days=days)
            late = OPEN & Domain("deadline", "<=", limit)
            self.search(late & Domain("escalation", "<", step))._escalate(step)
        self.search(WAITING["assign"])._tell_who_assigns()
        self._evaluate_effects()

    def _escalate(self, step):
        """Tell those above the responsible person; in the second step, compliance."""
        today = fields.Date.context_today(self)
        for row in self:
            people = row._above() if step == 1 else row._officers()
            people = (people or row._officers()) - row.responsible_id
            row.write(
                {
                    "escalation": step,
                    "escalated_on": today,
                    "escalated_to_ids": [(4, user.id) for user in people],
                }
            )
            row._note("escalated", note=", ".join(people.mapped("name")))
            row._tell("late", people, today)

    def _above(self):
        """Return the supervisor of the team and the heads of the department."""
        self.ensure_one()
        people = self.team_id.user_id | self.department_id._able_heads()
        return people.filtered("active") - self.responsible_id

    def _officers(self):
        """Return the compliance officers who may see the row."""
        self.ensure_one()
        officers = self.env.ref(COMPLIANCE).all_user_ids.filtered("active")
        company = self.company_id
        return officers.filtered(
            lambda user: not company or company in user.company_ids
        )

    def _tell(self, task, users, day):
        """Set one task a person; one that is still open says enough."""
        kind = self.env.ref(TYPE.format(task))
        for user in users:
            kind._remind_user(user, day)

    def _tell_responsible(self):
        for row in self.sudo():  # whoever is named is told
            if row.responsible_id and row.state in OPEN_STATES:
                row._tell("mend", row.responsible_id, row.deadline)

    def _tell_who_assigns(self):
        today = fields.Date.context_today(self)
        for row in self.sudo():  # the officers of the row's company
            if not row.responsible_id:
                row._tell("assign", row._officers(), today)

    def _tell_next(self, left):
        """After a step, tell who comes next and close what is done."""
        self.ensure_one()
        today = fields.Date.context_today(self)
        if self.state == "done":
            people = self.verifier_id or self._officers() - self._mended_by()
            self._tell("verify", people, today)
        elif left == "done" and self.state == "progress":
            self._tell_responsible()
        concerned = self.responsible_id | self.verifier_id | self.env.user
        self._finish_tasks(concerned | self.escalated_to_ids | self._officers())

    @api.model
    def _finish_tasks(self, users):
        """Take away the tasks of those for whom nothing waits any more."""
        # superuser: tasks of other persons, of which nothing is shown
        tasks = self.env["mail.activity"].sudo()
        ledger = self.sudo()
        for task, domain in WAITING.items():
            kind = self.env.ref(TYPE.format(task))
            for user in users:
                mine = ledger._waits_for(task, user)
                if not ledger.search_count(domain & mine, limit=1):
                    tasks |= tasks.search(
                        [("activity_type_id", "=", kind.id), ("user_id", "=", user.id)]
                    )
        tasks.unlink()

    @api.model
    def _waits_for(self, task, user):
        """Return the condition that a row waits for this very person."""
        if task == "mend":
            return Domain("responsible_id", "=", user.id)
        if task == "late":
            return Domain("escalated_to_ids", "in", user.ids)
        officer = user.has_group(COMPLIANCE)
        mine = Domain("responsible_id", "!=", user.id) if officer else Domain.FALSE
        if task != "verify":
            return mine
        named = Domain("verifier_id", "=", user.id)
        return named | (Domain("verifier_id", "=", False) & mine)
