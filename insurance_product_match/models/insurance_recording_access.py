from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain

CHECKER = "insurance_product_match.group_recording_checker"
#: what a check says
CHECKED = frozenset({"state", "state_reason", "fault"})


class InsuranceRecording(models.Model):
    """Who checks recordings sees the ledger of what was drawn, and no archive."""

    _inherit = "insurance.recording"

    checkable = fields.Boolean(
        compute="_compute_checkable",
        compute_sudo=False,
        search="_search_checkable",
        help="The current user checks this recording.",
    )

    @api.depends("check_required", "agent_id")
    @api.depends_context("uid")
    def _compute_checkable(self):
        # as superuser: the record rule is made of this very field
        domain = Domain("id", "in", self.ids) & self._checkable_domain()
        seen = set(self.sudo().search(domain)._ids)
        for recording in self:
            recording.checkable = recording.id in seen

    def _search_checkable(self, operator, value):
        if operator != "in" or set(value) != {True}:
            return NotImplemented
        return self._checkable_domain()

    @api.model
    def _checkable_domain(self):
        if not self.env.user.has_group(CHECKER):
            return Domain.FALSE
        return (
            Domain("check_required", "=", True)
            & Domain("state", "!=", "due")
            & Domain("agent_id", "!=", self.env.uid)
        )

    def write(self, vals):
        if not self.env.su and vals.keys() - CHECKED:
            for recording in self:
                if not recording.archive_id.has_access("write"):
                    raise AccessError(
                        self.env._("You check this recording; its agent enters it.")
                    )
        return super().write(vals)
