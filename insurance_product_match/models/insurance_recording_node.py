from odoo import fields, models


class InsuranceRecordingNode(models.Model):
    """One moment of the sale that must be seen or heard on its recording."""

    _name = "insurance.recording.node"
    _description = "Moment of a sales recording"
    _order = "sequence, id"

    sequence = fields.Integer(default=10)
    code = fields.Char(required=True)
    name = fields.Char(required=True, translate=True)
    description = fields.Text(translate=True)
    active = fields.Boolean(default=True)

    _code_unique = models.UniqueIndex("(code)", "Another moment has this code.")
