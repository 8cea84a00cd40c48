from odoo import fields, models


class InsuranceAssessmentHealth(models.Model):
    """The coarse health grade that a client's own answers come to."""

    _name = "insurance.assessment.health"
    _inherit = "insurance.assessment.detail"
    _description = "Health of a client, as assessed"
    _access_slices = ("basic", "health")

    health_grade = fields.Selection(
        lambda self: (
            self.env["insurance.archive"]
            ._fields["health_grade"]
            ._description_selection(self.env)
        ),
        string="Health grade",
        readonly=True,
    )
