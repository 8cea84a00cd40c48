from odoo import fields, models


class InsuranceClientRequestLift(models.TransientModel):
    """Ask why a restriction is to end."""

    _name = "insurance.client.request.lift"
    _description = "End the restriction"

    request_id = fields.Many2one(
        "insurance.client.request", required=True, ondelete="cascade"
    )
    reason = fields.Text(required=True)

    def action_confirm(self):
        self.ensure_one()
        self.request_id._ask_lift(self.reason)
        return {"type": "ir.actions.act_window_close"}
