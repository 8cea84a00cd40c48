from odoo import api, fields, models
from odoo.exceptions import UserError

from ..tools import learned_training
from .insurance_client_segment import DIMENSIONS
from .insurance_state_mixin import Transition

ANALYST = "insurance_client_archive.group_segment_analyst"
#: written by the learning alone, whoever tries
KEPT_FIELDS = frozenset(
    {
        "parameters",
        "card",
        "metrics",
        "back_test",
        "accuracy",
        "baseline",
        "fidelity",
        "client_count",
        "learned_on",
        "message",
        "scorecard_id",
        "decided_by_id",
        "user_id",
        "association_ids",
    }
)
#: what is learned, and from what: fixed once it was learned
ASKED_FIELDS = frozenset({"method", "dimension"})


class InsuranceLearnedProposal(models.Model):
    """What a method of learning has found, put before a person.

    It decides nothing: an editor adopts it as the draft of a scorecard, which somebody
    else approves, or drops it and says why. What is kept is plain JSON about figures
    and classes; no client can be found in it.
    """

    _name = "insurance.learned.proposal"
    _inherit = ["insurance.state.mixin", "insurance.live.mixin"]
    _description = "Learned proposal"
    _order = "id desc"

    _initial_states = ("draft",)
    _transitions = {
        "draft": {"waiting": Transition(groups=ANALYST)},
        "waiting": {"proposed": Transition(), "failed": Transition()},
        "failed": {"waiting": Transition(groups=ANALYST)},
        "proposed": {
            "adopted": Transition(groups=ANALYST, check="_check_adopt"),
            "dropped": Transition(reason=True, groups=ANALYST),
        },
    }

    method = fields.Selection(
        [
            ("tree", "Decision tree"),
            ("forest", "Random forest"),
            ("svm", "Linear SVM"),
            ("kmeans", "New groups (k-means)"),
            ("association", "Products bought together"),
        ],
        required=True,
        default="tree",
        help="Trees give rules, the linear SVM gives points, k-means looks for groups "
        "that nobody has named yet.",
    )
    dimension = fields.Selection(
        DIMENSIONS,
        required=True,
        default="value_tier",
        help="The classes to be learned; for new groups, those they are put into.",
    )
    state = fields.Selection(
        [
            ("draft", "To be learned"),
            ("waiting", "Is being learned"),
            ("failed", "Nothing learned"),
            ("proposed", "Proposed"),
            ("adopted", "Adopted"),
            ("dropped", "Dropped"),
        ],
        required=True,
        default="draft",
        readonly=True,
        copy=False,
        index=True,
    )
    user_id = fields.Many2one(
        "res.users",
        string="Asked by",
        readonly=True,
        copy=False,
        default=lambda self: self.env.user,
    )
    learned_on = fields.Datetime(string="Learned on", readonly=True, copy=False)
    client_count = fields.Integer(
        string="Clients learned from", readonly=True, copy=False, aggregator=None
    )
    accuracy = fields.Float(
        string="Right on held-out clients (%)",
        digits=(5, 1),
        readonly=True,
        copy=False,
        aggregator="avg",
        help="Share of the clients kept apart that are put into the class a person "
        "has given them. The model has not seen them.",
    )
    baseline = fields.Float(
        string="Always the commonest class (%)",
        digits=(5, 1),
        readonly=True,
        copy=False,
        aggregator="avg",
        help="What somebody reaches who always names the commonest class: less is "
        "worth nothing.",
    )
    fidelity = fields.Float(
        string="Scorecard says the same (%)",
        digits=(5, 1),
        readonly=True,
        copy=False,
        aggregator="avg",
        help="How often the scorecard made of the model agrees with the model itself.",
    )
    parameters = fields.Json(readonly=True, copy=False)
    card = fields.Json(readonly=True, copy=False)
    metrics = fields.Json(readonly=True, copy=False)
    back_test = fields.Json(string="Back test", readonly=True, copy=False)
    message = fields.Char(string="Why not", readonly=True, copy=False)
    scorecard_id = fields.Many2one(
        "insurance.scorecard",
        string="Draft",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
    )
    decided_by_id = fields.Many2one(
        "res.users", string="Decided by", readonly=True, copy=False
    )
    library_missing = fields.Boolean(
        string="Library missing", compute="_compute_library_missing"
    )

    @api.depends("method")
    def _compute_library_missing(self):
        missing = not learned_training.available()
        for proposal in self:
            proposal.library_missing = missing and proposal.method != "association"

    @api.depends("method", "dimension", "learned_on")
    @api.depends_context("lang")
    def _compute_display_name(self):
        methods = dict(self._fields["method"]._description_selection(self.env))
        dimensions = dict(self._fields["dimension"]._description_selection(self.env))
        for proposal in self:
            parts = [methods.get(proposal.method)]
            if proposal.method != "association":
                parts.append(dimensions.get(proposal.dimension))
            if proposal.learned_on:
                day = fields.Datetime.context_timestamp(self, proposal.learned_on)
                parts.append(fields.Date.to_string(day))
            proposal.display_name = " · ".join(filter(None, parts))

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            for vals in vals_list:
                # not left out: a default of the caller would take the place
                vals.update(dict.fromkeys(KEPT_FIELDS, False), user_id=self.env.uid)
        return super().create(vals_list)

    def write(self, vals):
        if not self.env.su and not KEPT_FIELDS.isdisjoint(vals):
            raise UserError(self.env._("What was learned is not entered by hand."))
        if not ASKED_FIELDS.isdisjoint(vals) and any(
            proposal.state not in ("draft", "failed") for proposal in self
        ):
            raise UserError(
                self.env._("What was learned is kept. Make a new proposal instead.")
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_learned(self):
        if any(proposal.state not in ("draft", "failed") for proposal in self):
            raise UserError(
                self.env._("Drop the proposal instead: what was learned is kept.")
            )
