from odoo import api, fields, models


class InsuranceArchive(models.Model):
    """What was given to others from this archive."""

    _inherit = "insurance.archive"

    share_count = fields.Integer(
        string="Shares", compute="_compute_share_count", compute_sudo=False
    )
    share_live_count = fields.Integer(
        string="Open shares", compute="_compute_share_count", compute_sudo=False
    )

    @api.depends_context("uid")
    def _compute_share_count(self):
        shares = self.env["insurance.share"]
        mine = [("archive_id", "in", self.ids)]
        if not shares.has_access("read"):
            self.share_count = self.share_live_count = 0
            return
        counts = dict(shares._read_group(mine, ["archive_id"], ["__count"]))
        live = dict(
            shares._read_group(
                [*mine, ("live", "=", True)], ["archive_id"], ["__count"]
            )
        )
        for archive in self:
            archive.share_count = counts.get(archive._origin, 0)
            archive.share_live_count = live.get(archive._origin, 0)

    def action_open_client_shares(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "insurance_compliance.insurance_share_action"
        )
        return {
            **action,
            "domain": [("archive_id", "=", self.id)],
            "context": {"default_archive_id": self.id, "show_client_name": True},
        }

    def action_new_share(self):
        """Open an empty share of this client."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("New share"),
            "res_model": "insurance.share",
            "view_mode": "form",
            "context": {"default_archive_id": self.id, "show_client_name": True},
        }
