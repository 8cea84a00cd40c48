from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.insurance_client_archive.models.insurance_state_mixin import Transition

from .insurance_compared_rate_mixin import COMPARED

SUPERVISOR = "insurance_client_archive.group_supervisor"
ADMIN = "insurance_client_archive.group_admin"
LEADERS = f"{SUPERVISOR},{ADMIN}"
CAUSES = [
    ("complaints", "Complaints about what was advised"),
    ("against", "Recommended against the findings"),
    ("recordings", "Recordings with faults"),
    ("unfinished", "Advice left unfinished"),
]
#: what is taught against it
TOPICS = {
    "complaints": "product",
    "against": "law",
    "recordings": "law",
    "unfinished": "product",
}


class InsuranceTrainingNeed(models.Model):
    """An agent whose results differ from those of the others, and what is taught.

    A leader plans a training or says why none is needed; nobody decides about
    oneself. The training that was passed closes the need.
    """

    _name = "insurance.training.need"
    _inherit = "insurance.compared.rate.mixin"
    _description = "Training need of an agent"

    _initial_states = ("open",)
    _transitions = {
        "open": {
            "planned": Transition(groups=LEADERS, check="_check_planned"),
            "dismissed": Transition(reason=True, groups=LEADERS),
        },
        "planned": {
            "open": Transition(reason=True, groups=LEADERS),
            "dismissed": Transition(reason=True, groups=LEADERS),
        },
    }
    _server_values = COMPARED | frozenset(
        {
            "user_id",
            "cause",
            "hits",
            "other_hits",
            "training_id",
            "planned_by_id",
        }
    )

    user_id = fields.Many2one(
        "res.users", string="Agent", required=True, readonly=True, index=True
    )
    cause = fields.Selection(CAUSES, required=True, readonly=True)
    hits = fields.Integer(string="Counted", readonly=True, aggregator=None)
    cases = fields.Integer(string="Among")
    other_hits = fields.Integer(
        string="Colleagues: counted", readonly=True, aggregator=None
    )
    other_cases = fields.Integer(string="Colleagues: among")
    other_rate = fields.Float(string="Colleagues (%)")
    finding = fields.Text(string="What the results say", compute="_compute_finding")
    topic = fields.Selection(
        lambda self: (
            self.env["insurance.agent.training"]
            ._fields["topic"]
            ._description_selection(self.env)
        ),
        string="Training on",
        compute="_compute_topic",
        store=True,
        readonly=False,
    )
    planned_on = fields.Date(string="Training planned on")
    planned_by_id = fields.Many2one("res.users", string="Planned by", readonly=True)
    training_id = fields.Many2one(
        "insurance.agent.training",
        string="Training passed",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    state = fields.Selection(
        [
            ("open", "To be decided"),
            ("planned", "Planned"),
            ("done", "Trained"),
            ("dismissed", "None needed"),
            ("outdated", "No longer seen"),
        ],
        required=True,
        default="open",
        readonly=True,
        index=True,
        group_expand=True,
    )
    is_late = fields.Boolean(compute="_compute_is_late", search="_search_is_late")

    _open_once = models.UniqueIndex(
        "(user_id, cause, company_id) WHERE state IN ('open', 'planned')",
        "This need is known already.",
    )

    @api.depends("user_id", "cause")
    @api.depends_context("lang")
    def _compute_display_name(self):
        causes = dict(self._fields["cause"]._description_selection(self.env))
        for need in self:
            need.display_name = f"{need.user_id.name}: {causes.get(need.cause, '')}"

    @api.depends("cause")
    def _compute_topic(self):
        for need in self:
            need.topic = TOPICS.get(need.cause)

    @api.depends("hits", "cases", "other_rate")
    @api.depends_context("lang")
    def _compute_finding(self):
        for need in self:
            need.finding = self.env._(
                "%(hits)s of %(cases)s: %(rate).1f %% (%(low).1f to %(high).1f); "
                "colleagues %(other).1f %% of %(others)s. The difference is at least "
                "%(gap).1f points.",
                hits=need.hits,
                cases=need.cases,
                rate=need.rate,
                low=need.rate_low,
                high=need.rate_high,
                other=need.other_rate,
                others=need.other_cases,
                gap=need.gap_low,
            )

    @api.depends("state", "planned_on")
    def _compute_is_late(self):
        today = fields.Date.context_today(self)
        for need in self:
            late = need.planned_on and need.planned_on < today
            need.is_late = need.state == "planned" and bool(late)

    def _search_is_late(self, operator, value):
        if operator != "in" or set(value) != {True}:
            return NotImplemented
        return [("state", "=", "planned"), ("planned_on", "<", "today")]

    def write(self, vals):
        if not self.env.su and self.env.user in self.user_id:
            raise AccessError(
                self.env._("Nobody decides about the own training. Ask who leads you.")
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_never(self):
        raise UserError(self.env._("Needs are kept, with what was decided."))

    def action_open_advice(self):
        """Show the advice that was counted, as far as the user may see it."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "insurance_product_match.insurance_recommendation_effect_action"
        )
        action["domain"] = [
            ("agent_id", "=", self.user_id.id),
            ("date", ">=", self.date_from),
            ("date", "<=", self.date_to),
        ]
        action["views"] = [[False, "list"], [False, "pivot"], [False, "graph"]]
        return action

    def _check_planned(self):
        self.ensure_one()
        if not self.planned_on or not self.topic:
            raise UserError(self.env._("Enter what is taught, and on which day."))

    def _on_state(self, before):
        result = super()._on_state(before)
        planned = self.filtered(lambda need: need.state == "planned")
        # superuser: who has planned it is no entry
        planned.sudo().planned_by_id = self.env.user
        return result


class InsuranceAgentTraining(models.Model):
    _inherit = "insurance.agent.training"

    @api.model_create_multi
    def create(self, vals_list):
        trainings = super().create(vals_list)
        trainings._close_needs()
        return trainings

    def _close_needs(self):
        """Close what was planned on the topic, with the training that was passed."""
        # superuser: the step follows from the training, whoever enters it
        needs = self.env["insurance.training.need"].sudo()
        for training in self:
            waiting = needs.search(
                [
                    ("user_id", "=", training.user_id.id),
                    ("topic", "=", training.topic),
                    ("state", "=", "planned"),
                    ("date_to", "<=", training.done_on),
                ]
            )
            waiting._finish(training)
