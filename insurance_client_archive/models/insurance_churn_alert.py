from odoo import api, fields, models
from odoo.exceptions import UserError

from .insurance_churn_strategy import CAUSES
from .insurance_state_mixin import Transition

OPEN = ("new", "planned", "acting")
BECAUSE = Transition(reason=True)
RESULT = Transition(check="_check_result")


class InsuranceChurnAlert(models.Model):
    """A client who may leave: signs, cause, plan to win them back, result."""

    _name = "insurance.churn.alert"
    _inherit = [
        "insurance.server.value.mixin",
        "insurance.archive.child",
        "insurance.state.mixin",
        "insurance.history.mixin",
        "insurance.reminder.mixin",
    ]
    _description = "Client who may leave"
    _order = "score desc, id desc"
    _history_ignored = frozenset({"state_date", "score", "reminded_on"})
    _server_values = frozenset({"score", "closed_on", "reminded_on"})

    _initial_states = ("new",)
    _transitions = {
        "new": {"planned": Transition(check="_check_plan"), "dismissed": BECAUSE},
        "planned": {"acting": Transition(), "dismissed": BECAUSE},
        "acting": {"won": RESULT, "lost": RESULT, "planned": BECAUSE},
        "won": {"acting": BECAUSE},
        "lost": {"acting": BECAUSE},
        "dismissed": {"new": BECAUSE},
    }

    date = fields.Date(
        string="Noticed on", required=True, default=fields.Date.context_today
    )
    score = fields.Integer(readonly=True, copy=False, aggregator="avg")
    reason_ids = fields.One2many("insurance.churn.reason", "alert_id", string="Signs")
    user_id = fields.Many2one(
        "res.users",
        string="Responsible",
        index=True,
        default=lambda self: self.env.user,
        domain="[('share', '=', False)]",
    )
    state = fields.Selection(
        [
            ("new", "Noticed"),
            ("planned", "Planned"),
            ("acting", "Being won back"),
            ("won", "Kept"),
            ("lost", "Lost"),
            ("dismissed", "No danger"),
        ],
        required=True,
        default="new",
        readonly=True,
        index=True,
        group_expand=True,
    )
    cause = fields.Selection(CAUSES, index="btree_not_null")
    cause_note = fields.Text(string="What the client says")
    strategy_id = fields.Many2one(
        "insurance.churn.strategy",
        string="Way",
        ondelete="restrict",
        domain="[('cause', '=', cause)]",
    )
    plan = fields.Text(string="Plan to win them back")
    action_date = fields.Date(string="Act until", index="btree_not_null")
    result = fields.Text(string="What came of it", copy=False)
    closed_on = fields.Date(string="Closed on", readonly=True, copy=False)
    reminded_on = fields.Date(string="Reminded on", readonly=True, copy=False)

    _open_once = models.UniqueIndex(
        "(archive_id) WHERE state IN ('new', 'planned', 'acting')",
        "There is an open warning about this client already.",
    )

    @api.depends("date", "score")
    def _compute_display_name(self):
        result = super()._compute_display_name()
        visible = self.sudo(False)._filtered_access("read")
        for alert in self.browse(visible.ids):
            day = fields.Date.to_string(alert.date)
            alert.display_name = self.env._(
                "Warning of %(day)s (%(score)s points)", day=day, score=alert.score
            )
        return result

    @api.onchange("cause")
    def _onchange_cause(self):
        if self.strategy_id.cause != self.cause:
            self.strategy_id = self.env["insurance.churn.strategy"].search(
                [("cause", "=", self.cause)], limit=1
            )

    @api.onchange("strategy_id")
    def _onchange_strategy_id(self):
        self.plan = self.plan or self.strategy_id.description

    def action_log(self):
        """Log a talk with the client."""
        self.ensure_one()
        return self.env["insurance.interaction"]._quick_entry(
            self.archive_id, purpose="care"
        )

    def _check_plan(self):
        self.ensure_one()
        if not self.cause or not (self.plan or "").strip() or not self.action_date:
            raise UserError(
                self.env._("Enter the cause, the plan, and until when to act.")
            )

    def _check_result(self):
        self.ensure_one()
        if not (self.result or "").strip():
            raise UserError(self.env._("Enter what came of it."))

    def _on_state(self, before):
        result = super()._on_state(before)
        today = fields.Date.context_today(self)
        for alert in self:
            closed = alert.state not in OPEN
            # superuser: a day that follows from the step
            alert.sudo().closed_on = today if closed else False
            if alert.state == "lost":
                alert._keep_contact()
        done = self.filtered(lambda alert: alert.state not in OPEN)
        done._finish_reminders(["client_attention"], done.partner_id)
        return result

    def _keep_contact(self):
        """Plan a call: whoever has left may come back."""
        self.ensure_one()
        months = self.env["insurance.parameter"]._get("churn_contact_months")
        due = fields.Date.add(fields.Date.context_today(self), months=months)
        self.env["insurance.service.item"].create(
            {
                "archive_id": self.archive_id.id,
                "kind": "call",
                "due_date": due,
                "user_id": (self.user_id or self.env.user).id,
                "note": self.env._("Stay in touch"),
            }
        )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_by_hand(self):
        if any(alert.reason_ids or alert.state != "new" for alert in self):
            raise UserError(
                self.env._("Warnings stay on record. Say that there is no danger.")
            )


class InsuranceChurnReason(models.Model):
    """A sign that a client showed when the warning was raised or renewed."""

    _name = "insurance.churn.reason"
    _inherit = "insurance.archive.descendant"
    _description = "Sign of a warning"
    _order = "points desc, id"

    _parent_field = "alert_id"

    alert_id = fields.Many2one(
        "insurance.churn.alert", required=True, index=True, ondelete="cascade"
    )
    archive_id = fields.Many2one(
        compute="_compute_archive_id", store=True, precompute=True
    )
    indicator_id = fields.Many2one(
        "insurance.churn.indicator", required=True, ondelete="restrict", index=True
    )
    value = fields.Float(digits=(10, 1))
    points = fields.Integer()

    @api.depends("alert_id.archive_id")
    def _compute_archive_id(self):
        self._set_archive_from_parent()
