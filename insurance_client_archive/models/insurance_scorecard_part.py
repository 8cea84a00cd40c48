from odoo import api, fields, models
from odoo.exceptions import ValidationError


class InsuranceScorecardPart(models.AbstractModel):
    """A line of a scorecard: what was approved is not changed."""

    _name = "insurance.scorecard.part"
    _description = "Part of a scorecard"

    scorecard_id = fields.Many2one(
        "insurance.scorecard", required=True, index=True, ondelete="cascade"
    )
    dimension = fields.Selection(related="scorecard_id.dimension")

    @api.model_create_multi
    def create(self, vals_list):
        parts = super().create(vals_list)
        parts.scorecard_id._check_editable()
        parts.scorecard_id._add_author()
        return parts

    def write(self, vals):
        self.scorecard_id._check_editable()
        result = super().write(vals)
        self.scorecard_id._check_editable()
        self.scorecard_id._add_author()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_approved(self):
        self.scorecard_id._check_editable()


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
        _check_dimension(self)


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


class InsuranceScorecardLevel(models.Model):
    """The class that begins at a number of points."""

    _name = "insurance.scorecard.level"
    _inherit = ["insurance.scorecard.part"]
    _description = "Level of a scorecard"
    _order = "scorecard_id, threshold"
    _rec_name = "segment_id"

    threshold = fields.Integer(
        string="From points",
        required=True,
        default=0,
        help="The lowest level also takes everything below.",
    )
    segment_id = fields.Many2one(
        "insurance.client.segment",
        string="Class",
        required=True,
        ondelete="restrict",
        domain="[('dimension', '=', dimension)]",
    )

    _threshold_unique = models.UniqueIndex(
        "(scorecard_id, threshold)", "Two levels can't begin at the same points."
    )

    @api.constrains("segment_id", "scorecard_id")
    def _check_segment(self):
        _check_dimension(self)


def _check_dimension(parts):
    for part in parts:
        if part.segment_id.dimension != part.dimension:
            raise ValidationError(parts.env._("Choose classes of this dimension only."))
