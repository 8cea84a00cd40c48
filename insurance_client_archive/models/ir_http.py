from odoo import models

from .. import vault_process

WATCHERS = (
    "insurance_client_archive.group_admin,insurance_client_archive.group_compliance"
)


class IrHttp(models.AbstractModel):
    _inherit = "ir.http"

    def session_info(self):
        info = super().session_info()
        # the session still has the language of the last login
        self = self.with_context(lang=self.env.user.lang)
        if self.env.user.has_group("insurance_client_archive.group_admin"):
            info["insurance_vault_notice"] = self._vault_notice()
        if self.env.user.has_groups(WATCHERS):
            info["insurance_jobs_notice"] = self._jobs_notice()
        return info

    def _jobs_notice(self):
        """Return which jobs of ours do not run, or nothing."""
        off, late = self.env["ir.cron"]._insurance_stopped()
        notices = []
        if off:
            notices.append(
                self.env._("Switched off: %s.", ", ".join(off.mapped("name")))
            )
        if late:
            notices.append(
                self.env._("Late or failing: %s.", ", ".join(late.mapped("name")))
            )
        if notices:
            notices.append(
                self.env._("The administrator finds them under Scheduled Actions.")
            )
        return " ".join(notices)

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
