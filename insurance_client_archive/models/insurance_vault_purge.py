import logging

from odoo import api, models

from .. import vault_process, vault_shred
from ..tools.ledger import LedgerError
from ..vault_process import VaultLocked

_logger = logging.getLogger(__name__)


class InsuranceVaultKey(models.Model):
    """Destroyed keys leave the files of the database as well, in the night after."""

    _inherit = "insurance.vault.key"

    @api.model
    def _cron_purge(self):
        """Clean the files when a destruction has not been followed by that yet.

        It only removes what is destroyed already; nothing that can be opened goes.
        """
        try:
            held = vault_process.keys(self.env)
        except VaultLocked as locked:
            # the screen of the keys says so, too
            _logger.info("No purge, the vault is locked: %s", locked.code)
            return
        database = self.env.cr.dbname
        if not vault_shred.awaits_purge(database, held):
            return
        self.env["insurance.use.log"]._record("key", content=["purge"])
        # a transaction that began before the destruction would hold the rows back
        self.env["ir.cron"]._commit_progress(1)
        try:
            done = vault_shred.purge(database, held)
        except LedgerError as error:
            _logger.info("Purged, but the ledger took no date: %s", error.code)
            return
        if done["held_back"]:
            _logger.info("Another transaction still sees destroyed keys: next night.")
