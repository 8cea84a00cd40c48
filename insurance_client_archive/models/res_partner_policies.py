from odoo import fields, models


class ResPartner(models.Model):
    """Policies of a client, for whoever may open the archive; others see none."""

    _inherit = "res.partner"

    insurance_policy_count = fields.Integer(
        related="insurance_archive_id.policy_count",
        related_sudo=False,
        string="Policies",
    )
    insurance_claim_count = fields.Integer(
        related="insurance_archive_id.claim_count",
        related_sudo=False,
        string="Claims",
    )

    def action_open_insurance_policies(self):
        self.ensure_one()
        return self.insurance_archive_id.action_open_policies()

    def action_open_insurance_claims(self):
        self.ensure_one()
        return self.insurance_archive_id.action_open_claims()
