from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..tools import number_pattern
from .insurance_archive import CLIENT_KINDS
from .insurance_number_pattern import RETENTION_MARKS


class InsuranceNumberClass(models.Model):
    """Which class code and retention mark a kind of client gets in its number."""

    _name = "insurance.number.class"
    _description = "Class of archive numbers"
    _order = "pattern_id, sequence, id"
    _rec_name = "code"

    sequence = fields.Integer(default=10)
    pattern_id = fields.Many2one(
        "insurance.number.pattern", required=True, index=True, ondelete="cascade"
    )
    client_kind = fields.Selection(CLIENT_KINDS, string="Kind of client", required=True)
    category_id = fields.Many2one(
        "insurance.product.category",
        string="Product line",
        help="Only for clients interested in this line; empty for all others.",
    )
    code = fields.Char(string="Class code", required=True)
    retention_mark = fields.Selection(
        RETENTION_MARKS, string="Retention", required=True, default="D30"
    )

    _client_kind_unique = models.UniqueIndex(
        "(pattern_id, client_kind, COALESCE(category_id, 0))",
        "Each kind of client has one class for each product line.",
    )

    @api.constrains("code")
    def _check_code(self):
        for line in self:
            try:
                number_pattern.check_code(line.code)
            except number_pattern.NumberPatternError as error:
                raise ValidationError(line.pattern_id._translated(error)) from error
