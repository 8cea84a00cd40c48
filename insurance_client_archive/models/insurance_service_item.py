from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..flag_domain import flag_domain
from .insurance_interaction import CHANNELS
from .insurance_service_plan_line import KINDS
from .insurance_state_mixin import Transition

REMINDER_BATCH = 200
BECAUSE = Transition(reason=True)


class InsuranceServiceItem(models.Model):
    """A service that a client is due, and whether it was done in time."""

    _name = "insurance.service.item"
    _inherit = [
        "insurance.server.value.mixin",
        "insurance.archive.child",
        "insurance.state.mixin",
        "insurance.reminder.mixin",
    ]
    _description = "Planned service"
    _order = "due_date, id"
    _server_values = frozenset({"reminded_on"})
    # what the plan asks for is not turned into a service by hand, and deleted
    _kept_values = frozenset({"plan_id", "line_id", "policy_id"})

    _initial_states = ("planned",)
    _transitions = {
        "planned": {"done": Transition(), "skipped": BECAUSE},
        "done": {"planned": BECAUSE},
        "skipped": {"planned": Transition()},
    }

    plan_id = fields.Many2one(
        "insurance.service.plan", readonly=True, index=True, ondelete="set null"
    )
    line_id = fields.Many2one(
        "insurance.service.plan.line",
        readonly=True,
        ondelete="set null",
    )
    kind = fields.Selection(KINDS, required=True, default="call")
    channel = fields.Selection(CHANNELS, required=True, default="phone")
    user_id = fields.Many2one(
        "res.users",
        string="Responsible",
        required=True,
        index=True,
        default=lambda self: self.env.user,
        domain="[('share', '=', False)]",
    )
    policy_id = fields.Many2one(
        "insurance.policy",
        readonly=True,
        index="btree_not_null",
        ondelete="cascade",
    )
    occasion_date = fields.Date(
        string="Occasion on", help="The birthday, the renewal, or the day itself."
    )
    due_date = fields.Date(string="Due on", required=True, index=True)
    state = fields.Selection(
        [("planned", "Planned"), ("done", "Done"), ("skipped", "Left out")],
        required=True,
        default="planned",
        readonly=True,
        index=True,
        group_expand=True,
    )
    done_on = fields.Date(string="Done on", copy=False)
    interaction_id = fields.Many2one(
        "insurance.interaction",
        string="Talk",
        copy=False,
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    reminded_on = fields.Date(string="Reminded on", readonly=True, copy=False)
    note = fields.Char()
    late = fields.Boolean(compute="_compute_late", search="_search_late")
    days_late = fields.Integer(
        string="Days late",
        compute="_compute_days_late",
        store=True,
        aggregator="avg",
        help="Between the day it was due and the day it was done.",
    )

    # both columns: the last times of a range of clients are looked up for each line
    _line_lookup = models.Index("(line_id, archive_id) WHERE line_id IS NOT NULL")
    _planned_once = models.UniqueIndex(
        "(archive_id, line_id, occasion_date, COALESCE(policy_id, 0))"
        " WHERE line_id IS NOT NULL",
        "This service is planned already.",
    )

    def init(self):
        result = super().init()
        # in its place a planner without figures would read all services of a line
        self.env.cr.execute(
            "DROP INDEX IF EXISTS insurance_service_item__line_id_index"
        )
        return result

    @api.depends("kind", "due_date")
    def _compute_display_name(self):
        result = super()._compute_display_name()
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        visible = self.sudo(False)._filtered_access("read")
        for item in self.browse(visible.ids):
            item.display_name = f"{kinds[item.kind]} {item.due_date}"
        return result

    @api.depends("due_date", "state")
    def _compute_late(self):
        today = fields.Date.context_today(self)
        for item in self:
            due = item.due_date
            item.late = item.state == "planned" and bool(due) and due < today

    def _search_late(self, operator, value):
        late = Domain("state", "=", "planned") & Domain("due_date", "<", "today")
        return flag_domain(operator, value, late)

    @api.depends("due_date", "done_on")
    def _compute_days_late(self):
        for item in self:
            done, due = item.done_on, item.due_date
            item.days_late = max((done - due).days, 0) if done and due else 0

    def action_log(self):
        """Log the talk in which the service is done."""
        self.ensure_one()
        purpose = {"renewal": "renewal", "review": "needs"}.get(self.kind, "care")
        return self.env["insurance.interaction"]._quick_entry(
            self.archive_id, purpose=purpose, channel=self.channel
        )

    def action_done(self):
        """Note that it was done, without a talk."""
        self.write({"state": "done"})

    def _on_state(self, before):
        result = super()._on_state(before)
        today = fields.Date.context_today(self)
        for item in self:
            if item.state == "done":
                item.done_on = item.done_on or today
            elif item.state == "planned":
                item.write({"done_on": False, "interaction_id": False})
        self.filtered(lambda item: item.state != "planned")._close_reminders()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_planned_by_hand(self):
        if any(item.line_id or item.state != "planned" for item in self):
            raise UserError(
                self.env._(
                    "What the plan asks for stays. Leave it out instead, and say why."
                )
            )

    @api.model
    def _remind_due(self, batch_size=REMINDER_BATCH):
        """Remind of what is due soon, a committed batch at a time."""
        self._in_batches([(self._due_soon(), "_remind_responsible")], batch_size)

    @api.model
    def _due_soon(self):
        days = self.env["insurance.parameter"]._get("service_reminder_days")
        limit = fields.Date.add(fields.Date.context_today(self), days=days)
        return (
            Domain("state", "=", "planned")
            & Domain("due_date", "<=", limit)
            & Domain("reminded_on", "=", False)
            & Domain("user_id.active", "=", True)
        )

    def _remind_responsible(self):
        reminded = self._reminded_contacts("client_care")
        waiting = self.filtered_domain([("partner_id", "not in", reminded)])
        self._remind(
            "client_care",
            [(item.partner_id, item.user_id, item.due_date) for item in waiting],
        )
        self.write({"reminded_on": fields.Date.context_today(self)})

    def _close_reminders(self):
        """Close the reminders of clients for whom nothing else is waiting."""
        waiting = self.search(
            [
                ("archive_id", "in", self.archive_id.ids),
                ("state", "=", "planned"),
                ("reminded_on", "!=", False),
            ]
        )
        contacts = self.partner_id - waiting.partner_id
        self._finish_reminders(["client_care"], contacts)

    def _hand_over(self):
        """Let open services follow the client to whoever is in charge now."""
        for item in self:
            archive = item.archive_id
            manages = item.line_id.responsible == "manager"
            user = (manages and archive.manager_id) or archive.agent_id
            if user and item.user_id != user:
                item.user_id = user
        self._move_reminders()

    def _move_reminders(self):
        users = {item.partner_id: item.user_id for item in self}
        reminders = self._open_reminders("client_care", self.partner_id)
        partners = {partner.id: user for partner, user in users.items()}
        for reminder in reminders:
            if reminder.user_id != partners[reminder.res_id]:
                reminder.user_id = partners[reminder.res_id]
