from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..tools.score_types import APPLIES
from .insurance_score_feature import PERSONAL


class InsuranceScorecardFactor(models.Model):
    """One figure and the points that it gives."""

    _name = "insurance.scorecard.factor"
    _inherit = ["insurance.scorecard.part"]
    _description = "Factor of a scorecard"
    _order = "scorecard_id, sequence, id"
    _rec_name = "feature_id"

    sequence = fields.Integer(default=10)
    feature_id = fields.Many2one(
        "insurance.score.feature", string="Figure", required=True, ondelete="restrict"
    )
    meaning = fields.Char(related="feature_id.meaning")
    kind = fields.Selection(related="feature_id.kind")
    applies_to = fields.Selection(
        [
            ("all", "All clients"),
            ("individual", "Individuals"),
            ("organisation", "Enterprises and groups"),
        ],
        string="Applies to",
        required=True,
        default="all",
        help="To all others the factor gives no points and is not shown.",
    )
    band_ids = fields.One2many(
        "insurance.scorecard.band", "factor_id", string="Bands", copy=True
    )
    summary = fields.Char(string="Points", compute="_compute_summary")

    _feature_unique = models.UniqueIndex(
        "(scorecard_id, feature_id, applies_to)",
        "A figure gives points once in a scorecard. Add bands to its line.",
    )

    @api.constrains("feature_id", "applies_to", "scorecard_id")
    def _check_once(self):
        for factor in self:
            same = factor.scorecard_id.factor_ids.filtered(
                lambda other, factor=factor: other.feature_id == factor.feature_id
            )
            if len(same) > 1 and "all" in same.mapped("applies_to"):
                raise ValidationError(
                    self.env._(
                        "“%s” gives points to all clients already. Limit each of its "
                        "lines to individuals or to organisations.",
                        factor.feature_id.display_name,
                    )
                )

    @api.constrains("feature_id", "applies_to")
    def _check_organisation_has_it(self):
        for factor in self:
            personal = factor.feature_id.code in PERSONAL
            if personal and factor.applies_to == "organisation":
                raise ValidationError(
                    self.env._(
                        "Organisations have no “%s”. Choose another figure, or let it "
                        "apply to individuals.",
                        factor.feature_id.display_name,
                    )
                )

    @api.onchange("feature_id")
    def _onchange_feature_id(self):
        if self.feature_id.code in PERSONAL:
            self.applies_to = "individual"

    def _concerning(self, client_kind):
        """Return the factors that apply to a client of this kind."""
        return self.filtered(
            lambda factor: client_kind in (APPLIES[factor.applies_to] or (client_kind,))
        )

    @api.depends("band_ids.summary", "band_ids.points", "band_ids.sequence")
    @api.depends_context("lang")
    def _compute_summary(self):
        for factor in self:
            factor.summary = " · ".join(
                f"{band.summary}: {band.points:+d}" for band in factor.band_ids
            )
