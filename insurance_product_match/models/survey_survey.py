from odoo import api, fields, models

#: questionnaires whose answers no survey officer reads: Odoo's own rules name the types
#: that they open, and this is none of them
ASSESSMENT_SURVEY = "insurance_assessment"
KINDS = [
    ("need", "Needs"),
    ("finance", "Finances"),
    ("health", "Health"),
    ("tolerance", "Risk tolerance"),
]


class SurveySurvey(models.Model):
    """Questionnaires on needs and tolerance: answered by invitation only."""

    _inherit = "survey.survey"

    survey_type = fields.Selection(
        selection_add=[(ASSESSMENT_SURVEY, "Assessment of a client")],
        ondelete={ASSESSMENT_SURVEY: "cascade"},
    )
    insurance_assessment_kind = fields.Selection(
        KINDS,
        string="Assesses",
        help="The questionnaire in use for a kind is the first active one.",
    )

    @api.model
    def _client_survey_types(self):
        return super()._client_survey_types() | {ASSESSMENT_SURVEY}
