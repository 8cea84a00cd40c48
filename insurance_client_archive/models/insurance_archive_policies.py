from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from .insurance_claim_life import DONE
from .insurance_policy_life import IN_FORCE

GROUPS = (
    "insurance_client_archive.group_agent,insurance_client_archive.group_department"
)


class InsuranceArchive(models.Model):
    """What the client is insured for, and what was claimed."""

    _inherit = "insurance.archive"

    policy_ids = fields.One2many("insurance.policy", "archive_id", groups=GROUPS)
    claim_ids = fields.One2many("insurance.claim", "archive_id", groups=GROUPS)
    policy_count = fields.Integer(
        string="Policies", compute="_compute_policies", compute_sudo=False
    )
    policy_in_force_count = fields.Integer(
        string="Policies in force", compute="_compute_policies", compute_sudo=False
    )
    premium_in_force = fields.Monetary(
        string="Annual premium in force",
        compute="_compute_policies",
        compute_sudo=False,
        help="Annual premiums of the policies in force together.",
    )
    claim_count = fields.Integer(
        string="Claims", compute="_compute_claims", compute_sudo=False
    )
    claim_open_count = fields.Integer(
        string="Open claims", compute="_compute_claims", compute_sudo=False
    )

    @api.depends("policy_ids.state", "policy_ids.annual_premium")
    @api.depends_context("uid")
    def _compute_policies(self):
        counts, in_force, premiums = {}, {}, {}
        Policy = self.env["insurance.policy"].sudo(False)
        if Policy.has_access("read"):
            for archive, state, count, premium in Policy._read_group(
                [("archive_id", "in", self.ids)],
                ["archive_id", "state"],
                ["__count", "annual_premium:sum"],
            ):
                counts[archive] = counts.get(archive, 0) + count
                if state in IN_FORCE:
                    in_force[archive] = in_force.get(archive, 0) + count
                if state == "active":
                    premiums[archive] = premium
        for archive in self:
            key = archive._origin
            archive.policy_count = counts.get(key, 0)
            archive.policy_in_force_count = in_force.get(key, 0)
            archive.premium_in_force = premiums.get(key, 0)

    @api.depends("claim_ids.state")
    @api.depends_context("uid")
    def _compute_claims(self):
        mine = Domain("archive_id", "in", self.ids)
        opened = mine & Domain("state", "not in", DONE)
        counts = self._count_by("insurance.claim", mine, "archive_id")
        open_counts = self._count_by("insurance.claim", opened, "archive_id")
        for archive in self:
            archive.claim_count = counts.get(archive._origin, 0)
            archive.claim_open_count = open_counts.get(archive._origin, 0)

    def action_open_policies(self):
        self.ensure_one()
        return self._open_children("insurance_policy_action")

    def action_open_claims(self):
        self.ensure_one()
        return self._open_children("insurance_claim_action")

    def action_new_policy(self):
        """Open an empty application of this client."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("New policy"),
            "res_model": "insurance.policy",
            "view_mode": "form",
            "context": {"default_archive_id": self.id, "show_client_name": True},
        }

    def action_report_claim(self):
        """Open an empty claim of this client, on the policy if one is in force."""
        self.ensure_one()
        if not self.policy_ids:
            raise UserError(
                self.env._(
                    "%s has no policy yet. Enter the policy first, on the page "
                    "“Policies”.",
                    self.name,
                )
            )
        in_force = self.policy_ids.filtered(lambda policy: policy.state in IN_FORCE)
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Report a claim"),
            "res_model": "insurance.claim",
            "view_mode": "form",
            "context": {
                "claim_archive_id": self.id,
                "default_policy_id": len(in_force) == 1 and in_force.id,
            },
        }

    def _open_children(self, action):
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(
                f"insurance_client_archive.{action}"
            ),
            "domain": [("archive_id", "=", self.id)],
            "context": {"default_archive_id": self.id, "show_client_name": True},
        }
