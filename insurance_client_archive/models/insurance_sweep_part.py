from odoo import fields, models


class InsuranceSweepPart(models.Model):
    """A range of ids of a sweep: what one worker at a time goes through.

    The worker holds the row's lock for the time of a chunk and moves ``after_id``
    forward in the chunk's own transaction: so a chunk that is not committed has not
    happened, and one that is committed is never done again. Written by SQL alone.
    """

    _name = "insurance.sweep.part"
    _description = "Part of bulk work"
    _log_access = False
    _rec_name = "sweep_id"

    sweep_id = fields.Many2one(
        "insurance.sweep", required=True, readonly=True, ondelete="cascade", index=True
    )
    after_id = fields.Integer(
        required=True, readonly=True, help="All ids up to this one were looked at."
    )
    until_id = fields.Integer(required=True, readonly=True)
    done_count = fields.Integer(string="Done count", required=True, readonly=True)
    chunk_size = fields.Integer(string="Chunk size", required=True, readonly=True)
    span = fields.Integer(
        readonly=True, help="Look at so many ids only, to find the one that fails."
    )
    write_date = fields.Datetime(readonly=True)

    _open_lookup = models.Index("(sweep_id, id) WHERE after_id < until_id")
