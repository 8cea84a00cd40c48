from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import SQL

from odoo.addons.insurance_client_archive.flag_domain import flag_domain

from ..person import check_person

REMINDER = "insurance_compliance.mail_activity_type_rule_reading"


class InsuranceRuleReading(models.Model):
    """That a person has to read a rule, has opened it, has understood it.

    Everything is written by the server: whoever confirms does it for nobody else, and
    at no other time.
    """

    _name = "insurance.rule.reading"
    _description = "Rule to read"
    _order = "confirmed_on DESC NULLS FIRST, due_on, id"
    _rec_name = "document_id"

    document_id = fields.Many2one(
        "insurance.rule.document",
        string="Rule of the house",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    user_id = fields.Many2one(
        "res.users",
        string="Person",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    required_since = fields.Datetime(readonly=True, required=True)
    due_on = fields.Date(string="Read until", readonly=True, required=True)
    opened_on = fields.Datetime(string="First opened", readonly=True)
    confirmed_on = fields.Datetime(string="Confirmed on", readonly=True)
    text_hash = fields.Char(
        string="Fingerprint of the text",
        readonly=True,
        help="SHA-256 of the words as they were shown.",
    )
    text_lang = fields.Char(string="Language read in", readonly=True)
    state = fields.Selection(
        [("todo", "To read"), ("opened", "Opened"), ("confirmed", "Confirmed")],
        compute="_compute_state",
        store=True,
        index=True,
        group_expand=True,
    )
    confirmed = fields.Float(
        string="Confirmed (%)",
        compute="_compute_state",
        store=True,
        aggregator="avg",
        help="100 when it is, 0 when it is not.",
    )
    overdue = fields.Boolean(compute="_compute_overdue", search="_search_overdue")
    body = fields.Html(related="document_id.body", string="Text")
    reference = fields.Char(related="document_id.reference", string="Kept at")
    version = fields.Integer(related="document_id.version")
    change_text = fields.Text(related="document_id.change_text")
    document_state = fields.Selection(
        related="document_id.state", string="State of the rule"
    )
    stage = fields.Selection(related="document_id.stage", store=True)

    _once = models.UniqueIndex(
        "(document_id, user_id)", "A person reads a version once."
    )

    @api.depends("opened_on", "confirmed_on")
    def _compute_state(self):
        for reading in self:
            opened = "opened" if reading.opened_on else "todo"
            reading.state = "confirmed" if reading.confirmed_on else opened
            reading.confirmed = 100 if reading.confirmed_on else 0

    @api.depends("due_on", "confirmed_on", "document_id.state")
    def _compute_overdue(self):
        today = fields.Date.today()
        for reading in self:
            reading.overdue = (
                not reading.confirmed_on
                and reading.document_id.state == "in_force"
                and reading.due_on < today
            )

    def _search_overdue(self, operator, value):
        late = self._open_domain() & Domain("due_on", "<", fields.Date.today())
        return flag_domain(operator, value, late)

    @api.model
    def _open_domain(self):
        return Domain("confirmed_on", "=", False) & Domain(
            "document_id.state", "=", "in_force"
        )

    # --- what the person does

    @api.model
    def action_my_rules(self):
        """Show the current user's rules, with those that came with a new group."""
        self._follow_members(self.env.user)
        return self.env["ir.actions.act_window"]._for_xml_id(
            "insurance_compliance.insurance_rule_reading_action_mine"
        )

    def action_read(self):
        """Open the text; the server notes when."""
        self._check_mine()
        # superuser: nobody writes these; whose reading it is was checked just before
        new = self.sudo().filtered(lambda reading: not reading.opened_on)
        new.write({"opened_on": fields.Datetime.now()})
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "views": [
                (
                    self.env.ref(
                        "insurance_compliance.insurance_rule_reading_view_form_mine"
                    ).id,
                    "form",
                )
            ],
        }

    def action_confirm(self):
        """Say that one has read and understood the text that was shown."""
        self._check_mine()
        check_person(self.env)
        if self.confirmed_on:
            return True
        if self.document_id.state != "in_force":
            raise UserError(
                self.env._("This version is not in force any more. Read the new one.")
            )
        if not self.opened_on:
            raise UserError(self.env._("Open the rule and read it first."))
        # superuser: as in action_read
        self.sudo().write(
            {
                "confirmed_on": fields.Datetime.now(),
                "text_hash": self.document_id._digest(),
                "text_lang": self.env.lang,
            }
        )
        self._forget_reminders()
        return self.action_my_rules()

    def _check_mine(self):
        self.ensure_one()
        self.check_access("read")
        if self.user_id != self.env.user:
            raise AccessError(self.env._("Everybody reads and confirms alone."))

    # --- who has to read what

    @api.model
    def _follow_members(self, user=None):
        """Add what members of the groups have to read; drop what nobody has to.

        Two statements, however many people and rules there are. What was confirmed
        stays on record.
        """
        self.env["insurance.rule.document"].flush_model()
        self.flush_model()
        days = self.env["insurance.parameter"]._get("rule_reading_days")
        today = fields.Date.today()
        groups = SQL(
            """
            SELECT rel.group_id FROM insurance_rule_document_group_rel rel
              JOIN insurance_rule_document document ON document.id = rel.document_id
             WHERE document.state = 'in_force'
            """
        )
        needed = SQL(
            """
            SELECT DISTINCT rel.document_id, member.user_id
              FROM (%s) AS member
              JOIN insurance_rule_document_group_rel rel
                ON rel.group_id = member.group_id
              JOIN insurance_rule_document document ON document.id = rel.document_id
             WHERE document.state = 'in_force' AND %s
            """,
            self.env["res.users"]._group_members_sql(groups),
            SQL("member.user_id = %s", user.id) if user else SQL("TRUE"),
        )
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO insurance_rule_reading (document_id, user_id, stage,
                    required_since, due_on, state, confirmed, create_uid, create_date,
                    write_uid, write_date)
                SELECT needed.document_id, needed.user_id, document.stage, %(now)s,
                       %(due)s, 'todo', 0, 1, %(now)s, 1, %(now)s
                  FROM (%(needed)s) AS needed
                  JOIN insurance_rule_document document
                    ON document.id = needed.document_id
                ON CONFLICT DO NOTHING
                """,
                now=fields.Datetime.now(),
                due=fields.Date.add(today, days=days),
                needed=needed,
            )
        )
        self.env.cr.execute(
            SQL(
                """
                DELETE FROM insurance_rule_reading reading
                 WHERE reading.confirmed_on IS NULL AND %s
                   AND NOT EXISTS (
                       SELECT FROM (%s) AS needed
                        WHERE needed.document_id = reading.document_id
                          AND needed.user_id = reading.user_id)
                """,
                SQL("reading.user_id = %s", user.id) if user else SQL("TRUE"),
                needed,
            )
        )
        self.invalidate_model()

    @api.model
    def _missing_of(self, user):
        """Return what the user has not confirmed yet."""
        # superuser: an approver looks at the applicant's, too
        return self.sudo().search(self._open_domain() & Domain("user_id", "=", user.id))

    @api.model
    def _remind_people(self):
        """One reminder a person, before the last day and while it is over."""
        days = self.env["insurance.parameter"]._get("rule_remind_days")
        soon = fields.Date.add(fields.Date.today(), days=days)
        groups = self._read_group(
            self._open_domain() & Domain("due_on", "<=", soon),
            ["user_id"],
            ["due_on:min"],
        )
        kind = self.env.ref(REMINDER)
        activities = self.env["mail.activity"]
        reminded = activities.search(
            [
                ("activity_type_id", "=", kind.id),
                ("user_id", "in", [user.id for user, _day in groups]),
            ]
        ).user_id
        activities.with_context(mail_activity_quick_update=True).create(
            [
                {
                    "activity_type_id": kind.id,
                    "summary": kind.with_context(lang=user.lang).summary,
                    "user_id": user.id,
                    "date_deadline": day,
                }
                for user, day in groups
                if user not in reminded
            ]
        )

    def _forget_reminders(self):
        user = self.env.user
        if self._missing_of(user):
            return
        # superuser: the reminder is the person's own and has served its end
        self.env["mail.activity"].sudo().search(
            [
                ("activity_type_id", "=", self.env.ref(REMINDER).id),
                ("user_id", "=", user.id),
            ]
        ).unlink()
