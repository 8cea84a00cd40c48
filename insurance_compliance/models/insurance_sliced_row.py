from odoo import api, fields, models
from odoo.fields import Domain

from ..access_map import CONTACT_HISTORY, FIELDS, MODELS
from ..access_slice import BASIC, SLICES
from ..masked import is_masked_for


class InsuranceSlicedRow(models.AbstractModel):
    """A row that tells something of one field is as closed as the field.

    Which field it is stands in the row: the model, and ``field_name``.
    """

    _name = "insurance.sliced.row"
    _description = "Row about a field of a slice"

    #: field with the name of the model that the row is about
    _slice_model_field = "res_model"

    slice_open = fields.Boolean(
        compute="_compute_slice_open",
        compute_sudo=False,
        search="_search_slice_open",
        help="The current user may read what this row tells.",
    )

    @api.depends_context("uid")
    def _compute_slice_open(self):
        # as superuser: the record rule is made of this very field
        domain = Domain("id", "in", self.ids) & Domain("slice_open", "=", True)
        seen = set(self.sudo().search(domain)._ids)
        for row in self:
            row.slice_open = row.id in seen

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
        about = self._slice_model_field
        rows = [Domain(about, "in", sorted(MODELS.get(name, ())))]
        for model, slices_by_field in (FIELDS | CONTACT_HISTORY).items():
            names = [
                field_name
                for field_name, slices in slices_by_field.items()
                if name in slices
            ]
            if names:
                rows.append(
                    Domain(about, "=", model) & Domain("field_name", "in", names)
                )
        return Domain.OR(rows)


class InsuranceChange(models.Model):
    _name = "insurance.change"
    _inherit = ["insurance.change", "insurance.sliced.row"]

    _slice_model_field = "model"


class InsuranceDataFinding(models.Model):
    _name = "insurance.data.finding"
    _inherit = ["insurance.data.finding", "insurance.sliced.row"]


class InsuranceSecondCheck(models.Model):
    _name = "insurance.second.check"
    _inherit = ["insurance.second.check", "insurance.sliced.row"]
