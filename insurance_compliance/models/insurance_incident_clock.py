from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain


class InsuranceIncidentClock(models.Model):
    """The time in which one authority, or the persons, must be told.

    It runs from the discovery; nobody sets it back. It stops when somebody notes that
    they were told, when, and under which reference.
    """

    _name = "insurance.incident.clock"
    _description = "Deadline of an incident"
    _order = "due_on, id"
    _rec_name = "kind_id"

    incident_id = fields.Many2one(
        "insurance.incident",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    kind_id = fields.Many2one(
        "insurance.incident.clock.kind",
        string="To be told",
        required=True,
        readonly=True,
        ondelete="restrict",
    )
    recipient = fields.Selection(related="kind_id.recipient")
    unverified = fields.Boolean(related="kind_id.unverified")
    begun_on = fields.Datetime(string="Runs since", required=True, readonly=True)
    due_on = fields.Datetime(string="At the latest", required=True, readonly=True)
    told_on = fields.Datetime(readonly=True)
    told_by_id = fields.Many2one("res.users", string="Noted by", readonly=True)
    noted_on = fields.Datetime(readonly=True)
    reference = fields.Char(
        readonly=True, help="Reference number, or whom one spoke to."
    )
    needless_reason = fields.Char(string="Why not needed", readonly=True)
    reminded_on = fields.Datetime(readonly=True)
    escalated_on = fields.Datetime(readonly=True)
    is_running = fields.Boolean(
        compute="_compute_is_running", store=True, index="btree_not_null"
    )
    status = fields.Selection(
        [
            ("running", "Running"),
            ("near", "Nearly over"),
            ("over", "Overdue"),
            ("told", "Told in time"),
            ("late", "Told too late"),
            ("needless", "Not needed"),
        ],
        compute="_compute_status",
    )
    time_left = fields.Char(compute="_compute_status")
    can_tell = fields.Boolean(compute="_compute_can_tell")

    _kind_unique = models.UniqueIndex("(incident_id, kind_id)")

    @api.depends("told_on", "needless_reason")
    def _compute_is_running(self):
        for clock in self:
            clock.is_running = not clock.told_on and not clock.needless_reason

    @api.depends("told_on", "needless_reason", "due_on", "begun_on")
    @api.depends_context("lang")
    def _compute_status(self):
        now = fields.Datetime.now()
        share = self.env["insurance.parameter"]._get("incident_clock_warning_pct")
        for clock in self:
            clock.time_left = False
            if clock.told_on:
                clock.status = "told" if clock.told_on <= clock.due_on else "late"
                continue
            if clock.needless_reason:
                clock.status = "needless"
                continue
            left = clock.due_on - now
            near = (clock.due_on - clock.begun_on) * share / 100
            clock.status = (
                "over" if left <= timedelta() else "near" if left <= near else "running"
            )
            clock.time_left = self._spelled(left)

    def _compute_can_tell(self):
        for clock in self:
            incident = clock.incident_id
            clock.can_tell = clock.is_running and incident.is_lead and incident.is_open

    @api.model
    def _spelled(self, left):
        """Return a span of time as people say it, in the unit that matters."""
        minutes = int(abs(left).total_seconds() // 60)
        days, rest = divmod(minutes, 24 * 60)
        hours, minutes = divmod(rest, 60)
        if days > 2:
            span = self.env._("%s days", days)
        elif days or hours:
            span = self.env._(
                "%(hours)s h %(minutes)s min", hours=24 * days + hours, minutes=minutes
            )
        else:
            span = self.env._("%s min", minutes)
        if left < timedelta():
            return self.env._("%s over", span)
        return self.env._("%s left", span)

    # --- stop

    def action_tell(self):
        """Ask when they were told and under which reference; that stops the clock.

        The moment lies between the discovery and now.
        """
        self.ensure_one()
        self.incident_id._check_lead()
        return self.incident_id._ask_clock(self, "told", self.env._("Report made"))

    def action_needless(self):
        """Ask why nobody is told.

        For the persons concerned the law sets terms (PIPL 57(2)): the incident asks.
        """
        self.ensure_one()
        self.incident_id._check_lead()
        return self.incident_id._ask_clock(
            self, "needless", self.env._("Report not needed")
        )

    def action_print(self):
        """Return the report to the authority as a PDF action: no client is named."""
        self.ensure_one()
        self.incident_id._check_lead()
        report = self.env.ref(
            "insurance_compliance.insurance_incident_report_authority"
        )
        return report.report_action(self)

    def _tell(self, told_on, reference):
        """Stop the clock: they were told then, and this proves it."""
        self.ensure_one()
        self.incident_id._check_lead()
        self._check_running()
        reference = (reference or "").strip()
        if not told_on or not reference:
            raise UserError(
                self.env._("Say when they were told, and under which reference.")
            )
        if told_on > fields.Datetime.now():
            raise UserError(self.env._("The report was not made yet at that time."))
        if told_on < self.begun_on:
            raise UserError(
                self.env._("Nobody could be told before the incident was discovered.")
            )
        if (
            self.recipient == "individuals"
            and not self.incident_id.is_drill
            and self.incident_id.decision != "exempt"
            and self.incident_id._untold_count()
        ):
            raise UserError(
                self.env._("Not all letters to the persons are printed or sent yet.")
            )
        # superuser: nobody writes clocks by hand; who may, was asked before
        self.sudo().write(
            {
                "told_on": told_on,
                "reference": reference,
                "told_by_id": self.env.uid,
                "noted_on": fields.Datetime.now(),
            }
        )
        self.incident_id._note("told", f"{self.kind_id.name}: {reference}")
        self.incident_id._finish_tasks()

    def _make_needless(self, reason):
        self.ensure_one()
        self.incident_id._check_lead()
        self._check_running()
        if self.recipient == "individuals":
            raise UserError(
                self.env._("Decide with “Need not be told”: the law sets terms for it.")
            )
        reason = self.env["insurance.access.suspension"]._check_reason(reason)
        # superuser: nobody writes clocks by hand; who may, was asked before
        self.sudo().needless_reason = reason
        self.incident_id._note("needless", f"{self.kind_id.name}: {reason}")

    def _check_running(self):
        if not self.is_running:
            raise UserError(self.env._("This clock has been stopped already."))
        if not self.incident_id.is_open:
            raise UserError(self.env._("The incident is over. Open it again first."))

    # --- remind

    @api.model
    def _cron_remind(self):
        """Remind of clocks that are nearly over, and tell all officers when one is."""
        running = self.search(
            Domain("is_running", "=", True) & Domain("incident_id.is_open", "=", True)
        )
        near = self.env.ref("insurance_compliance.mail_activity_type_incident_clock")
        now, today = fields.Datetime.now(), fields.Date.context_today(self)
        for clock in running:
            incident = clock.incident_id
            if clock.status == "over" and not clock.escalated_on:
                clock.escalated_on = now
                for officer in incident._officers():
                    near._remind_user(officer, today)
            elif clock.status == "near" and not clock.reminded_on:
                clock.reminded_on = now
                for officer in incident.responsible_id or incident._officers():
                    near._remind_user(officer, today)
