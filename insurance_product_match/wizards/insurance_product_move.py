from odoo import fields, models


class InsuranceProductMove(models.TransientModel):
    """Say why products leave the sale or go back to draft."""

    _name = "insurance.product.move"
    _description = "Change of a product's state with a reason"

    product_ids = fields.Many2many(
        "product.template",
        "insurance_product_move_product_rel",
        "move_id",
        "product_id",
        string="Products",
        required=True,
    )
    target = fields.Selection(
        [
            ("draft", "Back to draft"),
            ("stopped", "Stop the sale"),
            ("withdrawn", "Withdraw for good"),
        ],
        required=True,
        default="stopped",
    )
    reason = fields.Text(required=True)

    def action_confirm(self):
        """Move the products; the write asks for the rights and for the step."""
        self.ensure_one()
        self.product_ids.write(
            {"insurance_state": self.target, "insurance_state_reason": self.reason}
        )
        return {"type": "ir.actions.act_window_close"}
