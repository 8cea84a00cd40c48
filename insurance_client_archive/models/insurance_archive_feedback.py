from odoo import api, fields, models
from odoo.fields import Domain

from .insurance_archive_policies import GROUPS
from .insurance_feedback_life import OPEN


class InsuranceArchive(models.Model):
    """What the client complained about, proposed or praised."""

    _inherit = "insurance.archive"

    feedback_ids = fields.One2many(
        "insurance.feedback",
        "archive_id",
        string="Complaints and suggestions",
        groups=GROUPS,
    )
    feedback_count = fields.Integer(
        string="Feedback", compute="_compute_feedback", compute_sudo=False
    )
    feedback_open_count = fields.Integer(
        string="Open feedback", compute="_compute_feedback", compute_sudo=False
    )

    @api.depends("feedback_ids.state")
    @api.depends_context("uid")
    def _compute_feedback(self):
        mine = Domain("archive_id", "in", self.ids)
        opened = mine & Domain("state", "in", OPEN)
        counts = self._count_by("insurance.feedback", mine, "archive_id")
        open_counts = self._count_by("insurance.feedback", opened, "archive_id")
        for archive in self:
            archive.feedback_count = counts.get(archive._origin, 0)
            archive.feedback_open_count = open_counts.get(archive._origin, 0)

    def action_open_feedback(self):
        self.ensure_one()
        return self._open_children("insurance_feedback_action")

    def action_new_feedback(self):
        """Open an empty record for what this client has to say."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("New feedback"),
            "res_model": "insurance.feedback",
            "view_mode": "form",
            "context": {"default_archive_id": self.id, "show_client_name": True},
        }
