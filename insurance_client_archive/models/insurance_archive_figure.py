from odoo import fields, models

from .. import use_log_reads


class InsuranceArchiveFigure(models.AbstractModel):
    """A row of figures about a client: nothing is stored, reading it is a use.

    Give the inheriting model ``_table_query`` and the record rule on
    ``archive_id.accessible``.
    """

    _name = "insurance.archive.figure"
    _description = "Figures about a client"

    archive_id = fields.Many2one("insurance.archive", readonly=True)
    partner_id = fields.Many2one("res.partner", string="Client", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)

    def _read_format(self, fnames, load="_classic_read"):
        # the log takes the archive from the cache
        self.fetch(["archive_id"])
        use_log_reads.log_read(self, fnames, "archive_id")
        return super()._read_format(fnames, load)
