from odoo import api, models

from .. import vault_caller, vault_store
from ..sealed import MASK
from ..vault_process import VaultLocked
from ..vault_store import UnsealError
from .insurance_sealed_mixin import TAIL


class InsuranceSealedMixin(models.AbstractModel):
    """What people see of a sealed value: that there is one, and its last characters."""

    _inherit = "insurance.sealed.mixin"

    @api.depends_context("uid")
    def _compute_sealed(self):
        sealed = self._sealed_fields()
        # new records of a form show what the saved record has
        cells = self._origin._sealed_cells()
        archive_ids = {cell.archive_id for cell in cells.values()}
        kept = vault_store.kept_cells(self.env, archive_ids)
        tails = self._origin._sealed_tails(
            [field for field in sealed if field.tail], cells, kept
        )
        for record in self:
            cell = cells.get(record._origin.id)
            for field in sealed:
                value = False
                if cell and cell._replace(slot=cell.slot + field.name) in kept:
                    value = MASK + tails.get((record._origin.id, field.name), "")
                record[field.name] = value

    def _sealed_tails(self, sealed, cells, kept):
        """Return {(record id, field name): last characters} for the current user."""
        if not sealed or not self or not vault_caller.is_own_environment(self.env):
            # superuser mode, or somebody else's environment: the mask alone
            return {}
        wanted = {
            (record_id, field.name): cells[record_id]._replace(
                slot=cells[record_id].slot + field.name + TAIL
            )
            for record_id in self._filtered_access("read").ids
            if record_id in cells
            for field in sealed
        }
        wanted = {key: cell for key, cell in wanted.items() if cell in kept}
        if not wanted:
            return {}
        try:
            opened = vault_store.get(self.env, wanted.values())
        except (VaultLocked, UnsealError):
            # a list stays readable; opening the value says what is wrong
            return {}
        return {
            key: opened[cell].decode() for key, cell in wanted.items() if cell in opened
        }
