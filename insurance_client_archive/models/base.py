from odoo import models
from odoo.models import fix_import_export_id_paths

from .. import use_log_reads


class Base(models.AbstractModel):
    _inherit = "base"

    def _field_to_sql(self, alias, field_expr, query=None):
        """Sort and group by a related field only where its own groups allow it.

        The ORM follows a related field as superuser before it looks at the groups,
        so that ordering by it would show what reading it refuses.
        """
        field = self._fields.get(field_expr.split(".", 1)[0])
        if field is not None and field.related and not field.store:
            self._check_field_access(field, "read")
        return super()._field_to_sql(alias, field_expr, query)

    def export_data(self, fields_to_export):
        """Export client data, whatever the model, for a stated purpose only."""
        paths = [
            "/".join(fix_import_export_id_paths(path)) for path in fields_to_export
        ]
        use_log_reads.log_export(self, paths)
        return super().export_data(fields_to_export)
