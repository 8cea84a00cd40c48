from contextlib import contextmanager

from odoo import models
from odoo.exceptions import UserError

from .. import vault_consumer, vault_store
from ..vault_store import UnsealError


class InsuranceSealedMixin(models.AbstractModel):
    """Values opened for registered code on the server."""

    _inherit = "insurance.sealed.mixin"

    @contextmanager
    def _unsealed(self, field_names, purpose, consumer):
        """Give {record: {field name: value}} to registered code, for a short time.

        :param consumer: see ``vault_consumer.register_consumer``
        """
        fields_ = self._sealed_fields(field_names)
        if not vault_consumer.is_registered(consumer):
            raise UserError(self.env._("Sealed data are opened by their reader alone."))
        self.check_access("read")
        self._sealed_archive()._log_use(
            "reveal", content=field_names, purpose=purpose, purpose_text=consumer.name
        )
        values = open_values(self, fields_)
        try:
            yield values
        finally:
            for opened in values.values():
                opened.clear()
            values.clear()


def open_values(records, sealed):
    """Return {record: {field name: Python value}}; no method, so no remote call."""
    places = records._sealed_cells()
    cells = {
        (record, field): places[record.id]._replace(
            slot=places[record.id].slot + field.name
        )
        for record in records
        for field in sealed
    }
    try:
        opened = vault_store.get(records.env, cells.values())
    except UnsealError as error:
        records._sealed_damage(error)
    values = {record: {} for record in records}
    for (record, field), cell in cells.items():
        text = opened[cell].decode() if cell in opened else False
        if text and field.kind == "amount":
            text = float(text)
        values[record][field.name] = text
    return values
