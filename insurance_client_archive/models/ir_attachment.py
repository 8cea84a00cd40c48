from odoo import models
from odoo.exceptions import AccessError


class IrAttachment(models.Model):
    _inherit = "ir.attachment"

    def _check_access(self, operation):
        """Let the model of a guarded binary field decide on its attachments.

        The ORM asks the model of attachments itself, which knows no such guard.
        """
        result = super()._check_access(operation)
        if self.env.su:
            return result
        forbidden, error = result or (self.browse(), None)
        guarded = (self - forbidden)._behind_guarded_field(operation)
        if not guarded:
            return result

        def refuse():
            return AccessError(self.env._("You may not open this file."))

        return forbidden | guarded, error or refuse

    def _behind_guarded_field(self, operation):
        field_operation = "read" if operation == "read" else "write"
        guarded = self.browse()
        # of the attachment no more than which field it belongs to
        for attachment in self.sudo().filtered("res_field"):
            model = self.env.get(attachment.res_model)
            field = model is not None and model._fields.get(attachment.res_field)
            if not field:
                continue
            # files of our records are exchanged by writing the record, which has its
            # own conditions; the field does so as superuser
            past = operation != "read" and model._name.startswith("insurance.")
            if past or not model._has_field_access(field, field_operation):
                guarded |= attachment.sudo(False)
        return guarded
