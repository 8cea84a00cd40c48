from odoo import fields, models

LINES = ("life", "health", "accident", "annuity", "property", "liability")
NEW_TYPES = ("participating", "universal", "unit_linked", "variable")


class InsuranceAgentGrade(models.Model):
    """What agents of a grade may sell: how risky, which lines, which new types."""

    _name = "insurance.agent.grade"
    _description = "Grade of agents"
    _order = "sequence, id"

    sequence = fields.Integer(default=10)
    code = fields.Char(required=True)
    name = fields.Char(required=True, translate=True)
    max_grade = fields.Selection(
        [("1", "P1"), ("2", "P2"), ("3", "P3"), ("4", "P4"), ("5", "P5")],
        string="Products up to",
        required=True,
        default="2",
        help="The riskiest product that an agent of this grade may sell.",
    )
    sells_life = fields.Boolean(string="Life", default=True)
    sells_health = fields.Boolean(string="Health", default=True)
    sells_accident = fields.Boolean(string="Accident", default=True)
    sells_annuity = fields.Boolean(string="Annuity", default=True)
    sells_property = fields.Boolean(string="Property", default=True)
    sells_liability = fields.Boolean(string="Liability", default=True)
    sells_participating = fields.Boolean(string="Participating")
    sells_universal = fields.Boolean(string="Universal")
    sells_unit_linked = fields.Boolean(string="Unit-linked")
    sells_variable = fields.Boolean(string="Variable annuity")
    active = fields.Boolean(default=True)
    profile_ids = fields.One2many("insurance.agent.profile", "grade_id")

    _code_unique = models.Constraint("UNIQUE(code)", "Another grade has this code.")

    def _allows(self, line, new_type):
        """Tell whether the grade opens a line of business, and a type of benefit."""
        self.ensure_one()
        return self[f"sells_{line}"] and (
            new_type not in NEW_TYPES or self[f"sells_{new_type}"]
        )
