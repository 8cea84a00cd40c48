from odoo import api, models
from odoo.exceptions import ValidationError
from odoo.fields import NO_ACCESS

from ..sealed import SealedRelated, sealed_target


class IrDefault(models.Model):
    _inherit = "ir.default"

    @api.constrains("field_id")
    def _check_not_sealed(self):
        """A default is stored in the open and given to everybody who creates."""
        for default in self:
            # superuser: the names of a field and its model are no secret
            name = default.field_id.sudo().name
            model = self.env.get(default.field_id.sudo().model)
            field = model is not None and model._fields.get(name)
            if field and (
                field.groups == NO_ACCESS
                or isinstance(field, SealedRelated)
                or sealed_target(self.env.registry, field)
            ):
                raise ValidationError(
                    self.env._("Sealed and protected fields have no default values.")
                )
