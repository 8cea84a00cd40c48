from odoo import fields, models


class InsuranceOccupation(models.Model):
    _name = "insurance.occupation"
    _description = "Occupation"
    _order = "code, id"
    _rec_names_search = ["name", "code"]

    code = fields.Char(required=True)
    name = fields.Char(required=True, translate=True)
    industry = fields.Char(translate=True)
    risk_class = fields.Selection(
        [
            ("1", "Class 1"),
            ("2", "Class 2"),
            ("3", "Class 3"),
            ("4", "Class 4"),
            ("5", "Class 5"),
            ("6", "Class 6"),
        ],
        string="Risk class",
        required=True,
        default="1",
        help="Accident risk of the occupation: 1 is the lowest, 6 the highest.",
    )
    active = fields.Boolean(default=True)

    _code_unique = models.Constraint(
        "UNIQUE(code)",
        "There is already an occupation with this code.",
    )
