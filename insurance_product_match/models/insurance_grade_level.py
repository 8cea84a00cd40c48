from odoo import fields, models

from .insurance_grade_scheme import GRADES


class InsuranceGradeLevel(models.Model):
    """One grade of a scheme: what makes a product belong to it."""

    _name = "insurance.grade.level"
    _description = "Grade of a scheme"
    _order = "scheme_id, grade"
    _rec_name = "grade"

    scheme_id = fields.Many2one(
        "insurance.grade.scheme", required=True, index=True, ondelete="cascade"
    )
    grade = fields.Selection(GRADES, required=True)
    name = fields.Char(string="Risk level", required=True, translate=True)
    description = fields.Text(translate=True)

    _grade_unique = models.Constraint(
        "UNIQUE(scheme_id, grade)", "The scheme has this grade already."
    )
