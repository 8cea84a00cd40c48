from odoo import models
from odoo.exceptions import RedirectWarning, UserError


class InsuranceArchive(models.Model):
    """Notice and consent come before the data (handbook 6.2, PIPL 13, 17, 29).

    The walls hold for users, in forms, imports and remote calls alike; not for code on
    the server that acts by itself, such as a migration.
    """

    _inherit = "insurance.archive"

    def _check_enter(self):
        result = super()._check_enter()
        if not self.env.su:
            # superuser: which purposes there are is no secret
            purposes = (
                self.env["insurance.processing"]
                .sudo()
                .search([("at_entry", "=", True)])
            )
            self._check_told(purposes)
        return result

    def _on_sealed(self, field, values):
        result = super()._on_sealed(field, values)
        written = self.browse(archive.id for archive, text in values.items() if text)
        if written and not self.env.su:
            # superuser: which purposes there are is no secret
            purposes = (
                self.env["insurance.processing"]
                .sudo()
                .search([("field_ids.name", "=", field.name)])
            )
            written._check_told(purposes)
        return result

    def _check_told(self, purposes):
        """Refuse to go on where a client has not agreed or was not told."""
        for archive in self if purposes else ():
            missing = archive._not_told(purposes)
            if missing:
                archive._refuse_untold(missing)

    def _not_told(self, purposes):
        """Return those of the purposes that still stand in the way for this client."""
        self.ensure_one()
        # superuser: only what this very client has said
        said = self.sudo().consent_ids.filtered(lambda one: one.state != "replaced")
        living = self._live_consents("notice").processing_id
        return purposes.filtered(
            lambda purpose: (
                self._concerns(purpose)
                and purpose not in living
                and (
                    purpose in said.processing_id
                    or purpose._unanswered(self) == "missing"
                )
            )
        )

    def _refuse_untold(self, missing):
        self.ensure_one()
        names = "\n".join(f"• {purpose.name}" for purpose in missing)
        message = self.env._(
            "Show %(client)s the notice and take down the consent first "
            "(PIPL 13, 17, 29). Missing:\n%(purposes)s",
            client=self.display_name,
            purposes=names,
        )
        if self.create_date >= self.env.cr.now():
            # what is being created is gone when this is refused
            raise UserError(
                self.env._(
                    "%s\n\nSave the client without these data, then open “Notice and "
                    "consent”.",
                    message,
                )
            )
        raise RedirectWarning(
            message,
            self._consent_dialog(missing.ids),
            self.env._("Notice and consent"),
        )
