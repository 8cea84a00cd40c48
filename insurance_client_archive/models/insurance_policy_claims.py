from odoo import api, fields, models


class InsurancePolicy(models.Model):
    """Claims on the policy."""

    _inherit = "insurance.policy"

    claim_ids = fields.One2many("insurance.claim", "policy_id", string="Claims")
    claim_count = fields.Integer(
        string="Claim count", compute="_compute_claim_count", compute_sudo=False
    )

    @api.depends("claim_ids")
    @api.depends_context("uid")
    def _compute_claim_count(self):
        counts = self.env["insurance.archive"]._count_by(
            "insurance.claim", [("policy_id", "in", self.ids)], "policy_id"
        )
        for policy in self:
            policy.claim_count = counts.get(policy._origin, 0)

    def action_open_claims(self):
        self.ensure_one()
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(
                "insurance_client_archive.insurance_claim_action"
            ),
            "domain": [("policy_id", "=", self.id)],
            "context": {"default_policy_id": self.id},
        }

    def action_report_claim(self):
        """Open an empty claim on this policy."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Report a claim"),
            "res_model": "insurance.claim",
            "view_mode": "form",
            "context": {"default_policy_id": self.id},
        }
