from odoo import models
from odoo.exceptions import ValidationError
from odoo.tools.translate import get_translation

from .. import vault_store
from ..sealed import MASK, MASK_CHARACTER
from ..tools import amount, blind_index
from ..tools.coded_error import CodedError
from ..tools.text import clean
from ..vault_store import UnsealError
from .insurance_sealed_mixin import MODULE, TAIL


class InsuranceSealedMixin(models.AbstractModel):
    """A value that is entered: one form, sealed, indexed where it is searched by."""

    _inherit = "insurance.sealed.mixin"

    def _inverse_sealed(self, field):
        """Seal what the cache holds of *field* and forget it there."""
        typed = {record: record[field.name] for record in self}
        field._invalidate_cache(self.env, self._ids)
        values = {
            record: record._sealed_canonical(field, value) if value else None
            for record, value in typed.items()
        }
        if field.exact:
            self._sealed_index(field, values)
        cells = self._sealed_cells()
        sealed = {}
        for record, text in values.items():
            cell = cells[record.id]._replace(slot=cells[record.id].slot + field.name)
            sealed[cell] = text.encode() if text else None
            if field.tail:
                # no more than half of a short number is shown
                tail = text[-min(field.tail, len(text) // 2) :] if text else None
                sealed[cell._replace(slot=cell.slot + TAIL)] = tail and tail.encode()
        self._sealed_history(field, sealed)
        self._sealed_put(sealed)
        self._on_sealed(field, values)
        self._sealed_archive()._log_use("edit", content=[field.name], wait=False)

    def _sealed_put(self, sealed):
        try:
            vault_store.put(self.env, sealed)
        except UnsealError as error:
            self._sealed_damage(error)

    def _sealed_history(self, field, sealed):
        """Keep who replaced or removed a value, and when; masks in place of values."""
        cells = self._sealed_cells()
        archive_ids = {cell.archive_id for cell in cells.values()}
        kept = vault_store.kept_cells(self.env, archive_ids)
        changes = []
        for record in self:
            cell = cells[record.id]._replace(slot=cells[record.id].slot + field.name)
            if cell in kept:
                changes.append(
                    {
                        "archive_id": cell.archive_id,
                        "model": self._name,
                        "res_id": record.id,
                        "field_name": field.name,
                        "old_value": MASK,
                        "new_value": MASK if sealed[cell] else "",
                        "user_id": self.env.uid,
                    }
                )
        if changes:
            # users have no right to write history themselves
            self.env["insurance.change"].sudo().create(changes)

    def _on_sealed(self, field, values):
        """Override to keep other fields in step.

        :param values: {record: canonical text, or None when the value was removed}
        """

    def _sealed_canonical(self, field, value):
        """Return the one form in which a value is kept, or refuse it."""
        self.ensure_one()
        label = field.get_description(self.env, ["string"])["string"]
        if MASK_CHARACTER in value:
            raise ValidationError(
                self.env._(
                    "“%s” holds a mask. Enter the whole value, or leave it alone.",
                    label,
                )
            )
        text = value.strip() if field.kind == "text" else clean(value)
        if field.kind in blind_index.NORMALIZERS:
            text = blind_index.NORMALIZERS[field.kind](value)
        elif field.kind == "amount":
            text = self._sealed_amount(label, value)
        if problem := self._sealed_problem(field, text):
            raise ValidationError(problem)
        return text

    def _sealed_amount(self, label, value):
        try:
            return str(amount.parse(value))
        except CodedError as error:
            lang = self.env.lang or "en_US"
            problem = get_translation(MODULE, lang, error.message, ())
            raise ValidationError(
                self.env._("%(name)s: %(problem)s", name=label, problem=problem)
            ) from None

    def _sealed_problem(self, field, text):
        """Override to say why a value can't be right, without repeating the value."""

    def _sealed_index(self, field, values):
        """Keep the blind index in step, and refuse numbers that must be unique."""
        normalize = blind_index.NORMALIZERS[field.kind]
        # responsibility for a company is the archive's, in whatever company one works
        entries = {
            (record._sealed_archive().id, record.id): (
                record._sealed_archive().sudo().company_id.id,
                normalize(text) if text else None,
            )
            for record, text in values.items()
        }
        vault_store.index(self.env, str(field), entries)
        if field.unique:
            self._sealed_check_unique(field, entries)

    def _sealed_check_unique(self, field, entries):
        for (_archive_id, res_id), (company_id, normalized) in entries.items():
            if not normalized:
                continue
            same = vault_store.find(self.env, str(field), [company_id], normalized)
            if same != [res_id]:
                label = field.get_description(self.env, ["string"])["string"]
                # an answer about somebody else's client counts as a search
                self.env["insurance.vault.quota"]._spend("search")
                self._sealed_log(
                    self.browse(res_id), "search_hit", [field.name], "denied"
                )
                raise ValidationError(
                    self.env._(
                        "Another client of the company has the same “%s”. "
                        "Ask your supervisor who looks after the client.",
                        label,
                    )
                )
