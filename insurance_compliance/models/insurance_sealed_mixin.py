from odoo import models
from odoo.exceptions import AccessError

from ..access_map import slices_of_field
from ..masked import is_masked_for


class InsuranceSealedMixin(models.AbstractModel):
    """Sealed values open by responsibility or by a grant, each within its slice."""

    _inherit = "insurance.sealed.mixin"

    def _sealed_slices(self, names):
        """Return the slices that one needs to open these sealed fields."""
        return frozenset().union(
            *(slices_of_field(self._name, name, sealed=True) for name in names)
        )

    def _may_reveal(self, field_names, purpose):
        """Return True where responsibility opens it, the grant's id, or nothing."""
        archive = self._sealed_archive()
        needed = self._sealed_slices(field_names)
        lacking = needed - archive._responsible_slices()
        if not lacking:
            return True
        return archive._grant_for(lacking, purpose).id

    def _authorize_reveal(self, sealed, purpose, purpose_text):
        grant_id = super()._authorize_reveal(sealed, purpose, purpose_text)
        self.env["insurance.access.policy"]._check_uses_per_day()
        # spent before the value opens, and last of all: whatever is tried again
        # after a conflict in the database has not spent anything yet
        if grant_id and not self.env["insurance.access.grant"]._spend(grant_id):
            raise AccessError(
                self.env._("Your grant is used up or has ended. Apply for access.")
            )
        return grant_id

    def _sealed_tails(self, sealed, cells, kept):
        """Show the last characters only where the slice is open."""
        tails = super()._sealed_tails(sealed, cells, kept)
        if not is_masked_for(self.env):
            return tails
        slices = {field.name: self._sealed_slices([field.name]) for field in sealed}
        return {
            (record_id, name): tail
            for (record_id, name), tail in tails.items()
            if self.browse(record_id)._slices_opened(slices[name])
        }

    def _sealed_search(self, field, value):
        """Find only where the slice of the number is open."""
        ids = super()._sealed_search(field, value)
        slices = self._sealed_slices([field.name])
        # as the user, also where a superuser's search has asked
        records = self.sudo(False).browse(ids)
        return [record.id for record in records if record._slices_opened(slices)]

    def _slices_to_write(self, field):
        if field in self._sealed_fields():
            return self._sealed_slices([field.name])
        return super()._slices_to_write(field)
