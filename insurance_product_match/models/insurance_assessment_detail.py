from odoo import fields, models


class InsuranceAssessmentDetail(models.AbstractModel):
    """What an assessment tells that not everybody may see who may see the client."""

    _name = "insurance.assessment.detail"
    _inherit = "insurance.archive.child"
    _description = "Detail of an assessment"
    _rec_name = "assessment_id"

    assessment_id = fields.Many2one(
        "insurance.assessment",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    answers = fields.Text(readonly=True)
