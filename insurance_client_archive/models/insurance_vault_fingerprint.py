from odoo import fields, models


class InsuranceVaultFingerprint(models.Model):
    """Which keys this database was used with, to know a wrong keyring before use."""

    _name = "insurance.vault.fingerprint"
    _description = "Fingerprint of a key"
    _log_access = False

    name = fields.Char(required=True, readonly=True)
    value = fields.Char(required=True, readonly=True)

    _name_unique = models.UniqueIndex("(name)", "A key has one fingerprint.")
