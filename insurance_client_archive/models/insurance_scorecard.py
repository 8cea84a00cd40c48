from odoo import api, fields, models

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


class InsuranceScorecard(models.Model):
    """How clients are put into the classes of one dimension: one version of it.

    A version is entered as a draft, approved by somebody who did not write it, and
    then put into force. What was approved is not changed any more.
    """

    _name = "insurance.scorecard"
    _inherit = ["insurance.version.mixin", "insurance.live.mixin"]
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
    _kept_fields = frozenset({"activated_on"})
    _free_fields = frozenset({"note"})

    name = fields.Char(required=True, translate=True)
    dimension = fields.Selection(DIMENSIONS, required=True, default="value_tier")
    version = fields.Integer(required=True, default=0)
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
    author_ids = fields.Many2many(relation="insurance_scorecard_author_rel")
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

    def copy_data(self, default=None):
        return [
            {**vals, "state": "draft"} for vals in super().copy_data(default=default)
        ]

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

    def _form_action(self):
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
        }

    def _number_versions(self, vals_list):
        """Number on from the latest version of each dimension."""
        default = self.default_get(["dimension"])["dimension"]
        latest = {}
        for vals in vals_list:
            dimension = vals.get("dimension") or default
            if dimension not in latest:
                latest[dimension] = self._latest_version(dimension)
            latest[dimension] += 1
            vals["version"] = latest[dimension]
        return super()._number_versions(vals_list)

    @api.model
    def _latest_version(self, dimension):
        # as superuser: numbers run on over versions that the user may not see
        cards = self.sudo().search(
            [("dimension", "=", dimension)], order="version desc", limit=1
        )
        return cards.version
