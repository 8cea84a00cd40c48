from odoo import fields, models

#: what the answer to a question tells the archive
FACTS = [
    ("budget", "Budget a year"),
    ("dependants", "Dependants"),
    ("income_band", "Income of the family"),
    ("asset_band", "Assets of the family"),
    ("debts", "Debts"),
    ("savings", "Savings"),
    ("health_grade", "Health grade"),
]


class SurveyQuestion(models.Model):
    _inherit = "survey.question"

    insurance_assessment_kind = fields.Selection(
        related="survey_id.insurance_assessment_kind"
    )
    insurance_fact = fields.Selection(
        FACTS,
        string="Tells",
        help="Where the answer is kept beside the points: a number as it is written, a "
        "choice by its value.",
    )


class SurveyQuestionAnswer(models.Model):
    _inherit = "survey.question.answer"

    insurance_value = fields.Char(
        string="Stands for",
        help="What is kept when the question tells something: the code of a band, a "
        "health grade, a number.",
    )
    insurance_cap = fields.Selection(
        [("1", "C1"), ("2", "C2"), ("3", "C3"), ("4", "C4"), ("5", "C5")],
        string="Tolerance at most",
        help="Whoever chooses this is in no higher class, whatever the points.",
    )
