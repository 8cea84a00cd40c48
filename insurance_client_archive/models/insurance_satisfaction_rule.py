from odoo import api, fields, models
from odoo.fields import Domain

from .insurance_archive_process import SATISFACTION
from .survey_survey import CLIENT_SURVEY

EVENTS = [
    ("service", "Service"),
    ("claim", "Claim"),
    ("renewal", "Renewal"),
]
#: where an event is recorded, and by which field of the request it is named
EVENT_LINKS = {
    "service": ("insurance.interaction", "interaction_id"),
    "claim": ("insurance.claim", "claim_id"),
    "renewal": ("insurance.policy", "policy_id"),
}
ASKING_BATCH = 100


class InsuranceSatisfactionRule(models.Model):
    """After which event clients are asked, by which survey."""

    _name = "insurance.satisfaction.rule"
    _description = "When clients are asked for their satisfaction"
    _inherit = "insurance.reminder.mixin"
    _order = "event, id"
    _rec_name = "event"

    event = fields.Selection(EVENTS, string="After", required=True)
    survey_id = fields.Many2one(
        "survey.survey",
        required=True,
        ondelete="restrict",
        domain=[("survey_type", "=", CLIENT_SURVEY)],
    )
    automatic = fields.Boolean(
        help="Clients with an e-mail address are asked by themselves, every day."
    )
    delay_days = fields.Integer(
        string="Days after the event", default=1, help="Before the client is asked."
    )
    active = fields.Boolean(default=True)
    asked_count = fields.Integer(
        string="Asked", compute="_compute_results", compute_sudo=False
    )
    answered_count = fields.Integer(
        string="Answered", compute="_compute_results", compute_sudo=False
    )
    average_score = fields.Float(
        string="Average score",
        compute="_compute_results",
        compute_sudo=False,
        digits=(5, 1),
    )

    _event_unique = models.UniqueIndex(
        "(event) WHERE active IS TRUE", "This event has a survey already."
    )
    _delay_positive = models.Constraint(
        "CHECK(delay_days >= 0)", "The delay can't be negative."
    )

    @api.depends_context("uid")
    def _compute_results(self):
        figures = {}
        Request = self.env["insurance.satisfaction"]
        if Request.has_access("read"):
            for event, asked, answered, score in Request._read_group(
                [], ["event"], ["__count", "answered_on:count", "score:avg"]
            ):
                figures[event] = (asked, answered, score)
        for rule in self:
            asked, answered, score = figures.get(rule.event, (0, 0, 0))
            rule.asked_count, rule.answered_count = asked, answered
            rule.average_score = score or 0

    def action_open_requests(self):
        self.ensure_one()
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(
                "insurance_client_archive.insurance_satisfaction_action"
            ),
            "domain": [("event", "=", self.event)],
            "context": {"show_client_name": True},
        }

    @api.model
    def _cron_ask(self, batch_size=ASKING_BATCH):
        """Ask the clients of fresh events, a committed batch at a time."""
        self.env["insurance.satisfaction"]._expire()
        cron = self.env["ir.cron"]
        rules = self.search([("automatic", "=", True)])
        sources = [
            (rule, self.env[EVENT_LINKS[rule.event][0]], rule._event_domain())
            for rule in rules
        ]
        cron._commit_progress(
            remaining=sum(source.search_count(events) for _, source, events in sources)
        )
        for rule, source, domain in sources:
            last = 0
            while events := source.search(
                domain & Domain("id", ">", last), limit=batch_size, order="id"
            ):
                last = events[-1].id
                # whoever was asked after another event meanwhile is left in peace
                rule._ask(events.filtered_domain(rule._event_domain()))
                if not cron._commit_progress(len(events)):
                    return

    def _ask(self, events):
        self.ensure_one()
        link = EVENT_LINKS[self.event][1]
        first = {}
        for event in events:
            first.setdefault(event.archive_id, event)
        self.env["insurance.satisfaction"].create(
            [
                {
                    "archive_id": archive.id,
                    "event": self.event,
                    link: event.id,
                    "channel": "mail",
                }
                for archive, event in first.items()
            ]
        )

    def _event_domain(self):
        """Return the events that happened long enough ago and not too long ago."""
        self.ensure_one()
        link = EVENT_LINKS[self.event][1]
        asked = self.env["insurance.satisfaction"]._search(
            [(link, "!=", False)], bypass_access=True
        )
        return (
            self._happened_domain()
            & Domain("id", "not in", asked.subselect(link))
            & Domain("archive_id", "any", self._askable_domain())
        )

    def _happened_domain(self):
        window = self.env["insurance.parameter"]._get("satisfaction_window_days")
        until = fields.Datetime.subtract(fields.Datetime.now(), days=self.delay_days)
        since = fields.Datetime.subtract(until, days=window)
        field = "date" if self.event == "service" else "state_date"
        when = Domain(field, ">", since) & Domain(field, "<=", until)
        return (
            when
            & {
                "service": Domain("purpose", "=", "policy_service")
                & Domain("outcome", "!=", "not_reached"),
                "claim": Domain("state", "in", ["paid", "closed", "refused"]),
                "renewal": Domain("previous_policy_id", "!=", False)
                & Domain("state", "in", ["active", "paid_up"]),
            }[self.event]
        )

    @api.model
    def _askable_domain(self):
        """Return the archives of clients who may be asked by mail today."""
        cooling = self.env["insurance.parameter"]._get("satisfaction_cooling_days")
        since = fields.Date.subtract(fields.Date.context_today(self), days=cooling)
        return (
            Domain("state", "in", ["entered", "filed"])
            & Domain("survey_opt_out", "=", False)
            & self.env["insurance.archive"]._may_process_domain(SATISFACTION)
            & Domain("partner_id.email", "!=", False)
            & (
                Domain("satisfaction_asked_on", "=", False)
                | Domain("satisfaction_asked_on", "<=", since)
            )
        )
