from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from .insurance_client_segment import DIMENSIONS

STATES = [("active", "Active"), ("expired", "Expired"), ("ended", "Ended")]
#: entered by the system alone, whoever tries
KEPT_FIELDS = frozenset(
    {"score_segment_id", "ended_on", "ended_by_id", "reviewed", "dimension"}
)
#: decided when the class is set, and not changed afterwards
FIXED_FIELDS = KEPT_FIELDS | {
    "archive_id",
    "segment_id",
    "reason",
    "user_id",
    "set_on",
    "state",
}


class InsuranceClientClassOverride(models.Model):
    """A class that a person has set: why, who, until when.

    While it is active it counts instead of what the scorecard says.
    """

    _name = "insurance.client.class.override"
    _inherit = ["insurance.archive.child", "insurance.history.mixin"]
    _description = "Class set by hand"
    _order = "id desc"
    _rec_name = "segment_id"

    dimension = fields.Selection(
        DIMENSIONS, compute="_compute_dimension", store=True, index=True
    )
    segment_id = fields.Many2one(
        "insurance.client.segment", string="Class", required=True, ondelete="restrict"
    )
    score_segment_id = fields.Many2one(
        "insurance.client.segment",
        string="Instead of",
        readonly=True,
        ondelete="restrict",
        help="What the scorecard said when the class was set.",
    )
    reason = fields.Text(required=True)
    user_id = fields.Many2one(
        "res.users",
        string="Set by",
        required=True,
        readonly=True,
        default=lambda self: self.env.user,
    )
    set_on = fields.Date(
        string="Set on", required=True, readonly=True, default=fields.Date.context_today
    )
    expires_on = fields.Date(
        string="Until",
        required=True,
        default=lambda self: self._latest_expiry(),
        help="The last day on which it counts.",
    )
    state = fields.Selection(
        STATES, required=True, readonly=True, default="active", index=True
    )
    ended_on = fields.Date(string="Ended on", readonly=True)
    ended_by_id = fields.Many2one("res.users", string="Ended by", readonly=True)
    reviewed = fields.Boolean(
        readonly=True, help="Somebody has looked at it after it expired."
    )

    _active_unique = models.UniqueIndex(
        "(archive_id, dimension) WHERE state = 'active'",
        "A class of this client has been set by hand already. End that first.",
    )
    _expiry_lookup = models.Index("(expires_on) WHERE state = 'active'")

    @api.depends("segment_id")
    def _compute_dimension(self):
        for override in self:
            override.dimension = override.segment_id.dimension

    @api.model
    def _latest_expiry(self):
        months = self.env["insurance.parameter"]._get("override_max_months")
        return fields.Date.add(fields.Date.context_today(self), months=months)

    @api.constrains("expires_on", "set_on")
    def _check_expires_on(self):
        months = self.env["insurance.parameter"]._get("override_max_months")
        for override in self:
            if override.expires_on < override.set_on:
                raise ValidationError(
                    self.env._(
                        "A class can't be set by hand for days that have passed."
                    )
                )
            if override.expires_on > fields.Date.add(override.set_on, months=months):
                raise ValidationError(
                    self.env._(
                        "A class is set by hand for %s months at most. Choose an "
                        "earlier day.",
                        months,
                    )
                )

    @api.constrains("reason")
    def _check_reason(self):
        if any(not (override.reason or "").strip() for override in self):
            raise ValidationError(self.env._("Say why the class is set by hand."))

    @api.model_create_multi
    def create(self, vals_list):
        today = fields.Date.context_today(self)
        for vals in vals_list:
            if not self.env.su:
                vals.update(user_id=self.env.uid, state="active", set_on=today)
                # not left out: a default of the caller would take the place
                vals.update(dict.fromkeys(KEPT_FIELDS - {"dimension"}, False))
                vals.pop("dimension", None)
        overrides = super().create(vals_list)
        overrides._note_score()
        overrides._reclassify()
        return overrides

    def write(self, vals):
        if not self.env.su and not FIXED_FIELDS.isdisjoint(vals):
            raise UserError(
                self.env._(
                    "A class set by hand is not rewritten. End it, and set the class "
                    "anew."
                )
            )
        result = super().write(vals)
        if "expires_on" in vals:
            self._reclassify()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_history(self):
        raise UserError(
            self.env._("End the setting by hand instead: its record is kept.")
        )

    def action_end(self):
        """Let the scorecard decide again."""
        self.check_access("write")
        today = fields.Date.context_today(self)
        # as superuser: the state is not entered by hand
        self.sudo().filtered(lambda override: override.state == "active").write(
            {"state": "ended", "ended_on": today, "ended_by_id": self.env.uid}
        )
        self._reclassify("expiry")

    def action_reviewed(self):
        """Take an expired setting off the list: the scorecard is right."""
        self.check_access("write")
        # as superuser: nobody ticks by hand that somebody has looked
        self.sudo().reviewed = True

    def action_renew(self):
        """Open the dialog that sets the same class again."""
        self.ensure_one()
        return self.archive_id._override_action(self.segment_id, self.reason)

    @api.model
    def _cron_expire(self, batch_size=1000):
        """End what has passed its last day, a committed batch at a time."""
        cron = self.env["ir.cron"]
        due = [("state", "=", "active"), ("expires_on", "<", fields.Date.today())]
        cron._commit_progress(remaining=self.search_count(due))
        while overrides := self.search(due, limit=batch_size, order="id"):
            overrides.write({"state": "expired"})
            overrides._reclassify("expiry")
            if not cron._commit_progress(len(overrides)):
                break

    def _note_score(self):
        """Keep what the scorecard says at this moment."""
        Segment = self.env["insurance.client.segment"]
        # as superuser: what is kept beside the class is not entered by hand
        scores = (
            self.env["insurance.client.class"]
            .sudo()
            .search([("archive_id", "in", self.archive_id.ids)])
        )
        by_archive = {score.archive_id.id: score for score in scores}
        # superuser: the class of a client is kept by the server, by the same rules
        for override in self.sudo():
            score = by_archive.get(override.archive_id.id)
            if score:
                override.score_segment_id = Segment._of(
                    override.dimension, score[override.dimension]
                )

    def _reclassify(self, reason="score"):
        self.env.flush_all()
        Class = self.env["insurance.client.class"]
        Class._apply(self.archive_id.ids, reason)
