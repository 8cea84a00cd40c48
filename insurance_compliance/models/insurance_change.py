from odoo import api, fields, models
from odoo.fields import Domain

from ..access_map import CONTACT_HISTORY, FIELDS, MODELS
from ..access_slice import BASIC, SLICES
from ..masked import is_masked_for


class InsuranceChange(models.Model):
    """The history of a field is as closed as the field."""

    _inherit = "insurance.change"

    slice_open = fields.Boolean(
        compute="_compute_slice_open",
        compute_sudo=False,
        search="_search_slice_open",
        help="The current user may read what was changed here.",
    )

    @api.depends_context("uid")
    def _compute_slice_open(self):
        # as superuser: the record rule is made of this very field
        domain = Domain("id", "in", self.ids) & Domain("slice_open", "=", True)
        seen = set(self.sudo().search(domain)._ids)
        for change in self:
            change.slice_open = change.id in seen

    def _search_slice_open(self, operator, value):
        if operator != "in" or set(value) != {True}:
            return NotImplemented
        if not is_masked_for(self.sudo(False).env):
            return Domain.TRUE
        return Domain.AND(
            ~self._rows_of_slice(name) | Domain(f"archive_id.{name}_open", "=", True)
            for name in SLICES
            if name != BASIC
        )

    @api.model
    def _rows_of_slice(self, name):
        """Return the rows that tell something of a slice."""
        rows = [Domain("model", "in", sorted(MODELS.get(name, ())))]
        for model, slices_by_field in (FIELDS | CONTACT_HISTORY).items():
            names = [
                field_name
                for field_name, slices in slices_by_field.items()
                if name in slices
            ]
            if names:
                rows.append(
                    Domain("model", "=", model) & Domain("field_name", "in", names)
                )
        return Domain.OR(rows)
