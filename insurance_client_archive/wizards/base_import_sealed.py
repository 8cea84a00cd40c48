from odoo import api, models

from odoo.addons.base_import.models.base_import import FIELDS_RECURSION_LIMIT

from ..sealed import Sealed, SealedRelated


class Base_ImportImport(models.TransientModel):
    _inherit = "base_import.import"

    @api.model
    def get_fields_tree(self, model, depth=FIELDS_RECURSION_LIMIT):
        """Offer no sealed field as the target of a column: ``load`` refuses it."""
        known = self.env[model]._fields
        return [
            field
            for field in super().get_fields_tree(model, depth)
            if not isinstance(known.get(field["name"]), Sealed | SealedRelated)
        ]
