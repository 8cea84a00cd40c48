from dateutil.relativedelta import relativedelta

from odoo import api, fields, models


class InsuranceArchive(models.Model):
    """Inspections of the archive: the last one and the next."""

    _inherit = "insurance.archive"

    inspection_ids = fields.One2many("insurance.inspection", "archive_id")
    inspection_count = fields.Integer(
        compute="_compute_inspection_count", compute_sudo=True, string="Inspections"
    )
    last_inspection_date = fields.Date(
        string="Last inspection",
        compute="_compute_last_inspection",
        store=True,
        compute_sudo=True,
    )

    next_inspection_date = fields.Date(
        string="Next inspection",
        compute="_compute_next_inspection_date",
        store=True,
        compute_sudo=True,
        index="btree_not_null",
        help="Filed archives are inspected again and again; how often is a parameter.",
    )

    @api.depends("inspection_ids")
    def _compute_inspection_count(self):
        counts = dict(
            self.env["insurance.inspection"]._read_group(
                [("archive_id", "in", self.ids)], ["archive_id"], ["__count"]
            )
        )
        for archive in self:
            archive.inspection_count = counts.get(archive._origin, 0)

    @api.depends("inspection_ids.date")
    def _compute_last_inspection(self):
        latest = dict(
            self.env["insurance.inspection"]._read_group(
                [("archive_id", "in", self.ids)], ["archive_id"], ["date:max"]
            )
        )
        for archive in self:
            archive.last_inspection_date = latest.get(archive._origin)

    @api.depends("filed_on", "last_inspection_date")
    def _compute_next_inspection_date(self):
        filed = self.filtered("filed_on")
        months = filed and self.env["insurance.parameter"]._get("inspection_months")
        for archive in self:
            due = False
            if archive in filed:
                last = archive.last_inspection_date or archive.filed_on
                due = last + relativedelta(months=months)
            archive.next_inspection_date = due

    def action_open_inspections(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Inspections"),
            "res_model": "insurance.inspection",
            "view_mode": "list,form",
            "domain": [("archive_id", "=", self.id)],
            "context": {"default_archive_id": self.id},
        }

    def action_inspect(self):
        """Open a new inspection of this archive."""
        self.ensure_one()
        self._check_archivist()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Inspection"),
            "res_model": "insurance.inspection",
            "view_mode": "form",
            "target": "new",
            "context": {"default_archive_id": self.id},
        }
