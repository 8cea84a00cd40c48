from odoo import api, fields, models


class InsurancePolicyChild(models.AbstractModel):
    """A record that hangs under a policy, and so under the policy's archive."""

    _name = "insurance.policy.child"
    _inherit = "insurance.archive.descendant"
    _description = "Record of a policy"

    _parent_field = "policy_id"

    policy_id = fields.Many2one(
        "insurance.policy",
        required=True,
        index=True,
        ondelete="cascade",
    )
    archive_id = fields.Many2one(
        compute="_compute_archive_id", store=True, precompute=True
    )

    @api.depends("policy_id.archive_id")
    def _compute_archive_id(self):
        self._set_archive_from_parent()
