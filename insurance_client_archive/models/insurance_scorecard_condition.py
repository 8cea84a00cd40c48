from odoo import api, fields, models


class InsuranceScorecardCondition(models.Model):
    """One condition of a rule."""

    _name = "insurance.scorecard.condition"
    _inherit = ["insurance.score.test"]
    _description = "Condition of a rule"
    _order = "rule_id, id"

    rule_id = fields.Many2one(
        "insurance.scorecard.rule", required=True, index=True, ondelete="cascade"
    )
    feature_id = fields.Many2one(required=True, ondelete="restrict")

    @api.constrains("feature_id", "low", "high", "option_ids", "missing")
    def _check_test(self):
        return super()._check_test()

    def _scorecards(self):
        return self.rule_id.scorecard_id
