from odoo import api, fields, models


class InsuranceScorecardBand(models.Model):
    """A range or some values of a figure, and their points; the first one counts."""

    _name = "insurance.scorecard.band"
    _inherit = ["insurance.score.test"]
    _description = "Band of a factor"
    _order = "factor_id, sequence, id"

    factor_id = fields.Many2one(
        "insurance.scorecard.factor", required=True, index=True, ondelete="cascade"
    )
    sequence = fields.Integer(default=10)
    feature_id = fields.Many2one(related="factor_id.feature_id")
    points = fields.Integer(required=True, default=0)

    @api.constrains("factor_id", "points", "low", "high", "option_ids", "missing")
    def _check_test(self):
        return super()._check_test()

    def _scorecards(self):
        return self.factor_id.scorecard_id
