from odoo import fields, models

from odoo.addons.base.models.res_users import check_identity


class InsuranceVaultRetire(models.TransientModel):
    """The last question before a version of the master key is destroyed."""

    _name = "insurance.vault.retire"
    _description = "Destruction of a master key"

    version = fields.Integer(readonly=True)
    broken_count = fields.Integer(string="Unreadable keys", readonly=True)
    give_up_broken = fields.Boolean(
        string="Give up the unreadable keys",
        help="What they have sealed can't be brought back from a backup any more.",
    )

    @check_identity
    def action_retire(self):
        """Destroy the version, for good."""
        self.ensure_one()
        self.check_access("write")
        self.env["insurance.vault.key"]._retire_master(
            self.version, give_up_broken=self.give_up_broken
        )
        return {"type": "ir.actions.client", "tag": "soft_reload"}
