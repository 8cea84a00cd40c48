from odoo import models

from odoo.addons.insurance_client_archive.sealed import Sealed

from ..access_map import slices_of_field
from ..access_slice import DOCUMENTS
from ..masked import is_masked_for

ARCHIVIST = "insurance_client_archive.group_archivist"


class InsuranceArchive(models.Model):
    """What a record lacks is told to whoever may see whether it is there."""

    _inherit = "insurance.archive"

    def _shown_missing(self, missing):
        shown = super()._shown_missing(missing)
        if not is_masked_for(self.env) or self.env.user.has_group(ARCHIVIST):
            return shown
        if not self._origin or (self.state == "collecting" and self.editable):
            # whoever collects enters everything
            return shown
        return [rule for rule in shown if self._slices_opened(self._rule_slices(rule))]

    def _rule_slices(self, rule):
        """Return the slices that tell whether what the rule demands is there."""
        if rule.what == "paper":
            return {DOCUMENTS}
        if rule.what == "field":
            field = self._fields.get(rule.key)
            sealed = isinstance(field, Sealed)
            return slices_of_field(self._name, rule.key, sealed)
        return frozenset()
