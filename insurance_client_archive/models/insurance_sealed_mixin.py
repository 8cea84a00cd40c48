from uuid import uuid4

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from .. import vault_store
from ..sealed import Sealed
from ..vault_store import Cell

MODULE = "insurance_client_archive"
TAIL = "#tail"


class InsuranceSealedMixin(models.AbstractModel):
    """Fields whose values are kept encrypted under the key of the client's archive.

    The model is the archive itself or hangs under it by ``archive_id``.
    """

    _name = "insurance.sealed.mixin"
    _description = "Model with sealed fields"

    uuid = fields.Char(
        default=lambda self: str(uuid4()),
        required=True,
        readonly=True,
        copy=False,
        prefetch=False,
        groups=fields.NO_ACCESS,
        help="What sealed values are bound to; it never changes.",
    )

    _uuid_unique = models.UniqueIndex("(uuid)", "A uuid belongs to one record.")

    def init(self):
        result = super().init()
        if not self._abstract:
            # rows that are not written by the ORM get one, too
            self.env.cr.execute(
                SQL(
                    "ALTER TABLE %s ALTER COLUMN uuid"
                    " SET DEFAULT gen_random_uuid()::varchar",
                    SQL.identifier(self._table),
                )
            )
        return result

    def _init_column(self, column_name):
        if column_name != "uuid":
            return super()._init_column(column_name)
        # a default would give all rows that exist the same one
        self.env.cr.execute(
            SQL(
                "UPDATE %s SET uuid = gen_random_uuid()::varchar WHERE uuid IS NULL",
                SQL.identifier(self._table),
            )
        )
        return None

    # --- which fields, whose key, where

    @api.model
    def _sealed_fields(self, names=None):
        """Return the sealed fields of the model, or those named; refuse others."""
        if names is None:
            return [
                field for field in self._fields.values() if isinstance(field, Sealed)
            ]
        found = [self._fields.get(name) for name in names]
        if not found or not all(isinstance(field, Sealed) for field in found):
            raise UserError(self.env._("Name the sealed fields to open."))
        return found

    def _sealed_archive(self):
        """Return the archives under whose keys the records are sealed."""
        return self if self._name == "insurance.archive" else self.archive_id

    def _sealed_cells(self):
        """Return {record id: cell without the name of the field}."""
        if self._name == "insurance.archive":
            return {record_id: Cell(record_id, "") for record_id in self.ids}
        # the uuid is nobody's to read; here it only finds the place
        return {
            record.id: Cell(record.archive_id.id, f"{self._name}:{record.uuid}:")
            for record in self.sudo()
        }

    def unlink(self):
        if self._name == "insurance.archive":
            # all or nothing, also for a caller who catches the refusal
            with self.env.cr.savepoint():
                self.check_access("unlink")
                vault_store.forget_archives(self.env, self.ids)
                return super().unlink()
        cells, ids = self._sealed_cells(), self.ids
        result = super().unlink()
        self._sealed_forget(cells, ids)
        return result

    def _sealed_forget(self, cells, ids):
        """Remove the values and index entries of deleted records."""
        sealed = self._sealed_fields()
        vault_store.forget_slots(
            self.env,
            {
                cell._replace(slot=cell.slot + field.name + piece)
                for cell in cells.values()
                for field in sealed
                for piece in ("", TAIL)
            },
        )
        gone = {(0, res_id): (None, None) for res_id in ids}
        for field in sealed:
            if field.exact:
                vault_store.index(self.env, str(field), gone)

    @api.model
    def load(self, fields, data):
        """Refuse sealed columns: an imported file is kept in the open for hours.

        ``create`` takes many records at once and seals them before they are stored.
        """
        names = {path.split("/")[0].split(".")[0] for path in fields}
        sealed = [field for field in self._sealed_fields() if field.name in names]
        if sealed:
            labels = [
                field.get_description(self.env, ["string"])["string"]
                for field in sealed
            ]
            raise UserError(self._sealed_import_refusal(labels))
        return super().load(fields, data)

    @api.model
    def _sealed_import_refusal(self, columns):
        return self.env._(
            "Sealed data can't be imported from a file, because the server keeps the "
            "file readable for hours. Leave out: %s. Enter them in the archive, or let "
            "a program create the archives.",
            ", ".join(columns),
        )

    # --- recorded

    def _sealed_log(self, records, action, content, result, **event):
        archives = records._sealed_archive() if records else records
        if archives._name != "insurance.archive":
            archives = self.env["insurance.archive"]
        archives._log_use(action, content=content, result=result, **event)

    def _sealed_damage(self, error):
        """Record that a stored value is not what was stored, and say so."""
        if error.code == "destroyed":
            raise UserError(
                self.env._(
                    "The sealed data of this archive were destroyed. Nothing can be "
                    "sealed in it any more."
                )
            ) from None
        archive = self.env["insurance.archive"].browse(error.cell.archive_id)
        archive._log_use(
            "alarm",
            content=[error.cell.slot],
            purpose_text="damaged",
            result="failed",
        )
        archive._log_use(
            "reveal",
            content=[error.cell.slot],
            purpose_text=error.code,
            result="failed",
        )
        raise UserError(
            self.env._(
                "The value can't be opened: it was changed or moved outside the "
                "application, or its key is gone. Tell compliance."
            )
        ) from None
