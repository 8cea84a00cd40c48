from odoo import fields, models


class InsuranceTrainingCourse(models.Model):
    """What people of some roles have to be taught, again and again."""

    _name = "insurance.training.course"
    _description = "Course"
    _order = "name"

    name = fields.Char(string="Course", required=True, translate=True)
    content = fields.Text(translate=True)
    hours = fields.Float(default=1.0, aggregator=None)
    every_months = fields.Integer(
        string="Again after (months)",
        default=12,
        required=True,
        aggregator=None,
        help="0: once is enough.",
    )
    group_ids = fields.Many2many(
        "res.groups",
        "insurance_training_course_group_rel",
        "course_id",
        "group_id",
        string="Who must take part",
    )
    regulation_ids = fields.Many2many(
        "insurance.regulation",
        "insurance_training_course_regulation_rel",
        "course_id",
        "regulation_id",
        string="Regulations",
    )
    active = fields.Boolean(default=True)

    _positive = models.Constraint(
        "CHECK(hours >= 0 AND every_months >= 0)",
        "Hours and months can't be negative.",
    )
