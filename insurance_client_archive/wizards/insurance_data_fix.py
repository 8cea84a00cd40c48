from odoo import api, fields, models
from odoo.exceptions import UserError


class InsuranceDataFix(models.TransientModel):
    """What would be written into the records, shown before it is."""

    _name = "insurance.data.fix"
    _description = "Correction of data"

    finding_ids = fields.Many2many("insurance.data.finding", readonly=True)
    fixable_ids = fields.Many2many(
        "insurance.data.finding", compute="_compute_fixable_ids"
    )
    left_count = fields.Integer(string="Left count", compute="_compute_fixable_ids")

    @api.depends("finding_ids")
    def _compute_fixable_ids(self):
        for wizard in self:
            fixable = wizard.finding_ids.filtered("fixable")
            wizard.fixable_ids = fixable
            wizard.left_count = len(wizard.finding_ids - fixable)

    def action_confirm(self):
        self.ensure_one()
        if not self.fixable_ids:
            raise UserError(
                self.env._("Nothing is proposed here. Open the records one by one.")
            )
        self.fixable_ids.action_fix()
        return {"type": "ir.actions.client", "tag": "soft_reload"}
