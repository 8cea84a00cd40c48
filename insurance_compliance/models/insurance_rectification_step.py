from odoo import api, fields, models
from odoo.exceptions import UserError

from .insurance_rectification import STATES


class InsuranceRectificationStep(models.Model):
    """What happened to a finding, when, by whom. Never changed, never deleted."""

    _name = "insurance.rectification.step"
    _description = "Step of a rectification"
    _order = "id desc"
    _rec_name = "kind"
    _log_access = False

    rectification_id = fields.Many2one(
        "insurance.rectification",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    company_id = fields.Many2one(related="rectification_id.company_id")
    date = fields.Datetime(required=True, readonly=True, default=fields.Datetime.now)
    user_id = fields.Many2one(
        "res.users",
        string="By",
        required=True,
        readonly=True,
        index=True,
        default=lambda self: self.env.user,
    )
    responsible_id = fields.Many2one(
        "res.users",
        string="Responsible then",
        readonly=True,
        ondelete="restrict",
        help="Who was to mend it when this happened.",
    )
    kind = fields.Selection(
        [
            ("found", "Taken into the ledger"),
            ("state", "Moved on"),
            ("returned", "Returned"),
            ("reopened", "Come back"),
            ("worse", "Found more severe"),
            ("responsible", "Handed to"),
            ("deadline", "Deadline moved"),
            ("changed", "Changed; before:"),
            ("reminded", "Reminded"),
            ("escalated", "Reported as overdue"),
            ("effect", "Effect evaluated"),
        ],
        string="Event",
        required=True,
        readonly=True,
    )
    from_state = fields.Selection(STATES, string="From state", readonly=True)
    to_state = fields.Selection(STATES, string="To state", readonly=True)
    round = fields.Integer(
        readonly=True, aggregator=None, help="How often it had come back by then."
    )
    note = fields.Text(readonly=True)

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            raise UserError(self.env._("The server fills this in by itself."))
        return super().create(vals_list)

    def write(self, vals):
        if self:
            raise UserError(self.env._("The history of a finding can't be changed."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_history(self):
        raise UserError(self.env._("The history of a finding can't be deleted."))
