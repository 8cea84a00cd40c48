from odoo import fields, models


class InsuranceUseLog(models.Model):
    _inherit = "insurance.use.log"

    action = fields.Selection(selection_add=[("match", "Matching")])
