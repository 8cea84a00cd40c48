from odoo import models

from .. import vault_shred


class InsuranceArchive(models.Model):
    """The end of what is sealed: see ``vault_shred.shred``, which no button calls."""

    _inherit = "insurance.archive"

    def _check_shred(self):
        """Override to refuse archives that something holds; they are locked."""

    def _on_shred(self):
        """Override to destroy what else only the keys of the archives open."""

    def _shred_dates(self):
        """Return {archive: dates} for a certificate; see ``vault_shred.dates``."""
        self.check_access("read")
        return vault_shred.dates(self)
