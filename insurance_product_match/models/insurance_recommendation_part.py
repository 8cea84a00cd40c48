from odoo import api, fields, models
from odoo.exceptions import UserError


class InsuranceRecommendationPart(models.AbstractModel):
    """A record that hangs under a recommendation, and so under its archive."""

    _name = "insurance.recommendation.part"
    _inherit = "insurance.archive.descendant"
    _description = "Record of a recommendation"
    _parent_field = "recommendation_id"

    recommendation_id = fields.Many2one(
        "insurance.recommendation", required=True, index=True, ondelete="cascade"
    )
    archive_id = fields.Many2one(
        compute="_compute_archive_id", store=True, precompute=True
    )

    @api.depends("recommendation_id.archive_id")
    def _compute_archive_id(self):
        self._set_archive_from_parent()

    def _refuse_in_states(self, states):
        """Refuse a change while the recommendation is in one of the states."""
        for part in self:
            recommendation = part.recommendation_id
            if recommendation.state in states:
                raise UserError(
                    self.env._(
                        "“%(number)s” is %(state)s: its products stay. Go back to "
                        "“Recommend” to change them; the client then confirms again.",
                        number=recommendation.display_name,
                        state=recommendation._state_label(recommendation.state),
                    )
                )
