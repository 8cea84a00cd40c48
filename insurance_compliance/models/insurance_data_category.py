from odoo import fields, models


class InsuranceDataCategory(models.Model):
    """A kind of personal data, as notices and consents name it."""

    _name = "insurance.data.category"
    _description = "Kind of data"
    _order = "sequence, id"

    sequence = fields.Integer(default=10)
    code = fields.Char(required=True, help="The slice of the archive that it is.")
    name = fields.Char(required=True, translate=True)
    description = fields.Text(
        translate=True, help="What belongs to it, as notices list it."
    )
    sensitive = fields.Boolean(
        help="Sensitive in the sense of PIPL 28: needs a separate consent and says why "
        "it is necessary."
    )
    color = fields.Integer(compute="_compute_color")

    _code_unique = models.UniqueIndex("(code)", "Another kind of data has this code.")

    def _compute_color(self):
        for category in self:
            category.color = 2 if category.sensitive else 0
