from odoo import fields, models


class InsuranceVaultKey(models.Model):
    """The data key of an archive, one row a generation, wrapped by the master key.

    Nobody has access; ``vault_store`` alone reads and writes it.
    """

    _name = "insurance.vault.key"
    _description = "Wrapped data key"
    _rec_name = "archive_id"

    archive_id = fields.Many2one(
        "insurance.archive", required=True, ondelete="restrict", readonly=True
    )
    generation = fields.Integer(required=True, readonly=True)
    kek_version = fields.Integer(
        string="Master key version", required=True, readonly=True, index=True
    )
    wrapped = fields.Binary(
        attachment=False, readonly=True, prefetch=False, groups=fields.NO_ACCESS
    )
    state = fields.Selection(
        [
            ("live", "In use"),
            ("retiring", "Being replaced"),
            ("retired", "Replaced"),
            ("broken", "Unreadable"),
            ("destroyed", "Destroyed"),
            ("neutralized", "Neutralised"),
        ],
        required=True,
        default="live",
        readonly=True,
    )

    _generation_unique = models.UniqueIndex(
        "(archive_id, generation)", "An archive has one key of a generation."
    )
    _live_unique = models.UniqueIndex(
        "(archive_id) WHERE state = 'live'", "An archive has one key in use."
    )
    _state_known = models.Constraint(
        "CHECK((wrapped IS NOT NULL) = (state IN ('live', 'retiring', 'broken')))",
        "A key is there exactly as long as it is in use.",
    )
