from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools.translate import get_translation

from .. import vault_process
from ..tools import keyring
from ..tools.keyring import KeyringError
from .insurance_sealed_mixin import MODULE


class InsuranceVaultKey(models.Model):
    """What is done with the keyring itself. Whoever calls has checked who asks."""

    _inherit = "insurance.vault.key"

    @api.model
    def _confirm_backup(self):
        """Note in the keyring that a copy of it lies in a safe place."""
        place = self._keyring_file()
        # never without the right keyring: what is confirmed must be what is in use
        if not vault_process.is_unused(self.env):
            vault_process.keys(self.env)
        self._log_key("confirm_backup")
        try:
            keyring.confirm_backup(place.path)
        except KeyringError as error:
            raise self._keyring_refusal(error) from None

    @api.model
    def _keyring_file(self):
        """Return the place of the keyring, where it is a file of this server."""
        place = vault_process.location()
        if place.provider != "file":
            raise UserError(
                self.env._(
                    "The keys are kept by the provider “%s”: use its own tools.",
                    place.provider,
                )
            )
        return place

    @api.model
    def _keyring_refusal(self, error):
        lang = self.env.lang or "en_US"
        return UserError(get_translation(MODULE, lang, error.message, ()))

    @api.model
    def _log_key(self, *content, **event):
        """Record what is done with the keys, before it is done."""
        # whoever manages keys may not be able to read the log
        self.env["insurance.use.log"].sudo()._record("key", content=content, **event)
