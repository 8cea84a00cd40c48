from odoo import models

from .. import vault_shred


class InsuranceArchive(models.Model):
    """The end of what is sealed: see ``vault_shred.shred``, which no button calls."""

    _inherit = "insurance.archive"

    def _check_shred(self):
        """Override to refuse archives that something holds; they are locked."""

    def _on_replay(self):
        """Override to destroy what else a restored backup has brought back.

        :return: an iterator that destroys an archive again with each step, after
            which the caller commits: a process that is killed goes on where it was
        """
        return iter(())

    def _on_shred(self):
        """Override to destroy what else only the keys of the archives open."""

    def _shred_dates(self):
        """Return {archive: dates} for a certificate; see ``vault_shred.dates``."""
        self.check_access("read")
        return vault_shred.dates(self)
