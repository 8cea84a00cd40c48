import ipaddress

import pytz

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

from .. import incident_sql as sql

KINDS = [
    ("restore", "Older backup restored"),
    ("mass_reveal", "Many sealed values shown"),
    ("mass_view", "Many archives opened"),
    ("mass_export", "Many archives taken away"),
    ("off_hours", "Use outside of working hours"),
    ("foreign_network", "Use from a foreign network"),
    ("honey", "Decoy touched"),
    ("denials", "Repeated refusals"),
    ("misses", "Repeated searches without a hit"),
    ("key_error", "Keys wrong, vault locked or value damaged"),
    ("log_misfit", "Use log does not fit"),
    ("log_silent", "Use log silent"),
]
MEASURES = [
    ("uses", "Each use"),
    ("archives", "Each archive once"),
    ("values", "Each value"),
]
SEVERITIES = [
    ("low", "Low"),
    ("medium", "Medium"),
    ("high", "High"),
    ("critical", "Critical"),
]
#: a record that comes late is still looked at
OVERLAP_MINUTES = 5
TRIAL_DAYS = 30
#: what the server alone writes
SERVER = frozenset({"evaluated_to", "trial_on", "trial_count", "trial_text"})
#: what decides whether the rule speaks
DECISIVE = frozenset(
    {
        "active",
        "kind",
        "measure",
        "threshold",
        "minutes",
        "hour_from",
        "hour_to",
        "weekdays_only",
        "calendar_id",
        "tz",
        "networks",
        "excluded_user_ids",
    }
)


class InsuranceIncidentRule(models.Model):
    """What counts as suspicious: a kind, a number, a period."""

    _name = "insurance.incident.rule"
    _inherit = ["insurance.watcher.mixin"]
    _description = "Rule of detection"
    _order = "sequence, id"

    sequence = fields.Integer(default=100)
    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    kind = fields.Selection(KINDS, required=True)
    severity = fields.Selection(SEVERITIES, required=True, default="medium")
    measure = fields.Selection(
        MEASURES, string="What is counted", required=True, default="uses"
    )
    threshold = fields.Integer(
        string="From how many",
        required=True,
        default=1,
        help="As many in the period, by one user, are an incident.",
    )
    minutes = fields.Integer(
        string="Within minutes", required=True, default=60, help="Length of the period."
    )
    hour_from = fields.Float(string="Work begins", default=7)
    hour_to = fields.Float(string="Work ends", default=21)
    weekdays_only = fields.Boolean(
        string="Monday to Friday", help="Saturdays and Sundays are off hours, too."
    )
    calendar_id = fields.Many2one(
        "resource.calendar",
        string="Working hours",
        help="Instead of the hours above: with its public holidays.",
    )
    tz = fields.Selection(
        "_selection_tz",
        string="Time zone",
        required=True,
        default=lambda self: self.env.company.partner_id.tz or "Asia/Shanghai",
    )
    networks = fields.Text(
        string="Own networks",
        help="One a line, such as 10.0.0.0/8. What comes from elsewhere is foreign.",
    )
    excluded_user_ids = fields.Many2many(
        "res.users",
        "insurance_incident_rule_excluded_rel",
        "rule_id",
        "user_id",
        string="Not for",
        help="Users for whom this is daily work.",
    )
    note = fields.Text(string="Why so", translate=True)
    evaluated_to = fields.Datetime(string="Looked through until", readonly=True)
    trial_on = fields.Datetime(string="Tried out on", readonly=True)
    trial_count = fields.Integer(string="Would have found", readonly=True)
    trial_text = fields.Text(string="Details", readonly=True)
    incident_count = fields.Integer(compute="_compute_incident_count")

    _threshold_positive = models.Constraint(
        "CHECK(threshold > 0)", "An incident begins with one."
    )
    _minutes_possible = models.Constraint(
        "CHECK(minutes BETWEEN 1 AND 43200)",
        "A period is a minute at least, and thirty days at most.",
    )
    _hours_ordered = models.Constraint(
        "CHECK(0 <= hour_from AND hour_from < hour_to AND hour_to <= 24)",
        "Work begins before it ends.",
    )

    @api.model
    def _selection_tz(self):
        return [(name, name) for name in pytz.common_timezones]

    def _compute_incident_count(self):
        counts = dict(
            self.env["insurance.incident"]._read_group(
                [("rule_id", "in", self.ids)], ["rule_id"], ["__count"]
            )
        )
        for rule in self:
            rule.incident_count = counts.get(rule, 0)

    @api.constrains("networks", "kind")
    def _check_networks(self):
        for rule in self:
            if rule.kind == "foreign_network" and rule.active:
                rule._networks()

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._refuse_filled_in(vals)
        # what was before the rule is nothing that it was asked about
        rules = super().create(vals_list)
        rules.sudo().evaluated_to = fields.Datetime.now()  # the server's own note
        rules._check_not_for_oneself({})
        return rules

    def write(self, vals):
        self._refuse_filled_in(vals)
        sleeping = self.filtered(lambda rule: not rule.active)
        if not self.env.su and not DECISIVE.isdisjoint(vals):
            self._watch_before_change()
        before = {rule: rule.excluded_user_ids for rule in self}
        result = super().write(vals)
        self._check_not_for_oneself(before)
        if vals.get("active"):
            # the server's own note: what was while the rule slept it was not asked
            sleeping.sudo().evaluated_to = fields.Datetime.now()
        return result

    @api.model
    def _refuse_filled_in(self, vals):
        if not self.env.su and SERVER & vals.keys():
            raise UserError(self.env._("The server fills this in by itself."))

    def _watch_before_change(self):
        """Look through what has happened by the rule as it was until now."""
        # superuser: as the server does; whoever changes the rule gains nothing by it
        self.filtered("active").with_user(SUPERUSER_ID)._watch_each()

    def _check_not_for_oneself(self, before):
        for rule in self:
            new = rule.excluded_user_ids - before.get(rule, self.env["res.users"])
            if not self.env.su and self.env.user in new:
                raise AccessError(
                    self.env._("Somebody else leaves you out of what is watched.")
                )

    def _networks(self):
        """Return the own networks, or say which of them can't be understood."""
        networks = []
        for line in (self.networks or "").split():
            try:
                networks.append(str(ipaddress.ip_network(line, strict=False)))
            except ValueError:
                raise ValidationError(
                    self.env._(
                        "“%s” is no network. Write them such as 10.0.0.0/8.", line
                    )
                ) from None
        if not networks:
            raise ValidationError(
                self.env._("Name the own networks: without any all are foreign.")
            )
        return networks

    # --- look

    def _cases(self, since, until):
        """Return the cases of the rule in ``(since, until]``."""
        self.ensure_one()
        self.env.flush_all()
        used = self._used(since, until)
        if used is None:
            return []
        return sql.cases(self.env, used, since, until, self.minutes, self.threshold)

    def _used(self, since, until):
        """Return the select of what this rule counts."""
        if self.kind == "foreign_network":
            networks = self._networks()
            excluded = self.excluded_user_ids.ids
            return sql.foreign_sessions(networks, since, until, self.minutes, excluded)
        if self.kind == "log_misfit":
            return sql.misfits(since, until)
        if self.kind == "log_silent":
            roles = self.env["insurance.access.suspension"]._role_ids()
            return sql.silence(since, until, self.minutes, roles)
        condition = self._condition()
        return condition and sql.log_uses(
            condition,
            since,
            until,
            self.minutes,
            self.measure,
            self.excluded_user_ids.ids,
            people=self.kind != "key_error",
        )

    def _condition(self):
        conditions = {
            "mass_reveal": lambda: sql.done("reveal", "copy"),
            "mass_view": lambda: sql.done("view"),
            "mass_export": lambda: sql.done("export", "print", "download"),
            "off_hours": lambda: sql.off_hours(self),
            "honey": sql.honey,
            "denials": sql.denied,
            "misses": lambda: sql.done("search_miss"),
            "key_error": sql.damaged,
        }
        return conditions[self.kind]() if self.kind in conditions else None

    def action_try_out(self):
        """Say how often the rule would have spoken in the last thirty days.

        Nothing is opened. Each case is shown by its day, its user and what was counted,
        in the unit of “What is counted”; the first twenty stay on the rule.

        :raise UserError: rules about the state of the server have no past
        """
        self.ensure_one()
        self.check_access("write")
        until = fields.Datetime.now()
        since = fields.Datetime.subtract(until, days=TRIAL_DAYS)
        # superuser: the log is compliance's to read, and counts alone are shown
        rule = self.sudo()
        if self.kind == "restore":
            raise UserError(
                self.env._("What this rule looks at has no past: it is as it is now.")
            )
        found = rule._cases(since, until)
        names = rule.env["res.users"].browse({case.user_id for case in found} - {None})
        names = {user.id: user.name for user in names.exists()}
        lines = [
            self.env._(
                "%(day)s · %(who)s · %(counted)s",
                day=fields.Date.to_string(case.date_to),
                who=names.get(case.user_id) or self.env._("the server"),
                counted=case.counted,
            )
            for case in found[:20]
        ]
        rule.write(
            {
                "trial_on": until,
                "trial_count": len(found),
                "trial_text": "\n".join(lines),
            }
        )
        message = self.env._(
            "In the last %(days)s days: %(count)s.", days=TRIAL_DAYS, count=len(found)
        )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "warning" if found else "success",
                "title": self.name,
                "message": message,
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def action_open_incidents(self):
        """List the incidents that the rule has opened."""
        self.ensure_one()
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(
                "insurance_compliance.insurance_incident_action"
            ),
            "domain": [("rule_id", "=", self.id)],
            "context": {},
        }

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        if not self.env.su:
            self._watch_before_change()
        # superuser: also incidents that are out of the user's sight
        if any(rule.incident_count for rule in self.sudo()):
            raise UserError(
                self.env._("The rule has found something. Archive it instead.")
            )
