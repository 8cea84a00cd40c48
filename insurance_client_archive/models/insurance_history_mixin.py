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
        before = self._history_snapshot(names)
        result = super().write(vals)
        self._history_record(names, before)
        return result

    def _history_archives(self):
        """Return the archive whose history each record belongs to, by record id."""
        return {record.id: record.archive_id for record in self}

    def _history_fields(self, vals):
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
        if not names:
            return {}
        # as superuser: the history must be complete even where one of the linked
        # records is out of the user's sight; who reads it is ruled by the archive
        return {
            record.id: [record._history_text(name) for name in names]
            for record in self.sudo()
        }

    def _history_text(self, name):
        """Return the field's value as a person would read it."""
        field, value = self._fields[name], self[name]
        if field.type == "many2many":
            return ", ".join(value.mapped("display_name"))
        if field.type == "boolean":
            return str(bool(value))
        if field.type in ("integer", "float", "monetary"):
            return str(value)
        if not value:
            return ""
        if field.type == "selection":
            return dict(field._description_selection(self.env)).get(value, value)
        return str(field.convert_to_display_name(value, self) or "")

    def _history_record(self, names, before):
        if not names or not before:
            return
        changes = []
        records = self.sudo().browse(before)
        archives = records._history_archives()
        for record in records:
            archive = archives.get(record.id)
            for name, old, new in zip(
                names, before[record.id], map(record._history_text, names), strict=True
            ):
                if old != new and archive:
                    changes.append(
                        {
                            "archive_id": archive.id,
                            "model": record._name,
                            "res_id": record.id,
                            "field_name": name,
                            "old_value": old,
                            "new_value": new,
                            "user_id": self.env.uid,
                        }
                    )
        if changes:
            # users have no right to write history themselves
            self.env["insurance.change"].sudo().create(changes)
