from odoo import api, models


class InsuranceArchiveDescendant(models.AbstractModel):
    """A record that hangs under another child of an archive.

    The inheriting model names the link in ``_parent_field`` and declares
    ``archive_id`` as computed by ``_set_archive_from_parent``, so that the rules of
    the archive hold for it as well.
    """

    _name = "insurance.archive.descendant"
    _inherit = ["insurance.archive.child", "insurance.history.mixin"]
    _description = "Record under a record of a client archive"

    #: the many2one to the record that this one hangs under
    _parent_field = None

    @api.model_create_multi
    def create(self, vals_list):
        self._check_parent_access(vals_list)
        return super().create(vals_list)

    def write(self, vals):
        self._check_parent_access([vals])
        return super().write(vals)

    def _set_archive_from_parent(self):
        for record, parent in self._visible_parents():
            record.archive_id = parent.archive_id

    def _visible_parents(self):
        """Yield (record, parent), the parent empty where it must not be shown.

        A form that is not saved yet may name any record: only one that the user may
        open is used there.
        """
        unsaved = self.filtered(lambda record: not record.id)
        named = unsaved.mapped(self._parent_field).sudo(False)
        hidden = named - named._filtered_access("read")
        for record in self:
            parent = record[self._parent_field]
            if record in unsaved and parent in hidden:
                parent = parent.browse()
            yield record, parent

    @api.model
    def _check_parent_access(self, vals_list):
        """Refuse what would be linked to a record that the user may not change."""
        parent = self._parent_field
        ids = {vals[parent] for vals in vals_list if vals.get(parent)}
        self.env[self._fields[parent].comodel_name].browse(ids).check_access("write")
