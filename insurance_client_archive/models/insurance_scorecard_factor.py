from odoo import api, fields, models


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
    band_ids = fields.One2many(
        "insurance.scorecard.band", "factor_id", string="Bands", copy=True
    )
    summary = fields.Char(string="Points", compute="_compute_summary")

    _feature_unique = models.UniqueIndex(
        "(scorecard_id, feature_id)",
        "A figure gives points once in a scorecard. Add bands to its line.",
    )

    @api.depends("band_ids.summary", "band_ids.points", "band_ids.sequence")
    @api.depends_context("lang")
    def _compute_summary(self):
        for factor in self:
            factor.summary = " · ".join(
                f"{band.summary}: {band.points:+d}" for band in factor.band_ids
            )
