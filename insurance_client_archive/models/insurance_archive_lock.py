from odoo import api, fields, models

from .. import vault_process


class InsuranceArchive(models.Model):
    """Say on the form when the vault is locked, before somebody types a value."""

    _inherit = "insurance.archive"

    sealed_lock = fields.Char(
        string="Sealed data are locked",
        compute="_compute_sealed_lock",
        exportable=False,
    )

    @api.depends_context("lang")
    def _compute_sealed_lock(self):
        status = vault_process.status(self.env)
        message = status["state"] == "locked" and status["message"]
        for archive in self:
            archive.sealed_lock = message
