from odoo import api, fields, models

from ..retention_guard import install_guards


class InsuranceLegalHoldArchive(models.Model):
    """One archive that a hold keeps. Written by the hold alone."""

    _name = "insurance.legal.hold.archive"
    _description = "Archive under legal hold"
    _order = "hold_id desc, id"
    _rec_name = "hold_id"
    _log_access = False

    hold_id = fields.Many2one(
        "insurance.legal.hold",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    archive_id = fields.Many2one(
        "insurance.archive",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    number = fields.Char(string="Archive number", compute="_compute_number")
    state = fields.Selection(related="hold_id.state", string="State of the hold")

    _archive_unique = models.UniqueIndex("(hold_id, archive_id)")

    def init(self):
        result = super().init()
        install_guards(self.env.cr)
        return result

    @api.depends("archive_id")
    def _compute_number(self):
        # superuser: the number alone says nothing about the client
        for line in self.sudo():
            archive = line.archive_id
            line.number = archive.number or self.env._("Not filed: %s", archive.id)
