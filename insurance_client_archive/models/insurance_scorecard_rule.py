from odoo import api, fields, models


class InsuranceScorecardRule(models.Model):
    """A class given outright to whom all its conditions apply."""

    _name = "insurance.scorecard.rule"
    _inherit = ["insurance.scorecard.part"]
    _description = "Rule of a scorecard"
    _order = "scorecard_id, sequence, id"

    sequence = fields.Integer(default=10)
    name = fields.Char(required=True, translate=True)
    segment_id = fields.Many2one(
        "insurance.client.segment",
        string="Class",
        required=True,
        ondelete="restrict",
        domain="[('dimension', '=', dimension)]",
    )
    condition_ids = fields.One2many(
        "insurance.scorecard.condition", "rule_id", string="Conditions", copy=True
    )
    summary = fields.Char(string="When", compute="_compute_summary")

    @api.depends("condition_ids.summary", "condition_ids.feature_id")
    @api.depends_context("lang")
    def _compute_summary(self):
        for rule in self:
            rule.summary = " · ".join(
                f"{condition.feature_id.name}: {condition.summary}"
                for condition in rule.condition_ids
            )

    @api.constrains("segment_id", "scorecard_id")
    def _check_segment(self):
        self._check_dimension()
