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
        parts.scorecard_id._check_draft()
        parts.scorecard_id._note_author({"rule_ids"})
        return parts

    def write(self, vals):
        self.scorecard_id._check_draft()
        result = super().write(vals)
        self.scorecard_id._check_draft()
        self.scorecard_id._note_author({"rule_ids"})
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_approved(self):
        self.scorecard_id._check_draft()

    def _check_dimension(self):
        """Refuse a class of another dimension than that of the scorecard."""
        for part in self:
            if part.segment_id.dimension != part.dimension:
                raise ValidationError(
                    self.env._("Choose classes of this dimension only.")
                )
