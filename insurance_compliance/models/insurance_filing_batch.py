from odoo import api, fields, models
from odoo.exceptions import UserError

from .insurance_destruction import ARCHIVIST


class InsuranceFilingBatch(models.Model):
    """A list of archives that is too long for one click: filed in the background."""

    _name = "insurance.filing.batch"
    _description = "Filing of a list"
    _order = "id desc"
    _rec_name = "create_date"

    user_id = fields.Many2one("res.users", string="Filed by", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    archive_ids = fields.Many2many("insurance.archive", readonly=True)
    storage_place = fields.Char(string="Storage place", readonly=True)
    storage_medium = fields.Char(string="Storage medium", readonly=True)
    retention_mark = fields.Char(string="Retention", readonly=True)
    sweep_id = fields.Many2one("insurance.sweep", readonly=True)

    @api.model
    def _file(self, archives, values):
        """File the archives in the background; return what shows the progress."""
        user = self.env.user
        if not user.has_group(ARCHIVIST):
            raise UserError(self.env._("Only archivists file and store archives."))
        archives._check_archivist()
        # superuser: lists are made by this method alone
        batch = self.sudo().create(
            {
                **values,
                "user_id": user.id,
                "company_id": self.env.company.id,
                "archive_ids": archives.ids,
            }
        )
        sweep = self.env["insurance.sweep"]._start("filing_batch", {"batch": batch.id})
        batch.sweep_id = sweep
        return sweep.action_open()

    def _values(self):
        names = ("storage_place", "storage_medium", "retention_mark")
        return {name: self[name] for name in names if self[name]}
