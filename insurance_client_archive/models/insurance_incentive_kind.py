from odoo import api, fields, models
from odoo.exceptions import ValidationError


class InsuranceIncentiveKind(models.Model):
    """A kind of benefit, and whether the law lets a client have it."""

    _name = "insurance.incentive.kind"
    _description = "Kind of benefit"
    _order = "allowed desc, sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    allowed = fields.Boolean(
        help="Benefits that are not allowed are refused with reason and article."
    )
    in_contract = fields.Boolean(
        string="Part of the contract",
        help="The terms of the product promise it: no limit of value applies.",
    )
    reason = fields.Text(translate=True, help="Why it is refused, in words for agents.")
    regulation_id = fields.Many2one("insurance.regulation", ondelete="restrict")

    @api.constrains("name", "allowed", "reason", "regulation_id")
    def _check_reason(self):
        for kind in self:
            if not kind.allowed and not (kind.reason and kind.regulation_id):
                raise ValidationError(
                    self.env._(
                        "Say why “%s” is refused, and by which article.", kind.name
                    )
                )
