from odoo import fields, models


class CrmLead(models.Model):
    _inherit = "crm.lead"

    insurance_archive_id = fields.Many2one(
        related="partner_id.insurance_archive_id",
        related_sudo=False,
        string="Client archive",
    )
    insurance_state = fields.Selection(
        related="insurance_archive_id.state",
        related_sudo=False,
        string="Archive state",
    )
    insurance_last_contact_date = fields.Datetime(
        related="insurance_archive_id.last_contact_date",
        related_sudo=False,
        string="Last client contact",
    )

    def action_open_insurance_archive(self):
        self.ensure_one()
        return self.partner_id.action_open_insurance_archive()
