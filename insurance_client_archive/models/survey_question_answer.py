from odoo import fields, models


class SurveyQuestionAnswer(models.Model):
    _inherit = "survey.question.answer"

    insurance_is_complaint = fields.Boolean(
        string="Makes it a complaint",
        help="The words of a client who chooses this are handled as a complaint.",
    )
