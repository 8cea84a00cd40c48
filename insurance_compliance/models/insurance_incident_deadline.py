from odoo import api, fields, models
from odoo.fields import Domain

from odoo.addons.insurance_client_archive.flag_domain import flag_domain

from .insurance_incident_rule import SEVERITIES

RANKS = {code: rank for rank, (code, _label) in enumerate(SEVERITIES)}


class InsuranceIncident(models.Model):
    """The clocks of an incident run side by side, from its discovery."""

    _inherit = "insurance.incident"

    clock_ids = fields.One2many("insurance.incident.clock", "incident_id")
    next_due = fields.Datetime(
        string="Next deadline", compute="_compute_next_due", store=True
    )
    clock_status = fields.Selection(
        [("running", "Running"), ("near", "Nearly over"), ("over", "Overdue")],
        string="Deadlines",
        compute="_compute_clock_status",
    )
    next_left = fields.Char(string="Time left", compute="_compute_clock_status")
    overdue = fields.Boolean(compute="_compute_clock_status", search="_search_overdue")

    @api.depends("clock_ids.is_running", "clock_ids.due_on")
    def _compute_next_due(self):
        for incident in self:
            running = incident.clock_ids.filtered("is_running")
            incident.next_due = min(running.mapped("due_on"), default=False)

    @api.depends("clock_ids.is_running", "clock_ids.due_on", "is_open")
    @api.depends_context("lang")
    def _compute_clock_status(self):
        for incident in self:
            running = incident.clock_ids.filtered("is_running").sorted("due_on")[:1]
            if not incident.is_open:
                running = running.browse()
            incident.clock_status = running.status
            incident.next_left = running.time_left
            incident.overdue = running.status == "over"

    def _search_overdue(self, operator, value):
        late = Domain("is_open", "=", True) & Domain("next_due", "<=", "now")
        return flag_domain(operator, value, late)

    def _start_clocks(self):
        """Start what the severity asks for, and does not run yet."""
        # superuser: nobody starts or stops clocks by hand
        kinds = self.env["insurance.incident.clock.kind"].sudo()
        kinds = kinds.search([("active", "=", True)])
        values = [
            {
                "incident_id": incident.id,
                "kind_id": kind.id,
                "begun_on": incident.discovered_on,
                "due_on": kind._due(incident.discovered_on),
            }
            for incident in self
            for kind in kinds - incident.clock_ids.kind_id.sudo()
            if RANKS[kind.min_severity] <= RANKS[incident.severity]
        ]
        kinds.env["insurance.incident.clock"].create(values)

    def _stop_clocks(self, reason):
        """A false alarm: nobody is told."""
        # superuser: the state has been changed by whoever may
        for clock in self.sudo().clock_ids.filtered("is_running"):
            clock.needless_reason = reason

    def _resume_clocks(self):
        """What was stopped as a false alarm runs again, from the discovery."""
        # superuser: the state has been changed by whoever may
        if self.decision != "exempt":
            clocks = self.sudo().clock_ids.filtered("needless_reason")
            clocks.filtered(lambda clock: not clock.told_on).needless_reason = False

    def _ask_clock(self, clock, step, title):
        action = self._ask(step, title)
        action["context"]["default_clock_id"] = clock.id
        return action
