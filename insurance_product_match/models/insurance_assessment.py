from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.insurance_client_archive.models.insurance_state_mixin import Transition

from .survey_survey import KINDS

SUPERVISOR = "insurance_client_archive.group_supervisor"
TOLERANCES = [
    ("c1", "C1 – conservative"),
    ("c2", "C2 – cautious"),
    ("c3", "C3 – balanced"),
    ("c4", "C4 – growth"),
    ("c5", "C5 – aggressive"),
]
NEED_LEVELS = [("low", "Low"), ("medium", "Medium"), ("high", "High")]
#: what a client's answers fill, and nobody else
RESULTS = frozenset(
    {
        "survey_id",
        "user_input_id",
        "user_id",
        "agent_id",
        "asked_on",
        "expires_on",
        "done_on",
        "valid_until",
        "answered_by_id",
        "points",
        "most_points",
        "tolerance",
        "tolerance_before",
        "to_confirm",
        "confirmed_on",
        "confirmed_by_id",
        "need_level",
        "budget",
        "dependants",
        "answers",
    }
)


class InsuranceAssessment(models.Model):
    """A questionnaire put to a client, and what came of it.

    What the answers tell of means and health is kept in records of their own
    (``finance_ids``, ``health_ids``): other people may see those.
    """

    _name = "insurance.assessment"
    _inherit = ["insurance.survey.invitation", "insurance.state.mixin"]
    _description = "Assessment of a client"
    _asked_state = "draft"
    _order = "done_on desc, id desc"
    _access_slices = ("basic",)
    _initial_states = ("draft",)
    _transitions = {
        "draft": {
            "done": Transition(check="_check_received"),
            "void": Transition(reason=True),
        },
        "done": {"void": Transition(reason=True, groups=SUPERVISOR)},
    }

    kind = fields.Selection(KINDS, required=True, default="need", index=True)
    channel = fields.Selection(
        [
            ("interview", "Together with the client"),
            ("link", "By a link you pass on"),
            ("mail", "By e-mail"),
        ],
        string="How",
        required=True,
        default="interview",
    )
    survey_id = fields.Many2one(
        "survey.survey",
        string="Questionnaire",
        readonly=True,
        ondelete="restrict",
        index=True,
    )
    state = fields.Selection(
        [("draft", "Asked"), ("done", "Answered"), ("void", "Void")],
        required=True,
        default="draft",
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
    agent_id = fields.Many2one("res.users", readonly=True, index="btree_not_null")
    asked_on = fields.Date(
        string="Asked on",
        readonly=True,
        copy=False,
        default=lambda self: fields.Date.context_today(self),
    )
    expires_on = fields.Date(string="Answer until", readonly=True, copy=False)
    done_on = fields.Date(string="Answered on", readonly=True, copy=False, index=True)
    valid_until = fields.Date(string="Valid until", readonly=True, copy=False)
    is_valid = fields.Boolean(
        string="Valid", compute="_compute_is_valid", search="_search_is_valid"
    )
    answered_by_id = fields.Many2one(
        "res.users",
        string="Entered by",
        readonly=True,
        copy=False,
        help="The employee in whose session the answers were entered.",
    )

    # --- what came of it
    points = fields.Float(readonly=True, copy=False, aggregator="avg", digits=(8, 1))
    most_points = fields.Float(
        string="Most points", readonly=True, copy=False, aggregator=None, digits=(8, 1)
    )
    tolerance = fields.Selection(
        TOLERANCES, string="Risk tolerance", readonly=True, copy=False
    )
    tolerance_before = fields.Selection(
        TOLERANCES, string="Tolerance before", readonly=True, copy=False
    )
    to_confirm = fields.Boolean(
        string="To be confirmed",
        readonly=True,
        copy=False,
        help="The class differs from the one before: the client is asked once more "
        "whether it is right. Until then the lower class counts.",
    )
    confirmed_on = fields.Date(string="Confirmed on", readonly=True, copy=False)
    confirmed_by_id = fields.Many2one(
        "res.users", string="Confirmation taken by", readonly=True, copy=False
    )
    need_level = fields.Selection(
        NEED_LEVELS, string="Need of protection", readonly=True, copy=False
    )
    budget = fields.Monetary(
        string="Budget a year", readonly=True, copy=False, aggregator=None
    )
    dependants = fields.Integer(readonly=True, copy=False, aggregator=None)
    answers = fields.Text(readonly=True, copy=False)
    finance_ids = fields.One2many(
        "insurance.assessment.finance", "assessment_id", string="Means"
    )
    health_ids = fields.One2many(
        "insurance.assessment.health", "assessment_id", string="State of health"
    )

    _one_open = models.UniqueIndex(
        "(archive_id, kind) WHERE state = 'draft'",
        "This client has an open questionnaire of the kind. Answer or void it first.",
    )
    _latest = models.Index("(archive_id, kind, done_on DESC) WHERE state = 'done'")

    @api.depends("kind", "done_on", "asked_on")
    def _compute_display_name(self):
        result = super()._compute_display_name()
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        visible = self.sudo(False)._filtered_access("read")
        for assessment in self.browse(visible.ids):
            day = fields.Date.to_string(assessment.done_on or assessment.asked_on)
            assessment.display_name = f"{kinds[assessment.kind]} {day}"
        return result

    @api.depends("state", "valid_until")
    def _compute_is_valid(self):
        today = fields.Date.context_today(self)
        for assessment in self:
            assessment.is_valid = assessment.state == "done" and (
                bool(assessment.valid_until) and assessment.valid_until >= today
            )

    def _search_is_valid(self, operator, value):
        if operator != "in":
            return NotImplemented
        return [("state", "=", "done"), ("valid_until", ">=", "today")]

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_result_fields(vals)
            vals["survey_id"] = self._survey_of(vals.get("kind") or self._kind()).id
        self._close_late([vals.get("archive_id") for vals in vals_list])
        assessments = super().create(vals_list)
        assessments._check_askable()
        assessments._invite()
        return assessments

    def write(self, vals):
        self._check_result_fields(vals)
        if not self.env.su and {"kind", "archive_id"} & vals.keys():
            raise UserError(
                self.env._("Client and kind stay. Void it and ask once more instead.")
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_answered(self):
        if any(assessment.done_on for assessment in self):
            raise UserError(
                self.env._(
                    "What a client has answered is kept. A supervisor can void it."
                )
            )

    @api.model
    def _close_late(self, archive_ids):
        """Make what was not answered in time void, so that one may ask again."""
        late = self.search(
            [
                ("archive_id", "in", archive_ids),
                ("state", "=", "draft"),
                ("expires_on", "<", "today"),
            ]
        )
        if late:
            reason = self.env._("Not answered in time.")
            late.write({"state": "void", "state_reason": reason})

    def _kind(self):
        return self.default_get(["kind"]).get("kind")

    def _check_result_fields(self, vals):
        if not self.env.su and not RESULTS.isdisjoint(vals):
            raise UserError(self.env._("Answers come from the client alone."))

    def _check_received(self):
        # superuser: only `_receive` comes here with the answers
        if not self.env.su:
            raise UserError(self.env._("Answers come from the client alone."))

    def _on_state(self, before):
        result = super()._on_state(before)
        voided = self.filtered(lambda assessment: assessment.state == "void")
        # superuser: the invitation of these very records, which the caller could change
        voided.sudo().user_input_id.unlink()
        voided.archive_id._update_tolerance()
        return result
