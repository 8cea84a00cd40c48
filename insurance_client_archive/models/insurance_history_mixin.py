from odoo import models


class InsuranceHistoryMixin(models.AbstractModel):
    """Keep who changed which business field, when, from what to what.

    The history lives in ``insurance.change`` under the rules of the archive, not
    in a chatter that outlives the right to read.
    """

    _name = "insurance.history.mixin"
    _description = "Business fields with a history"

    #: stored fields that are book-keeping, not business
    _history_ignored = frozenset({"state_date"})

    def write(self, vals):
        names = self._history_fields(vals)
        before = self._history_snapshot(names) if names else {}
        result = super().write(vals)
        if before:
            records = self.browse(before)
            archives = records.sudo()._history_archives()
            after = records._history_snapshot(names)
            self._history_record(archives, names, before, after)
        return result

    def unlink(self):
        # what remains of a deleted record: its name, who deleted it and when
        names = ["display_name"]
        before = self._history_snapshot(names)
        archives = self.sudo()._history_archives()
        result = super().unlink()
        # an archive deleted as a slip of the pen takes its history along
        archives = self._history_existing(archives)
        self._history_record(archives, names, before, {})
        return result

    def _history_archives(self):
        """Return the archive whose history each record belongs to, by record id."""
        return {record.id: record.archive_id for record in self}

    def _history_existing(self, archives):
        """Return what is left of the archives by record id."""
        kept = self.env["insurance.archive"].union(*archives.values()).exists()
        return {key: archive & kept for key, archive in archives.items()}

    def _history_fields(self, vals):
        """Return the names in ``vals`` whose changes are kept."""
        return [
            name
            for name in vals
            if (field := self._fields.get(name))
            and field.store
            and field.type not in ("one2many", "binary")
            and name not in models.MAGIC_COLUMNS
            and name not in self._history_ignored
        ]

    def _history_snapshot(self, names):
        """Return the readable values of the fields by record id."""
        # as superuser: the history must be complete even where a linked record is
        # out of the user's sight; who reads the history is ruled by the archive
        return {
            record.id: [record._history_text(name) for name in names]
            for record in self.sudo()
        }

    def _history_text(self, name):
        """Return the field's value as a person would read it."""
        field, value = self._fields[name], self[name]
        if field.type == "many2many":
            return ", ".join(value.mapped("display_name"))
        if field.type in ("boolean", "integer", "float", "monetary"):
            return str(value)
        if not value:
            return ""
        if field.type == "selection":
            return dict(field._description_selection(self.env)).get(value, value)
        return str(field.convert_to_display_name(value, self) or "")

    def _history_record(self, archives, names, before, after):
        changes = [
            {
                "archive_id": archives[record_id].id,
                "model": self._name,
                "res_id": record_id,
                "field_name": name,
                "old_value": old,
                "new_value": new,
                "user_id": self.env.uid,
            }
            for record_id, values in before.items()
            if archives.get(record_id)
            for name, old, new in zip(
                names, values, after.get(record_id, [""] * len(names)), strict=True
            )
            if old != new
        ]
        if changes:
            # users have no right to write history themselves
            self.env["insurance.change"].sudo().create(changes)
