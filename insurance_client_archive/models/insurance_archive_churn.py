from odoo import api, fields, models
from odoo.fields import Domain

from .insurance_archive_policies import GROUPS
from .insurance_churn_alert import OPEN


class InsuranceArchive(models.Model):
    """Warnings that the client may leave."""

    _inherit = "insurance.archive"

    churn_alert_ids = fields.One2many(
        "insurance.churn.alert", "archive_id", string="Warnings", groups=GROUPS
    )
    churn_open_count = fields.Integer(
        string="Open warnings", compute="_compute_churn", compute_sudo=False
    )

    @api.depends("churn_alert_ids.state")
    @api.depends_context("uid")
    def _compute_churn(self):
        opened = Domain("archive_id", "in", self.ids) & Domain("state", "in", OPEN)
        counts = self._count_by("insurance.churn.alert", opened, "archive_id")
        for archive in self:
            archive.churn_open_count = counts.get(archive._origin, 0)

    def action_open_churn(self):
        self.ensure_one()
        return self._open_children("insurance_churn_alert_action")
