from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from odoo.addons.insurance_client_archive.flag_domain import flag_domain
from odoo.addons.insurance_client_archive.models.insurance_state_mixin import (
    Transition,
)

from .insurance_access_suspension import COMPLIANCE
from .insurance_incident import KINDS
from .insurance_incident_rule import SEVERITIES


class InsuranceIncidentDrill(models.Model):
    """An emergency is rehearsed: the clocks run, and nothing leaves the house."""

    _name = "insurance.incident.drill"
    _inherit = ["insurance.server.value.mixin", "insurance.state.mixin"]
    _description = "Emergency drill"
    _order = "planned_date desc, id desc"

    _initial_states = ("planned",)
    _transitions = {
        "planned": {
            "running": Transition(groups=COMPLIANCE),
            "cancelled": Transition(reason=True, groups=COMPLIANCE),
        },
        "running": {
            "done": Transition(groups=COMPLIANCE, check="_check_result"),
            "cancelled": Transition(reason=True, groups=COMPLIANCE),
        },
    }
    _server_values = frozenset({"started_on", "ended_on", "incident_ids"})

    name = fields.Char(required=True)
    scenario = fields.Text(
        required=True, help="What is supposed to have happened, and what is rehearsed."
    )
    kind = fields.Selection(KINDS, required=True, default="leak")
    severity = fields.Selection(SEVERITIES, required=True, default="high")
    planned_date = fields.Date(required=True, default=fields.Date.context_today)
    owner_id = fields.Many2one(
        "res.users",
        string="Led by",
        required=True,
        default=lambda self: self.env.user,
        domain=lambda self: [("all_group_ids", "in", self.env.ref(COMPLIANCE).id)],
    )
    participant_ids = fields.Many2many(
        "res.users",
        "insurance_incident_drill_participant_rel",
        "drill_id",
        "user_id",
        string="Participants",
        domain="[('share', '=', False)]",
    )
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    state = fields.Selection(
        [
            ("planned", "Planned"),
            ("running", "Running"),
            ("done", "Done"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        readonly=True,
        default="planned",
        index=True,
        copy=False,
    )
    incident_ids = fields.One2many("insurance.incident", "drill_id")
    incident_id = fields.Many2one(
        "insurance.incident",
        string="Rehearsed incident",
        compute="_compute_incident_id",
    )
    clock_ids = fields.Many2many(
        "insurance.incident.clock",
        string="Times reached",
        compute="_compute_incident_id",
    )
    started_on = fields.Datetime(readonly=True, copy=False)
    ended_on = fields.Datetime(readonly=True, copy=False)
    result = fields.Text(help="What went well, and what did not.")
    late_count = fields.Integer(string="Too late", compute="_compute_incident_id")
    is_passed = fields.Boolean(
        string="Passed",
        compute="_compute_incident_id",
        help="All were told in time.",
    )
    overdue = fields.Boolean(compute="_compute_overdue", search="_search_overdue")

    @api.depends("incident_ids.clock_ids.told_on", "state")
    def _compute_incident_id(self):
        for drill in self:
            incident = drill.incident_ids[:1]
            drill.incident_id = incident
            drill.clock_ids = incident.clock_ids
            late = incident.clock_ids.filtered(
                lambda clock: clock.status in ("late", "over")
            )
            drill.late_count = len(late)
            drill.is_passed = drill.state == "done" and not late

    @api.depends("planned_date", "state")
    def _compute_overdue(self):
        today = fields.Date.context_today(self)
        for drill in self:
            planned = drill.state == "planned" and drill.planned_date
            drill.overdue = bool(planned) and planned < today

    def _search_overdue(self, operator, value):
        late = Domain("state", "=", "planned") & Domain("planned_date", "<", "today")
        return flag_domain(operator, value, late)

    def write(self, vals):
        if not self.env.su and any(drill.state == "done" for drill in self):
            raise UserError(self.env._("The drill is over: its result stays."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_planned(self):
        if any(drill.state != "planned" for drill in self):
            raise UserError(self.env._("A drill that was held stays on record."))

    def action_start(self):
        """Begin: an incident that is marked as a drill, with clocks that run."""
        self.write({"state": "running"})
        return self.action_open_incident()

    def action_finish(self):
        """End the drill; its times and findings stay."""
        self.write({"state": "done"})

    def action_cancel(self):
        """Ask why it is not held."""
        return self.with_context(target_state="cancelled").action_change_state()

    def action_open_incident(self):
        """Open the incident that is rehearsed."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "insurance.incident",
            "res_id": self.incident_id.id,
            "view_mode": "form",
        }

    def _check_result(self):
        self.ensure_one()
        if self.env.user != self.owner_id and not self.env.su:
            raise AccessError(self.env._("Whoever leads the drill ends it."))
        if not (self.result or "").strip():
            raise UserError(self.env._("Write down how it went first."))
        if self.incident_id.clock_ids.filtered("is_running"):
            raise UserError(
                self.env._("Note for each clock when they would have been told.")
            )

    def _on_state(self, before):
        result = super()._on_state(before)
        now = fields.Datetime.now()
        # superuser: stamps, and the incident, are nobody's to write
        for drill in self.sudo():
            if drill.state == "running":
                drill.started_on = now
                drill._open_incident(self.env.user)
            elif drill.started_on:
                drill.ended_on = now
        return result

    def _open_incident(self, user):
        incident = self.incident_ids.create(
            {
                "title": self.name,
                "description": self.scenario,
                "kind": self.kind,
                "severity": self.severity,
                "origin": "drill",
                "is_drill": True,
                "drill_id": self.id,
                "company_id": self.company_id.id,
                "responsible_id": self.owner_id.id,
                "reporter_id": user.id,
            }
        )
        kind = self.env.ref("insurance_compliance.mail_activity_type_incident_drill")
        for participant in self.participant_ids - self.owner_id:
            kind._remind_user(participant, fields.Date.context_today(self))
        return incident

    @api.model
    def _cron_remind(self):
        """Remind of drills that are due, and of the drill that the year lacks."""
        kind = self.env.ref("insurance_compliance.mail_activity_type_incident_drill")
        today = fields.Date.context_today(self)
        for drill in self.search(
            [("state", "=", "planned"), ("planned_date", "<=", today)]
        ):
            kind._remind_user(drill.owner_id, drill.planned_date)
        months = self.env["insurance.parameter"]._get("incident_drill_months")
        since = fields.Date.subtract(today, months=months)
        if self.search_count(
            [("planned_date", ">=", since), ("state", "!=", "cancelled")], limit=1
        ):
            return
        for officer in self.env["insurance.incident"]._officers():
            kind._remind_user(officer, today)
