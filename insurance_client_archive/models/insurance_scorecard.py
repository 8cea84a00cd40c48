from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import ormcache

from ..tools import score_compiler, score_types
from ..tools.score_types import ScoreError
from .insurance_archive import CLIENT_KINDS
from .insurance_client_segment import DIMENSIONS
from .insurance_state_mixin import Transition

EDITOR = "insurance_client_archive.group_segment_editor"
STATES = [
    ("draft", "Draft"),
    ("approved", "Approved"),
    ("active", "Active"),
    ("retired", "Retired"),
]
#: versions that the product brings, of some dimensions more than one
SHIPPED_VERSIONS = (1, 2)
#: kept by the system, whoever tries
KEPT_FIELDS = frozenset(
    {"approved_by_id", "approved_on", "activated_on", "author_ids", "version"}
)
#: what may change after the approval: where the version stands, and what people note
FREE_FIELDS = KEPT_FIELDS | {"state", "state_reason", "state_date", "note"}


class InsuranceScorecard(models.Model):
    """How clients are put into the classes of one dimension: one version of it.

    A version is entered as a draft, approved by somebody who did not write it, and
    then put into force. What was approved is not changed any more.
    """

    _name = "insurance.scorecard"
    _inherit = ["insurance.state.mixin"]
    _description = "Scorecard"
    _order = "dimension, version desc"

    _initial_states = ("draft",)
    _transitions = {
        "draft": {
            "approved": Transition(groups=EDITOR, check="_check_approve"),
            "retired": Transition(reason=True, groups=EDITOR),
        },
        "approved": {
            "draft": Transition(reason=True, groups=EDITOR),
            "active": Transition(groups=EDITOR, check="_check_activate"),
            "retired": Transition(reason=True, groups=EDITOR),
        },
        "active": {"retired": Transition(reason=True, groups=EDITOR)},
    }

    name = fields.Char(required=True, translate=True)
    dimension = fields.Selection(DIMENSIONS, required=True, default="value_tier")
    version = fields.Integer(
        required=True, default=0, readonly=True, copy=False, aggregator=None
    )
    state = fields.Selection(
        STATES,
        required=True,
        default="draft",
        readonly=True,
        copy=False,
        index=True,
        group_expand=True,
    )
    valid_from = fields.Date(
        string="Valid from",
        required=True,
        default=fields.Date.context_today,
        copy=False,
        help="The approved version takes over on this day.",
    )
    source = fields.Char(
        translate=True, help="Where the points come from: handbook, study, decision."
    )
    note = fields.Text(translate=True)
    rule_ids = fields.One2many(
        "insurance.scorecard.rule", "scorecard_id", string="Rules", copy=True
    )
    factor_ids = fields.One2many(
        "insurance.scorecard.factor", "scorecard_id", string="Factors", copy=True
    )
    level_ids = fields.One2many(
        "insurance.scorecard.level", "scorecard_id", string="Levels", copy=True
    )
    author_ids = fields.Many2many(
        "res.users",
        "insurance_scorecard_author_rel",
        string="Written by",
        readonly=True,
        copy=False,
        help="They can't approve what they wrote.",
    )
    approved_by_id = fields.Many2one(
        "res.users", string="Approved by", readonly=True, copy=False
    )
    approved_on = fields.Datetime(string="Approved on", readonly=True, copy=False)
    activated_on = fields.Datetime(string="In force since", readonly=True, copy=False)
    lowest_points = fields.Integer(string="Lowest points", compute="_compute_range")
    highest_points = fields.Integer(string="Highest points", compute="_compute_range")

    _version_unique = models.UniqueIndex(
        "(dimension, version)", "This version exists already."
    )
    _active_unique = models.UniqueIndex(
        "(dimension) WHERE state = 'active'",
        "Another version of this dimension is in force.",
    )

    @api.depends("factor_ids.band_ids.points", "factor_ids.applies_to")
    def _compute_range(self):
        for scorecard in self:
            ranges = [scorecard._points_range(kind) for kind, _label in CLIENT_KINDS]
            scorecard.lowest_points = min(low for low, _high in ranges)
            scorecard.highest_points = max(high for _low, high in ranges)

    def _points_range(self, client_kind):
        """Return the least and the most points that a client of a kind can get."""
        self.ensure_one()
        lowest = highest = 0
        for factor in self.factor_ids._concerning(client_kind):
            points = [0, *factor.band_ids.mapped("points")]
            lowest += min(points)
            highest += max(points)
        return lowest, highest

    @api.depends("name", "version")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for scorecard in self:
            scorecard.display_name = self.env._(
                "%(name)s, version %(version)s",
                name=scorecard.name or "",
                version=scorecard.version,
            )

    @api.model_create_multi
    def create(self, vals_list):
        default = self.default_get(["dimension"])["dimension"]
        latest = {}
        for vals in vals_list:
            # not left out: a default of the caller would take the place
            vals.update(dict.fromkeys(KEPT_FIELDS, False), author_ids=[])
            vals["state"] = vals.get("state") or "draft"
            dimension = vals.get("dimension") or default
            latest.setdefault(dimension, self._latest_version(dimension))
            latest[dimension] += 1
            vals["version"] = latest[dimension]
        scorecards = super().create(vals_list)
        scorecards._add_author()
        return scorecards

    def write(self, vals):
        if not FREE_FIELDS.issuperset(vals):
            self._check_editable()
        if not self.env.su and not KEPT_FIELDS.isdisjoint(vals):
            raise UserError(
                self.env._("Who wrote and approved a version is kept by the system.")
            )
        if vals.get("state") == "active":
            self.filtered(lambda card: card.state == "approved")._retire_predecessors()
        result = super().write(vals)
        if not FREE_FIELDS.issuperset(vals):
            self._add_author()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_approved(self):
        self._check_editable()

    def copy_data(self, default=None):
        return [
            {**vals, "state": "draft"} for vals in super().copy_data(default=default)
        ]

    def _on_state(self, before):
        result = super()._on_state(before)
        # should this be rolled back, nobody keeps what was read meanwhile
        self.env.registry.clear_cache()
        now = fields.Datetime.now()
        # as superuser: who approved, and when, is not entered by hand
        cards = self.sudo()
        for state, values in {
            "approved": {"approved_by_id": self.env.uid, "approved_on": now},
            "active": {"activated_on": now},
            "draft": {"approved_by_id": False, "approved_on": False},
        }.items():
            cards.filtered(lambda card, state=state: card.state == state).write(values)
        activated = self.filtered(lambda card: card.state == "active")
        if activated:
            activated._on_activated()
        return result

    def action_new_version(self):
        """Open a draft that begins as a copy of this version."""
        self.ensure_one()
        draft = self.copy()
        return draft._form_action()

    def action_open_members(self):
        """Show the clients whose class comes from this version."""
        self.ensure_one()
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(
                "insurance_client_archive.insurance_client_class_action"
            ),
            "domain": [(f"{self.dimension}_card_id", "=", self.id)],
            "context": {},
        }

    def _on_activated(self):
        """Override to act when versions take over; all clients are classified anew."""

    def _form_action(self):
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
        }

    @api.model
    def _latest_version(self, dimension):
        # as superuser: numbers run on over versions that the user may not see
        cards = self.sudo().search(
            [("dimension", "=", dimension)], order="version desc", limit=1
        )
        return cards.version

    def _add_author(self):
        # as superuser: the list of authors is not entered by hand
        for scorecard in self.sudo():
            if self.env.user not in scorecard.author_ids:
                scorecard.author_ids = [fields.Command.link(self.env.uid)]

    def _check_editable(self):
        if any(scorecard.state != "draft" for scorecard in self):
            raise UserError(
                self.env._(
                    "What was approved is not changed. Make a new version of the "
                    "scorecard."
                )
            )

    def _check_approve(self):
        self.ensure_one()
        self._compiled()
        if self.env.user in self.author_ids and not self.env.su:
            raise UserError(
                self.env._(
                    "You have written this version yourself. Ask a colleague to "
                    "approve it."
                )
            )

    def _check_activate(self):
        self.ensure_one()
        if self.valid_from > fields.Date.context_today(self):
            raise UserError(
                self.env._(
                    "This version applies from %s on. It takes over by itself on that "
                    "day.",
                    self.valid_from,
                )
            )
        self._compiled()

    def _retire_predecessors(self):
        old = self.search(
            [("dimension", "in", self.mapped("dimension")), ("state", "=", "active")]
        )
        if old:
            old.write(
                {
                    "state": "retired",
                    "state_reason": self.env._("A newer version has taken over."),
                }
            )
            # the index that allows one active version must see it first
            old.flush_recordset(["state"])

    @api.model
    def _cron_take_over(self):
        """Put approved versions into force on their day."""
        due = self.search(
            [("state", "=", "approved"), ("valid_from", "<=", fields.Date.today())],
            order="valid_from, version",
        )
        for scorecard in due:
            scorecard.write({"state": "active"})

    @api.model
    def _put_shipped_into_force(self):
        """Put the versions that the product brings into force, where there are none.

        A house that has a version in force gets newer ones as drafts, to be looked at,
        previewed and approved.
        """
        active = self._active()
        for dimension, _label in DIMENSIONS:
            if dimension in active:
                continue
            for number in SHIPPED_VERSIONS:
                shipped = self.env.ref(
                    f"insurance_client_archive.scorecard_{dimension}_{number}", False
                )
                if shipped and shipped.state == "draft":
                    shipped.write({"state": "approved"})
                    shipped.write({"state": "active"})

    @api.model
    def _active(self):
        """Return {dimension: the version in force}."""
        # as superuser: everybody's clients are classified by the same scorecards
        cards = self.sudo().search([("state", "=", "active")])
        return {card.dimension: card for card in cards}

    # --- for the compiler

    def _structure(self):
        """Return the scorecard as plain values, of which the compiler makes SQL."""
        self.ensure_one()
        # what was in force once is never changed again: each chunk of a sweep asks
        settled = self.state in ("active", "retired")
        return self._settled_structure() if settled else self._read_structure()

    @ormcache("self.id")
    def _settled_structure(self):
        return self._read_structure()

    def _read_structure(self):
        return score_types.Scorecard(
            rules=tuple(
                score_types.Rule(
                    rule.id,
                    tuple(test._test() for test in rule.condition_ids),
                    rule.segment_id.code,
                )
                for rule in self.rule_ids.sorted(lambda rule: (rule.sequence, rule.id))
            ),
            factors=tuple(
                score_types.Factor(
                    factor.id,
                    factor.feature_id.code,
                    tuple(
                        score_types.Band(band._test(), band.points)
                        for band in factor.band_ids.sorted(
                            lambda band: (band.sequence, band.id)
                        )
                    ),
                    factor.applies_to,
                )
                for factor in self.factor_ids.sorted(
                    lambda factor: (factor.sequence, factor.id)
                )
            ),
            levels=tuple(
                score_types.Level(level.threshold, level.segment_id.code)
                for level in self.level_ids.sorted("threshold")
            ),
        )

    def _compiled(self, alias="feature"):
        """Return the scorecard as SQL over a row of features."""
        self.ensure_one()
        # as superuser: the whitelist and the classes are no secret
        kinds = self.env["insurance.client.feature"].sudo()._feature_kinds()
        codes = self.env["insurance.client.segment"].sudo()._codes(self.dimension)
        try:
            return score_compiler.compile_scorecard(
                self._structure(), kinds, codes, alias
            )
        except ScoreError as error:
            raise ValidationError(self._problem(error)) from error

    @api.model
    def _problem(self, error, feature=None):
        """Return what is wrong with a scorecard, in the user's language."""
        named = feature.display_name if feature else error.detail
        texts = {
            "number": self.env._(
                "“%s” is no number. Enter figures, for example 18 or 2500.50.",
                error.detail,
            ),
            "feature": self.env._("There is no figure “%s”.", error.detail),
            "range": self.env._(
                "“%s” is a number: enter from where on it counts, or below what, or "
                "both.",
                named,
            ),
            "range_empty": self.env._(
                "“%s”: no number lies between the two limits. “From” must be smaller "
                "than “Below”.",
                named,
            ),
            "values": self.env._("“%s”: choose at least one of its values.", named),
            "missing_alone": self.env._(
                "“%s”: “unknown” stands alone. Enter limits or values in a line of "
                "their own.",
                named,
            ),
            "class": self.env._("Choose classes of this dimension only."),
            "applies": self.env._("Choose to which clients the factor applies."),
            "no_level": self.env._(
                "Enter at least one level: the class of whom no rule decides."
            ),
            "level_order": self.env._("Two levels can't begin at the same points."),
            "rule_empty": self.env._("Each rule needs at least one condition."),
            "points_sum": self.env._(
                "%s points are too many. Keep sums and thresholds below a billion.",
                error.detail,
            ),
        }
        return texts.get(
            error.code, self.env._("Enter whole numbers as points and thresholds.")
        )
