from odoo import api, models

from ..sweep_kind import Kind
from .insurance_sweep import MODULE


class InsuranceSweep(models.Model):
    """Bulk work on keys."""

    _inherit = "insurance.sweep"

    @api.model
    def _kinds(self):
        admin = f"{MODULE}.group_admin"
        return super()._kinds() | {
            "rotate_master": Kind(
                self.env._("Change the master key"),
                "insurance.vault.key",
                admin,
                by_state=True,
                # those who seal wait for the keys of a chunk
                seconds=0.5,
                use="key",
            ),
            "rotate_data_key": Kind(
                self.env._("Change data keys"),
                "insurance.archive",
                admin,
                by_state=True,
                seconds=0.5,
                use="key",
            ),
        }
