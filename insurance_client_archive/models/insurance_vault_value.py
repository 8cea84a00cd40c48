from odoo import fields, models


class InsuranceVaultValue(models.Model):
    """One sealed value. Nobody has access; ``vault_store`` alone reads and writes it.

    ``slot`` is the name of the field; with ``#`` and a name behind it, a piece of the
    value that is sealed on its own; for records below the archive it begins with the
    model and the record's uuid.
    """

    _name = "insurance.vault.value"
    _description = "Sealed value"
    _log_access = False
    _rec_name = "slot"

    archive_id = fields.Many2one(
        "insurance.archive", required=True, ondelete="restrict", readonly=True
    )
    slot = fields.Char(required=True, readonly=True)
    generation = fields.Integer(required=True, readonly=True)
    sealed = fields.Binary(
        attachment=False,
        required=True,
        readonly=True,
        prefetch=False,
        groups=fields.NO_ACCESS,
    )
    write_date = fields.Datetime(readonly=True)

    _slot_unique = models.UniqueIndex(
        "(archive_id, slot)", "A slot of an archive holds one value."
    )
