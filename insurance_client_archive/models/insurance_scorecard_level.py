from odoo import api, fields, models


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
        self._check_dimension()
