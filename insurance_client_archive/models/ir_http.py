from odoo import models

from .. import vault_process


class IrHttp(models.AbstractModel):
    _inherit = "ir.http"

    def session_info(self):
        info = super().session_info()
        if self.env.user.has_group("insurance_client_archive.group_admin"):
            info["insurance_vault_notice"] = self._vault_notice()
        return info

    def _vault_notice(self):
        """Return what an administrator must do about the keys, or nothing."""
        status = vault_process.status(self.env)
        if status["state"] == "locked":
            return status["message"]
        if status["state"] == "empty":
            return ""
        if status["development"]:
            return self.env._(
                "Sealed data use a keyring for development. Move it to a safe place "
                "and name that in the configuration file of the server."
            )
        if not status["backup_confirmed"]:
            return self.env._(
                "No backup of the keyring is confirmed. Without the keyring all sealed "
                "data are lost."
            )
        return ""
