from odoo import fields, models
from odoo.exceptions import UserError


class InsuranceStateChange(models.TransientModel):
    """Ask why a record changes its state."""

    _name = "insurance.state.change"
    _description = "Change of state with a reason"

    res_model = fields.Char(required=True, readonly=True)
    res_ids = fields.Char(string="Records", required=True, readonly=True)
    target_state = fields.Char(string="Target state", required=True, readonly=True)
    reason = fields.Text(required=True)

    def action_confirm(self):
        self.ensure_one()
        records = self._records()
        # the write asks for the user's rights and for the transition itself
        records.write({"state": self.target_state, "state_reason": self.reason})
        return {"type": "ir.actions.act_window_close"}

    def _records(self):
        model = self.env.get(self.res_model)
        if model is None or "_transitions" not in dir(model):
            raise UserError(self.env._("This record has no states to change."))
        return model.browse(map(int, self.res_ids.split(",")))
