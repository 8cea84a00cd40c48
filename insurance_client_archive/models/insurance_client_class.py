from odoo import api, fields, models
from odoo.fields import Domain

from ..flag_domain import flag_domain
from .insurance_client_segment import DIMENSION_NAMES


def _class_of(dimension, label):
    """Declare what the scorecard says, before anybody overrides it."""

    def selection(model):
        field = model.env["insurance.archive"]._fields[dimension]
        return field._description_selection(model.env)

    return fields.Selection(selection, string=label, readonly=True)


def _points_of(label):
    return fields.Integer(string=label, readonly=True, aggregator="avg")


def _gap_of(label):
    return fields.Integer(
        string=label,
        readonly=True,
        aggregator="min",
        help="How many points more or less would change the class.",
    )


def _card_of(label):
    return fields.Many2one(
        "insurance.scorecard",
        string=label,
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )


class InsuranceClientClass(models.Model):
    """What the scorecards say about a client: one row for each archive.

    The archive itself holds the classes that count, overrides included; here are the
    points behind them and the versions that gave them.
    """

    _name = "insurance.client.class"
    _inherit = ["insurance.archive.child"]
    _description = "Scores of a client"
    _order = "archive_id"
    _rec_name = "archive_id"
    # written by the million: no columns and indexes that nobody asks for
    _log_access = False

    archive_id = fields.Many2one(ondelete="cascade", index=False, readonly=True)
    partner_id = fields.Many2one(index=False)
    changed_on = fields.Date(
        string="Scored on", readonly=True, help="When the scores last changed."
    )

    client_type = _class_of("client_type", "Client type")
    client_type_points = _points_of("Client type: points")
    client_type_gap = _gap_of("Client type: distance")
    client_type_card_id = _card_of("Client type: scorecard")
    lifecycle_stage = _class_of("lifecycle_stage", "Life-cycle stage")
    lifecycle_stage_points = _points_of("Life-cycle stage: points")
    lifecycle_stage_gap = _gap_of("Life-cycle stage: distance")
    lifecycle_stage_card_id = _card_of("Life-cycle stage: scorecard")
    protection_need = _class_of("protection_need", "Protection need")
    protection_need_points = _points_of("Protection need: points")
    protection_need_gap = _gap_of("Protection need: distance")
    protection_need_card_id = _card_of("Protection need: scorecard")
    behaviour = _class_of("behaviour", "Behaviour")
    behaviour_points = _points_of("Behaviour: points")
    behaviour_gap = _gap_of("Behaviour: distance")
    behaviour_card_id = _card_of("Behaviour: scorecard")
    value_tier = _class_of("value_tier", "Client value")
    value_tier_points = _points_of("Value: points")
    value_tier_gap = _gap_of("Value: distance")
    value_tier_card_id = _card_of("Value: scorecard")

    closest_gap = fields.Integer(
        string="Points to the next class",
        readonly=True,
        aggregator="min",
        help="The smallest distance to a threshold in any dimension.",
    )
    borderline_in = fields.Char(
        string="Borderline in", compute="_compute_borderline_in"
    )
    reviewed_on = fields.Date(
        string="Reviewed on",
        readonly=True,
        help="When a person found the classes right; empty again when they change.",
    )
    reviewed_by_id = fields.Many2one("res.users", string="Reviewed by", readonly=True)
    to_review = fields.Boolean(
        string="To review",
        compute="_compute_to_review",
        search="_search_to_review",
        help="Close to a threshold, and nobody has looked at it yet.",
    )

    _archive_unique = models.UniqueIndex("(archive_id)", "A client has one row.")
    _review_queue = models.Index("(closest_gap) WHERE reviewed_on IS NULL")

    @api.depends(*(f"{name}_gap" for name in DIMENSION_NAMES))
    @api.depends_context("lang")
    def _compute_borderline_in(self):
        margin = self._margin()
        labels = {
            name: text["string"]
            for name, text in self.env["insurance.archive"]
            .fields_get(DIMENSION_NAMES, ["string"])
            .items()
        }
        for scores in self:
            scores.borderline_in = ", ".join(
                labels[name]
                for name in DIMENSION_NAMES
                if 0 < scores[f"{name}_gap"] <= margin
            )

    @api.depends("closest_gap", "reviewed_on")
    def _compute_to_review(self):
        margin = self._margin()
        for scores in self:
            close = 0 < scores.closest_gap <= margin
            scores.to_review = close and not scores.reviewed_on

    def _search_to_review(self, operator, value):
        waiting = (
            Domain("closest_gap", "!=", False)
            & Domain("closest_gap", "<=", self._margin())
            & Domain("reviewed_on", "=", False)
        )
        return flag_domain(operator, value, waiting)

    @api.model
    def _margin(self):
        return self.env["insurance.parameter"]._get("segment_margin_points")

    def action_confirm(self):
        """Say that the classes are right as they are."""
        self.archive_id.check_access("write")
        # as superuser: nobody enters by hand when somebody looked at the classes
        self.sudo().write(
            {
                "reviewed_on": fields.Date.context_today(self),
                "reviewed_by_id": self.env.uid,
            }
        )

    def action_open_client(self):
        self.ensure_one()
        return self.archive_id._form_action()
