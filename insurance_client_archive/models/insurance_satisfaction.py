from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import UserError, ValidationError

from .insurance_archive_process import SATISFACTION
from .insurance_satisfaction_rule import EVENT_LINKS, EVENTS

MODULE = "insurance_client_archive"
#: what a client's answer fills, and nobody else
ANSWER_FIELDS = frozenset(
    {
        "state",
        "sent_on",
        "expires_on",
        "answered_on",
        "answered_by_id",
        "score",
        "user_input_id",
        "agent_id",
        "user_id",
        "survey_id",
    }
)


class InsuranceSatisfaction(models.Model):
    """A client asked how satisfied they are, and the answer."""

    _name = "insurance.satisfaction"
    _inherit = "insurance.survey.invitation"
    _description = "Satisfaction of a client"
    _order = "sent_on desc, id desc"
    _invitation_template = f"{MODULE}.satisfaction_invitation"

    event = fields.Selection(
        EVENTS, string="About", required=True, default="service", index=True
    )
    interaction_id = fields.Many2one(
        "insurance.interaction",
        index="btree_not_null",
        ondelete="set null",
        domain="[('archive_id', '=', archive_id)]",
    )
    claim_id = fields.Many2one(
        "insurance.claim",
        index="btree_not_null",
        ondelete="set null",
        domain="[('archive_id', '=', archive_id)]",
    )
    policy_id = fields.Many2one(
        "insurance.policy",
        index="btree_not_null",
        ondelete="set null",
        domain="[('archive_id', '=', archive_id)]",
    )
    channel = fields.Selection(
        [
            ("mail", "By e-mail"),
            ("link", "By a link you pass on"),
            ("interview", "In an interview"),
        ],
        string="How",
        required=True,
        default="mail",
        help="A link can be passed on by any messenger, or answered with the client.",
    )
    survey_id = fields.Many2one(
        "survey.survey", readonly=True, ondelete="restrict", index=True
    )
    state = fields.Selection(
        [
            ("sent", "Asked"),
            ("answered", "Answered"),
            ("expired", "Not answered"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        default="sent",
        readonly=True,
        index=True,
        copy=False,
    )
    user_id = fields.Many2one(
        "res.users",
        string="Asked by",
        readonly=True,
        default=lambda self: self.env.user,
    )
    agent_id = fields.Many2one(
        "res.users",
        readonly=True,
        index="btree_not_null",
        help="The client's agent at the time of the question.",
    )
    sent_on = fields.Datetime(
        string="Asked on", readonly=True, copy=False, default=fields.Datetime.now
    )
    expires_on = fields.Date(string="Answer until", readonly=True, copy=False)
    answered_on = fields.Datetime(string="Answered on", readonly=True, copy=False)
    answered_by_id = fields.Many2one(
        "res.users",
        string="Entered by",
        readonly=True,
        copy=False,
        help="The employee in whose session the answers were entered.",
    )
    score = fields.Float(
        readonly=True,
        copy=False,
        aggregator="avg",
        digits=(5, 1),
        help="From 0 to 100: the mean of all scales of the survey.",
    )
    feedback_ids = fields.One2many(
        "insurance.feedback", "satisfaction_id", string="What the client wrote"
    )

    @api.depends("event", "sent_on")
    def _compute_display_name(self):
        result = super()._compute_display_name()
        events = dict(self._fields["event"]._description_selection(self.env))
        visible = self.sudo(False)._filtered_access("read")
        for request in self.browse(visible.ids):
            day = fields.Date.to_string(request.sent_on)
            request.display_name = f"{events[request.event]} {day}"
        return result

    @api.constrains("archive_id", "interaction_id", "claim_id", "policy_id")
    def _check_of_this_client(self):
        for request in self:
            links = (request.interaction_id, request.claim_id, request.policy_id)
            if any(link and link.archive_id != request.archive_id for link in links):
                raise ValidationError(
                    self.env._("Ask about something that concerns this client.")
                )

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_answer_fields(vals)
            vals["survey_id"] = self._survey_of(vals.get("event", "service")).id
        requests = super().create(vals_list)
        requests._check_askable()
        requests._invite()
        return requests

    def write(self, vals):
        self._check_answer_fields(vals)
        return super().write(vals)

    def action_cancel(self):
        """Take the invitation back: its link stops working."""
        for request in self:
            request.archive_id.check_access("write")
            if request.state != "sent":
                raise UserError(self.env._("Only an open question can be cancelled."))
            # superuser: the state of this one invitation, for who may change the client
            invitation = request.sudo()
            invitation.state = "cancelled"
            invitation.user_input_id.unlink()

    @api.model
    def _survey_of(self, event):
        # superuser: agents read no surveys; which one belongs to an event is no secret
        rule = self.env["insurance.satisfaction.rule"].sudo()
        survey = rule.search([("event", "=", event)]).survey_id
        if not survey:
            raise UserError(
                self.env._(
                    "No survey is set up for this. An administrator adds it under "
                    "Feedback ▸ When clients are asked."
                )
            )
        return survey

    def _check_answer_fields(self, vals):
        if not self.env.su and not ANSWER_FIELDS.isdisjoint(vals):
            raise UserError(self.env._("Answers come from the client alone."))

    def _check_askable(self):
        """Leave clients in peace who were asked lately or do not want it."""
        cooling = self.env["insurance.parameter"]._get("satisfaction_cooling_days")
        today = fields.Date.context_today(self)
        willing = self.archive_id._processable(SATISFACTION)
        for request in self:
            archive = request.archive_id
            if archive.survey_opt_out or archive not in willing:
                raise UserError(
                    self.env._("This client does not want to be asked by surveys.")
                )
            asked = archive.satisfaction_asked_on
            if asked and fields.Date.add(asked, days=cooling) > today:
                raise UserError(
                    self.env._(
                        "This client was asked on %(day)s. Ask again after %(days)s "
                        "days at the earliest.",
                        day=fields.Date.to_string(asked),
                        days=cooling,
                    )
                )
            if request.channel == "mail":
                request._check_mail()

    def _invite(self):
        """Prepare the survey of each client, and send the mails."""
        days = self.env["insurance.parameter"]._get("satisfaction_answer_days")
        today = fields.Date.context_today(self)
        for request in self:
            request._make_invitation(days)
            # superuser: when the client was asked last, for who may change the client
            request.sudo().archive_id.satisfaction_asked_on = today
            if request.channel == "mail":
                request._send_mail()

    def _invitation_subject(self):
        return self.env._("How satisfied are you with us?")

    @api.model
    def _expire(self):
        """Close what was not answered in time."""
        late = self.search([("state", "=", "sent"), ("expires_on", "<", "today")])
        late.write({"state": "expired"})

    @api.model
    def _receive(self, answers):
        """Take over what clients have answered."""
        requests = self.search([("user_input_id", "in", answers.ids)])
        user = self.env.user
        for request in requests.filtered(lambda one: one.state != "answered"):
            answer = request.user_input_id
            score = answer._insurance_score()
            values = {
                "state": "answered",
                "answered_on": fields.Datetime.now(),
                "score": score or 0,
            }
            if user._is_internal():
                # said by the client, but entered by one of us: the figures tell it
                values |= {"channel": "interview", "answered_by_id": user.id}
            request.write(values)
            request._record_words(answer, score)
            request.archive_id._update_satisfaction()

    def _record_words(self, answer, score):
        """Let the client's words become feedback; a complaint when it is wanted."""
        self.ensure_one()
        complaint = answer._insurance_wants_answer()
        words = answer._insurance_take_words()
        if not words and not complaint:
            return
        benchmark = self.env["insurance.parameter"]._get("satisfaction_benchmark")
        pleased = score is not None and score >= benchmark
        kind = "complaint" if complaint else "praise" if pleased else "suggestion"
        # as the system: a client who answers without a login has no rights
        self.env["insurance.feedback"].with_user(SUPERUSER_ID).create(
            {
                "archive_id": self.archive_id.id,
                "kind": kind,
                "name": self.env._("Answer to a survey"),
                "description": words,
                "channel": "survey",
                "satisfaction_id": self.id,
                "user_id": self.user_id.id,
                "policy_id": self.policy_id.id,
                "claim_id": self.claim_id.id,
            }
        )

    @api.model
    def _event_of(self, record):
        """Return the default values of a question about this record."""
        for event, (model, link) in EVENT_LINKS.items():
            if record._name == model:
                return {"event": event, link: record.id}
        return {}
