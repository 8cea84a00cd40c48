from odoo import api, fields, models
from odoo.exceptions import UserError

from ..models.insurance_number_pattern import RETENTION_MARKS


class InsuranceArchiveFile(models.TransientModel):
    """File a selection of entered archives, after a look at what will happen."""

    _name = "insurance.archive.file"
    _description = "File archives"

    archive_ids = fields.Many2many(
        "insurance.archive", string="Archives", required=True
    )
    ready_count = fields.Integer(compute="_compute_ready", string="Ready to be filed")
    refused_count = fields.Integer(compute="_compute_ready", string="Not ready")
    refused = fields.Text(compute="_compute_ready", string="Why they are not ready")
    first_number = fields.Char(
        string="First number",
        compute="_compute_first_number",
        help="The next number of the first archive's series, if nobody else files "
        "in the meantime.",
    )
    retention_mark = fields.Selection(
        RETENTION_MARKS,
        string="Retention",
        help="Leave empty to keep each archive as long as its class says.",
    )
    storage_place = fields.Char(
        string="Storage place", help="Room, cabinet and box of the paper file."
    )
    storage_medium = fields.Selection(
        lambda self: (
            self.env["insurance.archive"]
            ._fields["storage_medium"]
            ._description_selection(self.env)
        ),
        string="Storage medium",
        required=True,
        default="electronic",
    )

    @api.depends("archive_ids")
    def _compute_ready(self):
        for wizard in self:
            problems = wizard._problems(wizard._archives())
            wizard.refused = "\n".join(problems.values())
            wizard.refused_count = len(problems)
            wizard.ready_count = len(wizard.archive_ids) - len(problems)

    @api.depends("archive_ids", "retention_mark")
    def _compute_first_number(self):
        for wizard in self:
            archives = wizard._archives()
            ready = archives - archives.browse(wizard._problems(archives))
            try:
                wizard.first_number = wizard._preview(ready.sorted("id")[:1])
            except UserError as error:
                wizard.first_number = str(error)

    def action_confirm(self):
        self.ensure_one()
        values = {
            "storage_place": self.storage_place,
            "storage_medium": self.storage_medium,
        }
        if self.retention_mark:
            values["retention_mark"] = self.retention_mark
        return self._archives()._file(values)

    def _archives(self):
        archives = self.archive_ids._origin
        archives._check_archivist()
        return archives

    def _problems(self, archives):
        """Return why some of the archives can't be filed, as {id: message}."""
        return archives._filing_problems()

    def _preview(self, archive):
        if not archive:
            return ""
        # superuser: whoever files needs no right on the patterns' set-up
        pattern = self.env["insurance.number.pattern"].sudo()
        return pattern._of_company(archive.company_id)._next_number_of(
            archive.sudo(), self.retention_mark
        )
