from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Command

from odoo.addons.insurance_client_archive import vault_store
from odoo.addons.insurance_client_archive.tools import blind_index

from ..access_slice import column


class InsuranceAccessRequest(models.Model):
    """The ways to an application: from an archive, a sealed value, a search."""

    _inherit = "insurance.access.request"

    @api.model
    def _open_application(self, archives=None, slices=()):
        """Return the action that opens a new application in a dialog.

        :param archives: clients that the user may open
        :param slices: names out of ``access_slice.SLICES``
        """
        lines = [
            Command.create({"archive_id": archive.id}) for archive in archives or ()
        ]
        defaults = {f"default_{column(name)}": True for name in slices}
        if lines:
            defaults["default_line_ids"] = lines
        return self._dialog() | {"context": defaults}

    @api.model
    def apply_by_identifier(self, field_name, value):
        """Begin an application for the client with this number; return its form.

        Whether there is such a client is not told: the application begins either way,
        and those who decide see what it names. The search is in the log, and counts.
        """
        archives = self.env["insurance.archive"]
        [field] = archives._sealed_fields([field_name])
        if not isinstance(value, str) or not value.strip():
            raise UserError(self.env._("Enter the number to look for."))
        # the right to search, the limit and the log
        visible = archives._sealed_search(field, value)
        if visible:
            return self._open_application(archives.browse(visible))
        normalized = blind_index.NORMALIZERS[field.kind](value)
        found = vault_store.find(
            self.env, str(field), [self.env.company.id], normalized
        )
        request = self.create({"line_ids": [Command.create({})]})
        label = field.get_description(self.env, ["string"])["string"]
        request.line_ids._keep_target(archives.browse(found[:1]), identifier=label)
        return self._dialog() | {"res_id": request.id}

    @api.model
    def _dialog(self):
        view = self.env.ref(
            "insurance_compliance.insurance_access_request_view_form_ask"
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Ask for access"),
            "res_model": self._name,
            "view_mode": "form",
            "views": [(view.id, "form")],
            "target": "new",
        }
