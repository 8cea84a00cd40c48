from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date


class InsuranceParameterChange(models.Model):
    """Who changed a parameter, when, from what to what; never altered."""

    _name = "insurance.parameter.change"
    _description = "Change of a parameter"
    _order = "date desc, id desc"
    _rec_name = "parameter_id"

    parameter_id = fields.Many2one(
        "insurance.parameter",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    field = fields.Selection(
        [
            ("value", "Value"),
            ("default_value", "Default"),
            ("minimum", "Lowest allowed"),
            ("maximum", "Highest allowed"),
        ],
        string="What",
        required=True,
        readonly=True,
    )
    old_value = fields.Char(string="From", readonly=True)
    new_value = fields.Char(string="To", readonly=True)
    date = fields.Datetime(
        string="Changed on",
        required=True,
        readonly=True,
        default=fields.Datetime.now,
    )
    user_id = fields.Many2one(
        "res.users",
        string="Changed by",
        required=True,
        readonly=True,
        default=lambda self: self.env.user,
        ondelete="restrict",
    )

    def write(self, vals):
        if self:
            raise UserError(
                self.env._("The history of parameters can't be changed afterwards.")
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_history(self):
        raise UserError(self.env._("The history of parameters can't be deleted."))

    def _sentence(self):
        """Return the change in one line, "6 → 9 on 2 November 2026"; "" for none."""
        if not self:
            return ""
        return self.env._(
            "%(old)s → %(new)s on %(date)s",
            old=self.old_value,
            new=self.new_value,
            date=format_date(self.env, self.date),
        )
