from odoo import fields, models


class InsuranceCoverKind(models.Model):
    """What a cover pays for: death, critical illness, treatment, old age, …

    Products give covers of these kinds, clients need covers of these kinds, and the
    difference is the gap.
    """

    _name = "insurance.cover.kind"
    _description = "Kind of cover"
    _order = "sequence, id"

    sequence = fields.Integer(default=10)
    code = fields.Char(required=True, help="The name by which formulas ask for it.")
    name = fields.Char(required=True, translate=True)
    line = fields.Selection(
        lambda self: (
            self.env["insurance.product.category"]
            ._fields["line"]
            ._description_selection(self.env)
        ),
        string="Line of business",
        required=True,
    )
    indemnity = fields.Boolean(
        string="Pays the loss only",
        help="Two covers of this kind never pay more than the loss: a second one is "
        "of little use.",
    )
    active = fields.Boolean(default=True)

    _code_unique = models.Constraint(
        "UNIQUE(code)", "Another kind of cover has this code."
    )
