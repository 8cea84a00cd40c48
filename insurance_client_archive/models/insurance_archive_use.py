from odoo import api, fields, models

from .. import use_log_reads
from .insurance_use_log import MODULE

RECENT = 20


class InsuranceArchive(models.Model):
    """Uses of the archive: what is read, exported and refused is in the use log."""

    _inherit = "insurance.archive"

    recent_use_ids = fields.Many2many(
        "insurance.use.log",
        string="Latest uses",
        compute="_compute_recent_use_ids",
        groups=f"{MODULE}.group_supervisor,{MODULE}.group_compliance",
        exportable=False,
    )

    @api.depends_context("uid")
    def _compute_recent_use_ids(self):
        # as the user: the log has rules of its own
        log = self.env["insurance.use.log"]
        for archive in self:
            # a query for each: shown on the form of one archive
            saved = archive._origin.id
            archive.recent_use_ids = saved and log.search(
                [("concerned_id", "=", saved)], limit=RECENT
            )

    def _check_purpose(self, action, stated, model, paths=()):
        """Override to refuse an export or a print for which these are not open.

        Without archives it is a table over all that the user may see.

        :param dict stated: purpose and purpose_text, as for the log
        :param model: of what is taken away
        :param paths: the columns of an export
        """

    def _log_use(self, action, **event):
        """Record a use of these archives; see ``insurance.use.log._record``."""
        # whoever uses data may not be able to read the log
        log = self.env["insurance.use.log"].sudo()
        return log._record(action, archives=self, **event)

    def _read_format(self, fnames, load="_classic_read"):
        use_log_reads.log_read(self, fnames)
        return super()._read_format(fnames, load)

    @api.model_create_multi
    def create(self, vals_list):
        names = set().union(*vals_list)
        archives = super().create(vals_list)
        archives._log_use("create", content=names, wait=False)
        return archives

    def action_open_uses(self):
        """Show who has used this archive."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "insurance_client_archive.insurance_use_log_action_archive"
        )
        return {**action, "domain": [("concerned_id", "=", self.id)]}


class InsuranceArchiveChild(models.AbstractModel):
    _inherit = "insurance.archive.child"

    def _read_format(self, fnames, load="_classic_read"):
        use_log_reads.log_read(self, fnames, "archive_id")
        return super()._read_format(fnames, load)

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        if not self.env.su:
            # a record more is a change of the archive; what the server adds is not
            records.archive_id._log_use("edit", content=[self._name], wait=False)
        return records


class InsuranceHistoryMixin(models.AbstractModel):
    _inherit = "insurance.history.mixin"

    def _history_record(self, archives, names, before, after):
        result = super()._history_record(archives, names, before, after)
        used = self.env["insurance.archive"].union(*archives.values())
        if used:
            used._log_use("edit", content=names, wait=False)
        return result


class ResPartner(models.Model):
    _inherit = "res.partner"

    def _read_format(self, fnames, load="_classic_read"):
        result = super()._read_format(fnames, load)
        # after reading: only then it is known who of them is a client
        if any(name.startswith("insurance_") for name in fnames):
            use_log_reads.log_read(self, fnames, "insurance_archive_id")
        return result


class CrmLead(models.Model):
    _inherit = "crm.lead"

    def _read_format(self, fnames, load="_classic_read"):
        result = super()._read_format(fnames, load)
        if any(name.startswith("insurance_") for name in fnames):
            use_log_reads.log_read(self, fnames, "insurance_archive_id")
        return result
