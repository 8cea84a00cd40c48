import re

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL

from .insurance_access_suspension import COMPLIANCE
from .insurance_incident_rule import SEVERITIES

KINDS = [
    ("leak", "Leak or theft"),
    ("tampering", "Tampering"),
    ("loss", "Loss or damage"),
    ("abuse", "Abuse of rights"),
    ("illegal", "Unlawful access from outside"),
    ("system", "Fault of the system"),
    ("other", "Something else"),
]
STATES = [
    ("new", "New"),
    ("assessing", "Being assessed"),
    ("contained", "Contained"),
    ("notified", "Notified"),
    ("reviewed", "Reviewed"),
    ("closed", "Closed"),
    ("false_alarm", "False alarm"),
]
#: states in which further detections belong to the same incident
GROWING = ("new", "assessing", "contained", "notified")
#: what letters say, in the words of PIPL 57
LETTER_TEXTS = ("what_text", "cause_text", "harm_text", "remedy_text", "advice_text")
#: no letter or report holds such a number: identity documents, accounts, telephones
LONG_NUMBER = re.compile(r"\d[\d\s-]{9,}\d")


class InsuranceIncident(models.Model):
    """Something that has happened, or may have, to the clients' data."""

    _name = "insurance.incident"
    _inherit = ["insurance.state.mixin", "insurance.rectification.source"]
    _description = "Incident"
    _order = "is_open desc, severity_rank desc, id desc"

    name = fields.Char(string="Number", readonly=True, copy=False, default="/")
    title = fields.Char(
        string="In brief", help="What it is about, without names of clients."
    )
    subject = fields.Char(compute="_compute_subject")
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    kind = fields.Selection(KINDS, required=True, default="leak")
    severity = fields.Selection(SEVERITIES, required=True, default="medium", index=True)
    severity_rank = fields.Integer(compute="_compute_severity_rank", store=True)
    state = fields.Selection(
        STATES, required=True, readonly=True, default="new", index=True, copy=False
    )
    is_open = fields.Boolean(compute="_compute_is_open", store=True)
    is_drill = fields.Boolean(string="Drill", readonly=True, copy=False)
    drill_id = fields.Many2one(
        "insurance.incident.drill",
        string="Of the drill",
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    origin = fields.Selection(
        [("detected", "Detected"), ("reported", "Reported"), ("drill", "Drill")],
        required=True,
        readonly=True,
        default="reported",
    )
    rule_id = fields.Many2one(
        "insurance.incident.rule", readonly=True, index=True, ondelete="restrict"
    )
    report_id = fields.Many2one(
        "insurance.incident.report", readonly=True, ondelete="restrict"
    )
    reporter_id = fields.Many2one("res.users", string="Reported by", readonly=True)
    suspect_id = fields.Many2one(
        "res.users",
        string="Person concerned",
        help="Whose uses they are. Does not see the incident.",
    )
    named_by_id = fields.Many2one(
        "res.users", string="Person named by", readonly=True, copy=False
    )
    responsible_id = fields.Many2one(
        "res.users",
        domain=lambda self: [("all_group_ids", "in", self.env.ref(COMPLIANCE).id)],
    )
    discovered_on = fields.Datetime(
        required=True,
        readonly=True,
        default=fields.Datetime.now,
        help="When the time for reports began to run.",
    )
    occurred_from = fields.Datetime(string="Happened from")
    occurred_to = fields.Datetime(string="Happened until")
    description = fields.Text(
        string="What has happened", help="Without names and numbers of clients."
    )
    detection_ids = fields.One2many("insurance.incident.detection", "incident_id")
    event_ids = fields.One2many("insurance.incident.event", "incident_id")
    # --- what letters and reports say
    what_text = fields.Text(
        string="What has happened, for letters",
        translate=True,
        help="For those concerned, and for authorities.",
    )
    cause_text = fields.Text(string="Causes", translate=True)
    harm_text = fields.Text(string="Possible harm", translate=True)
    remedy_text = fields.Text(string="What we have done", translate=True)
    advice_text = fields.Text(string="What you can do yourself", translate=True)
    contact_text = fields.Char(
        string="Contact for questions",
        default=lambda self: self._default_contact_text(),
        help="Person, telephone and mail of those who answer.",
    )
    # --- post-mortem
    root_cause = fields.Text()
    lessons = fields.Text(string="Lessons learned")
    measure_ids = fields.One2many("insurance.incident.measure", "incident_id")
    reviewed_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    closed_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    closed_on = fields.Datetime(readonly=True, copy=False)
    next_step = fields.Char(compute="_compute_next_step")
    is_lead = fields.Boolean(compute="_compute_is_lead")

    _name_unique = models.UniqueIndex("(name) WHERE name <> '/'")
    _one_open_a_rule = models.UniqueIndex(
        "(rule_id, coalesce(suspect_id, 0)) WHERE rule_id IS NOT NULL"
        " AND state IN ('new', 'assessing', 'contained', 'notified')",
        "This rule has an open incident about this person.",
    )
    _time_ordered = models.Constraint(
        "CHECK(occurred_from <= occurred_to)", "It ends before it begins."
    )

    @api.model
    def _default_contact_text(self):
        company = self.env.company
        return " · ".join(filter(None, [company.name, company.phone, company.email]))

    @api.depends("title", "rule_id")
    @api.depends_context("lang")
    def _compute_subject(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for incident in self:
            # superuser: how the rule is called
            rule = incident.sudo().rule_id.name
            incident.subject = incident.title or rule or kinds.get(incident.kind)

    @api.depends("severity")
    def _compute_severity_rank(self):
        ranks = {code: rank for rank, (code, _label) in enumerate(SEVERITIES)}
        for incident in self:
            incident.severity_rank = ranks.get(incident.severity, 0)

    @api.depends("state", "drill_id.state")
    def _compute_is_open(self):
        for incident in self:
            over = incident.state in ("closed", "false_alarm")
            # a rehearsed incident ends with its drill
            rehearsed = incident.drill_id and incident.drill_id.state != "running"
            incident.is_open = not over and not rehearsed

    @api.depends_context("uid")
    def _compute_is_lead(self):
        lead = self.env.user.has_group(COMPLIANCE)
        for incident in self:
            incident.is_lead = lead

    @api.depends("state", "decision", "responsible_id")
    @api.depends_context("lang")
    def _compute_next_step(self):
        for incident in self:
            incident.next_step = incident._next_step()

    def _next_step(self):
        texts = {
            "new": self.env._("Look at it, and take it on or call it a false alarm."),
            "assessing": self.env._(
                "Stop what still goes on. Work out which archives are affected."
            ),
            "contained": self.env._(
                "Tell the authorities in time. Decide whether the persons are told."
            )
            if self.decision == "open"
            else self.env._("Tell those who have to be told, and note when."),
            "notified": self.env._(
                "Find the cause, and what is to change, with a deadline for each."
            ),
            "reviewed": self.env._("Another officer looks at it and closes it."),
        }
        return texts.get(self.state, "")

    @api.constrains(*LETTER_TEXTS, "contact_text", "title", "description", "lessons")
    def _check_no_numbers(self):
        """Refuse what looks like an identity number or an account: it would leave."""
        for incident in self.with_context(prefetch_langs=True):
            for name in (*LETTER_TEXTS, "title", "description", "lessons"):
                if LONG_NUMBER.search(incident[name] or ""):
                    raise ValidationError(
                        self.env._(
                            "“%s” holds a long number. Letters and incidents name no "
                            "numbers of identity documents or accounts.",
                            self._fields[name]._description_string(self.env),
                        )
                    )

    @api.constrains("occurred_from", "occurred_to")
    def _check_past(self):
        now = fields.Datetime.now()
        for incident in self:
            if max(incident.occurred_from or now, incident.occurred_to or now) > now:
                raise ValidationError(self.env._("It has not happened yet."))

    def _note(self, kind, detail=""):
        """Append to what happened; author and time are the server's to say."""
        self.env["insurance.incident.event"]._append(self, kind, detail)

    def _lock_row(self):
        """Let two who take the same step at the same time do it one after the other."""
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                "SELECT FROM insurance_incident WHERE id = ANY(%s) FOR UPDATE",
                list(self.ids),
            )
        )
