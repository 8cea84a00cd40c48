from odoo import api, models


class InsuranceArchive(models.Model):
    _inherit = "insurance.archive"

    @api.model
    def _load_match_demo(self):
        """Build the demo data of this addon; imported here: no demo never needs it."""
        from ..demo import load

        load(self.env)
