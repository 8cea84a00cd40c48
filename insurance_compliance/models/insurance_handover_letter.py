from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from .insurance_handover import ARCHIVE

REMINDER_LEAD = "handover_reminder_days"


class InsuranceHandoverLine(models.Model):
    """Telling the client who looks after them now, by letter, and the time for it."""

    _inherit = "insurance.handover.line"

    email_missing = fields.Boolean(
        string="No e-mail",
        compute="_compute_email_missing",
        compute_sudo=True,
        help="The letter to this client has to be printed.",
    )

    @api.depends("partner_id")
    def _compute_email_missing(self):
        for line in self:
            line.email_missing = not line.partner_id.email

    def action_send_mail(self):
        """Send the letter by mail to those who have an address for it."""
        lines = self._to_tell()
        # superuser: only whether there is an address
        reachable = lines.sudo().filtered("partner_id.email")
        if not reachable:
            raise UserError(
                self.env._(
                    "None of these clients has an e-mail address. Print the letters."
                )
            )
        template = self.env.ref("insurance_compliance.mail_template_handover")
        # superuser: the text is that of the template; it shows no more than who
        # looks after the client now, to the client
        template.sudo().send_mail_batch(reachable.ids)
        reachable.sudo(False)._note_told("mail")
        left = len(lines) - len(reachable)
        if not left:
            return True
        return self._notify(
            self.env._(
                "%(sent)s letters are on their way. %(left)s clients have no e-mail "
                "address: print their letters.",
                sent=len(reachable),
                left=left,
            )
        )

    def action_print(self):
        """Print the letters; say that they are posted once they are."""
        lines = self._to_tell()
        report = self.env.ref("insurance_compliance.handover_letter_report")
        # why client data are printed, for the use log
        return report.with_context(insurance_purpose="policy_service").report_action(
            lines
        )

    def action_posted(self):
        """Note that the printed letters are in the post."""
        self._to_tell()._note_told("post")

    def action_told(self):
        """Note that the client was told in another way, for example by phone."""
        self._to_tell()._note_told("other")

    def action_confirmed(self):
        """Note that the client has answered."""
        lines = self._tellable()
        if any(line.state != "sent" for line in lines):
            raise UserError(
                self.env._("First the client is told, then the answer is noted.")
            )
        # superuser: exactly the mark of the answer; rights were asked for just before
        lines.sudo().write(
            {
                "state": "confirmed",
                "confirmed_on": fields.Datetime.now(),
                "confirmed_by_id": self.env.uid,
            }
        )

    def _to_tell(self):
        lines = self._tellable().filtered(
            lambda line: line.state in ("none", "to_send")
        )
        if not lines:
            raise UserError(self.env._("These clients have been told already."))
        return lines

    def _tellable(self):
        """Return these lines, or refuse: telling is for those in charge."""
        self.check_access("read")
        user = self.env.user
        for line in self:
            # superuser: the state of the handover and who is in charge, not shown
            handover = line.sudo().handover_id
            if handover.state != "done":
                raise UserError(
                    self.env._("Clients are told once they have been handed over.")
                )
            in_charge = line.to_agent_id | handover.user_id | handover.team_id.user_id
            if not self.env.su and user not in in_charge:
                raise AccessError(
                    self.env._(
                        "The new agent or the supervisor tells this client. Ask them."
                    )
                )
        return self

    def _note_told(self, channel):
        # superuser: exactly the mark of the letter; rights were asked for before
        self.sudo().write(
            {
                "state": "sent",
                "channel": channel,
                "sent_on": fields.Datetime.now(),
                "sent_by_id": self.env.uid,
            }
        )
        # superuser: whether letters are left decides, whoever sent the last
        self.sudo().handover_id._finish_tasks()

    def _notify(self, message):
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "warning",
                "message": message,
                "sticky": True,
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }


class InsuranceHandover(models.Model):
    """The time in which clients are told: reminders, and who is told when it is up."""

    _inherit = "insurance.handover"

    to_tell_count = fields.Integer(
        string="Clients to be told", compute="_compute_letters", compute_sudo=True
    )
    late_count = fields.Integer(
        string="Told too late",
        compute="_compute_letters",
        compute_sudo=True,
        help="Clients whose time is up and who still have to be told.",
    )
    told_count = fields.Integer(
        string="Clients told", compute="_compute_letters", compute_sudo=True
    )
    client_count = fields.Integer(
        string="Number of clients", compute="_compute_letters", compute_sudo=True
    )
    escalated_on = fields.Date(readonly=True, copy=False)

    @api.depends("line_ids.state", "line_ids.due_date")
    def _compute_letters(self):
        Line = self.env["insurance.handover.line"]
        today = fields.Date.context_today(self)
        totals = {handover: [0, 0, 0, 0] for handover in self}
        for handover, state, late, count in self._letter_rows(Line, today):
            total = totals[handover]
            total[0] += count
            total[1] += count * (state == "to_send")
            total[2] += count * (state == "to_send" and late)
            total[3] += count * (state in ("sent", "confirmed"))
        for handover, total in totals.items():
            handover.client_count = total[0]
            handover.to_tell_count = total[1]
            handover.late_count = total[2]
            handover.told_count = total[3]

    def _letter_rows(self, Line, today):
        return [
            (handover, state, bool(due) and due < today, count)
            for handover, state, due, count in Line._read_group(
                [("handover_id", "in", self.ids)],
                ["handover_id", "state", "due_date:day"],
                ["__count"],
            )
        ]

    def action_open_letters(self):
        self.ensure_one()
        return self._letters_action([("handover_id", "=", self.id)])

    def action_open_late(self):
        self.ensure_one()
        return self._letters_action(
            [("handover_id", "=", self.id), ("overdue", "=", True)]
        )

    def action_open_told(self):
        self.ensure_one()
        return self._letters_action(
            [("handover_id", "=", self.id), ("state", "in", ("sent", "confirmed"))]
        )

    def _letters_action(self, domain):
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(
                "insurance_compliance.insurance_handover_line_action"
            ),
            "domain": domain,
            "context": {},
        }

    @api.model
    def _cron_remind(self):
        """Remind of letters that fall due, and tell compliance of those too late."""
        days = self.env["insurance.parameter"]._get(REMINDER_LEAD)
        limit = fields.Date.add(fields.Date.context_today(self), days=days)
        waiting = Domain("state", "=", "done") & Domain(
            "line_ids", "any", [("state", "=", "to_send")]
        )
        due = self.search(waiting & Domain("notice_due", "<=", limit))
        for handover in due:
            handover._remind("mail_activity_type_handover", handover._responsible())
        late = due.filtered(
            lambda one: (
                one.notice_due < fields.Date.context_today(one) and not one.escalated_on
            )
        )
        officers = self.env["res.users"].search(
            [
                ("share", "=", False),
                ("group_ids", "in", self.env.ref(f"{ARCHIVE}.group_compliance").id),
            ]
        )
        for handover in late:
            handover._remind("mail_activity_type_handover_late", officers)
        late.write({"escalated_on": fields.Date.context_today(self)})

    def _responsible(self):
        """Return who still has clients to tell, and who looks after it."""
        waiting = self.line_ids.filtered(lambda line: line.state == "to_send")
        return waiting.to_agent_id | self.user_id

    def _remind(self, kind, users):
        activity_type = self.env.ref(f"insurance_compliance.{kind}")
        for user in users:
            activity_type._remind_user(user, self.notice_due)

    def _finish_tasks(self):
        """Close the tasks of those who have told all their clients."""
        Line = self.env["insurance.handover.line"]
        kinds = [
            self.env.ref(f"insurance_compliance.{name}").id
            for name in (
                "mail_activity_type_handover",
                "mail_activity_type_handover_late",
            )
        ]
        if self and not Line.search_count(
            [("handover_id", "in", self.ids), ("state", "=", "to_send")], limit=1
        ):
            users = self.line_ids.to_agent_id | self.user_id
            waiting = Line.search(
                [("to_agent_id", "in", users.ids), ("state", "=", "to_send")]
            ).to_agent_id
            self.env["mail.activity"].with_context(
                mail_activity_quick_update=True
            ).search(
                [
                    ("activity_type_id", "in", kinds),
                    ("user_id", "in", (users - waiting).ids),
                ]
            ).action_feedback()
