from contextlib import contextmanager
from uuid import uuid4

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import SQL
from odoo.tools.translate import get_translation

from .. import vault_caller, vault_consumer, vault_store
from ..sealed import MASK, MASK_CHARACTER, Sealed
from ..tools import amount, blind_index
from ..tools.coded_error import CodedError
from ..tools.text import clean
from ..vault_process import VaultLocked
from ..vault_store import Cell, UnsealError

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

    # --- shown: a mask

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

    # --- written: sealed

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

    # --- found: exactly, by those who may

    def _sealed_absent_domain(self, field):
        """Return the records without a value; whether there is one is no secret."""
        slot = SQL("%s", field.name)
        if self._name != "insurance.archive":
            slot = SQL(
                "%s || %s.uuid || %s",
                f"{self._name}:",
                SQL.identifier(self._table),
                f":{field.name}",
            )
        archive = SQL("id" if self._name == "insurance.archive" else "archive_id")
        query = SQL(
            "(SELECT id FROM %(table)s WHERE NOT EXISTS (SELECT FROM"
            " insurance_vault_value value"
            " WHERE value.archive_id = %(table)s.%(archive)s"
            " AND value.slot = %(slot)s))",
            table=SQL.identifier(self._table),
            archive=archive,
            slot=slot,
        )
        return Domain("id", "in", query)

    def _sealed_exact_domain(self, field, values):
        """Return the records with one of the values that the user may open."""
        ids = []
        for value in values:
            ids += self._sealed_search(field, str(value))
        return Domain("id", "in", ids)

    def _sealed_search(self, field, value):
        """Return the ids of the records with just this value that the user may open.

        The right to search, the limit and the log come first, hit or miss.
        """
        label = field.get_description(self.env, ["string"])["string"]
        if not field.exact:
            raise UserError(self.env._("“%s” can't be searched.", label))
        # superuser mode, and somebody else's environment, give no right to ask
        caller = vault_caller.current_caller(self.env)
        asked_by_caller = caller and caller.uid == self.env.uid
        if not asked_by_caller or not self.sudo(False)._may_search_sealed(field):
            self._sealed_log(self.browse(), "search", [field.name], "denied")
            raise UserError(self.env._("You may not search by “%s”.", label))
        self.env["insurance.vault.quota"]._spend("search")
        normalized = blind_index.NORMALIZERS[field.kind](value)
        company_ids = self.env.user._get_company_ids()
        # values of archives out of sight are compared, too, and then left out
        found = self.sudo(False).browse(
            vault_store.find(self.env, str(field), company_ids, normalized)
        )
        found = found._filtered_access("read")
        action = "search_hit" if found else "search_miss"
        self._sealed_log(found, action, [field.name], "done")
        return found.ids

    def _may_search_sealed(self, field):
        """Override to say who may search by exact numbers."""
        return self.env.user.has_group(f"{MODULE}.group_agent")

    @api.model
    def search_by_identifier(self, field_name, value):
        """Return the ids of the records with this number that the user may open."""
        [field] = self._sealed_fields([field_name])
        if not value or not isinstance(value, str):
            raise UserError(self.env._("Enter the number to look for."))
        return self._sealed_search(field, value)

    @api.model
    def identifier_fields(self):
        """Return the fields that can be searched by number, with their labels."""
        self.check_access("read")
        return [
            {
                "name": field.name,
                "label": field.get_description(self.env, ["string"])["string"],
            }
            for field in self._sealed_fields()
            if field.exact
        ]

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

    # --- opened by code on the server

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
