from odoo import api, models


class InsuranceArchive(models.Model):
    """The way from the demo files to the Python that invents the demo clients."""

    _inherit = "insurance.archive"

    @api.model
    def _load_demo(self):
        # imported here: a database without demo data never needs it
        from ..demo import load

        load(self.env)
