from odoo import api, models

from ..access_map import SCORED, slices_of_field
from ..access_slice import CLAIMS
from ..masked import is_masked_for


class InsuranceArchive(models.Model):
    """What a portrait shows of closed slices: that they are closed, and no more."""

    _inherit = "insurance.archive"

    def _portrait_radar(self):
        # points are made of everything at once: by difference they tell each part
        if is_masked_for(self.env) and not self._slices_opened(SCORED):
            return False
        return super()._portrait_radar()

    def _claim_events(self, since):
        if is_masked_for(self.env) and not self._slices_opened({CLAIMS}):
            return None
        return super()._claim_events(since)


class InsuranceClientFeature(models.Model):
    _inherit = "insurance.client.feature"

    @api.model
    def _values(self, row_id):
        """Leave out what is closed: the row is read by SQL, not by its fields."""
        values = super()._values(row_id)
        if not is_masked_for(self.env):
            return values
        row = self.browse(row_id)
        return {
            name: value
            if row._slices_opened(slices_of_field(self._name, name))
            else None
            for name, value in values.items()
        }
