from odoo import models
from odoo.fields import Domain

from ..access_map import slices_of_model
from ..access_slice import BASIC

CHILD = "insurance.archive.child"


class IrRule(models.Model):
    """A record that belongs to a slice is there where the slice is open.

    Said once for all models under the archive, by the table in ``access_map.py``: a
    model that nobody has mapped is closed but to those who may see everything.
    """

    _inherit = "ir.rule"

    def _compute_domain(self, model_name, mode="read"):
        domain = super()._compute_domain(model_name, mode)
        if self.env.su:
            return domain
        # a condition without times and ids: it may be cached with the rules
        return domain & self._slice_rule(model_name)

    def _slice_rule(self, model_name):
        """Return the condition beyond that of the archive itself."""
        pool = self.env.registry
        if CHILD not in pool or not issubclass(pool[model_name], pool[CHILD]):
            return Domain.TRUE
        slices = self.env[model_name]._access_slices or slices_of_model(model_name)
        return Domain.AND(
            Domain(f"archive_id.{name}_open", "=", True)
            for name in sorted(slices)
            if name != BASIC
        )
