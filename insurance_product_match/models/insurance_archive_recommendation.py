from odoo import api, fields, models
from odoo.exceptions import UserError

from .insurance_recommendation_life import OPEN


class InsuranceArchive(models.Model):
    """Advice to the client."""

    _inherit = "insurance.archive"

    recommendation_ids = fields.One2many(
        "insurance.recommendation", "archive_id", access_slice="basic"
    )
    recommendation_count = fields.Integer(
        string="Recommendations",
        compute="_compute_recommendation_count",
        compute_sudo=False,
        access_slice="basic",
    )

    @api.depends_context("uid")
    def _compute_recommendation_count(self):
        # as the current user even where the archive is read as superuser
        Recommendation = self.env["insurance.recommendation"].sudo(False)
        counts = {}
        if Recommendation.has_access("read"):
            domain = [("archive_id", "in", self.ids)]
            counts = dict(
                Recommendation._read_group(domain, ["archive_id"], ["__count"])
            )
        for archive in self:
            archive.recommendation_count = counts.get(archive._origin, 0)

    def action_new_recommendation(self):
        """Advise the client, or go on where the advice has stopped."""
        self.ensure_one()
        return self._advise()

    def action_open_recommendations(self):
        self.ensure_one()
        return self._open_recommendations([("archive_id", "=", self.id)])

    def _advise(self, lead=None):
        """Open the unfinished advice of the user to the client, else a new one."""
        if not self:
            raise UserError(
                self.env._("Open the client archive of this contact first.")
            )
        self.check_access("write")
        Recommendation = self.env["insurance.recommendation"]
        lead = lead or self.env["crm.lead"]
        mine = [
            ("archive_id", "=", self.id),
            ("agent_id", "=", self.env.uid),
            ("state", "in", OPEN),
        ]
        if lead:
            mine.append(("lead_id", "=", lead.id))
        advice = Recommendation.search(mine, limit=1) or Recommendation.create(
            {"archive_id": self.id, "lead_id": lead.id}
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Recommendation"),
            "res_model": Recommendation._name,
            "res_id": advice.id,
            "view_mode": "form",
            "context": {"show_client_name": True},
        }

    def _open_recommendations(self, domain):
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "insurance_product_match.insurance_recommendation_action"
        )
        context = {"show_client_name": True, "default_archive_id": self.id}
        return {**action, "domain": domain, "context": context}


class ResPartner(models.Model):
    _inherit = "res.partner"

    def action_new_recommendation(self):
        self.ensure_one()
        return self.insurance_archive_id._advise()
