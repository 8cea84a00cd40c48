from odoo import models


class InsuranceArchiveFile(models.TransientModel):
    """A long list is filed in the background, with a list of what was refused."""

    _inherit = "insurance.archive.file"

    def action_confirm(self):
        archives = self._archives()
        most = self.env["insurance.parameter"]._get("filing_at_once")
        if len(archives) <= most:
            return super().action_confirm()
        names = ("storage_place", "storage_medium", "retention_mark")
        values = {name: self[name] for name in names if self[name]}
        return self.env["insurance.filing.batch"]._file(archives, values)

    def _problems(self, archives):
        """Look at the first ones only: the others are looked at when filed."""
        most = self.env["insurance.parameter"]._get("filing_at_once")
        return super()._problems(archives[:most])
