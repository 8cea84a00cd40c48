from odoo import fields, models


class InsuranceVaultIndex(models.Model):
    """Keyed hashes for exact search. Nobody has access but ``vault_store``.

    In a table of its own: destruction deletes these rows, as the key of the index is
    not the archive's.
    """

    _name = "insurance.vault.index"
    _description = "Blind index of sealed values"
    _log_access = False
    _rec_name = "field"

    archive_id = fields.Many2one(
        "insurance.archive",
        required=True,
        ondelete="restrict",
        index=True,
        readonly=True,
    )
    res_id = fields.Integer(required=True, readonly=True)
    field = fields.Char(required=True, readonly=True)
    digest = fields.Binary(
        attachment=False,
        required=True,
        readonly=True,
        prefetch=False,
        groups=fields.NO_ACCESS,
    )
    version = fields.Integer(required=True, readonly=True)

    _lookup = models.Index("(field, digest)")
    _record_unique = models.UniqueIndex(
        "(field, res_id)", "A record has one index entry for a field."
    )
