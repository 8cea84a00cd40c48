from odoo import api, fields, models
from odoo.fields import Domain

from odoo.addons.insurance_client_archive.flag_domain import flag_domain

from .insurance_share import MODULE

COMPLIANCE = f"{MODULE}.group_compliance"


class InsuranceShare(models.Model):
    """Who reviews and who decides, by the rules of the kind of sharing."""

    _inherit = "insurance.share"

    can_decide = fields.Boolean(
        compute="_compute_rights", help="The current user may approve or refuse."
    )
    can_review = fields.Boolean(
        compute="_compute_rights",
        help="The current user may say that the content is fit to be shared.",
    )
    is_mine = fields.Boolean(compute="_compute_rights")
    for_me = fields.Boolean(
        compute="_compute_for_me",
        search="_search_for_me",
        help="Waits for the current user to review or to decide.",
    )

    @api.depends("state", "requester_id", "reviewer_id", "kind")
    @api.depends_context("uid")
    def _compute_rights(self):
        for share in self:
            mine = share.requester_id == self.env.user
            decides = share._is_approver() and not mine
            waiting = share.state == "submitted"
            share.is_mine = mine
            share.can_review = bool(
                waiting
                and not mine
                and not share.reviewer_id
                and share._rules().needs_review
                and self.env.user.has_group(COMPLIANCE)
            )
            share.can_decide = (
                waiting
                and decides
                and bool(share.reviewer_id or not share._rules().needs_review)
            )

    @api.depends_context("uid")
    def _compute_for_me(self):
        waiting = self.search(self._for_me_domain() & Domain("id", "in", self.ids))
        for share in self:
            share.for_me = share in waiting

    def _search_for_me(self, operator, value):
        return flag_domain(operator, value, self._for_me_domain())

    @api.model
    def _for_me_domain(self):
        """Return the shares of others that wait for the current user."""
        rules = self.env["insurance.share.policy"]._of_all()
        ways = []
        for rule in rules:
            kind = Domain("kind", "=", rule.kind)
            reviewed = Domain("reviewer_id", "!=", False)
            if self.env.user.has_group(f"{MODULE}.group_{rule.approver}"):
                way = kind & (reviewed if rule.needs_review else Domain.TRUE)
                if rule.approver == "supervisor":
                    way &= Domain("archive_id.accessible", "=", True)
                ways.append(way)
            if rule.needs_review and self.env.user.has_group(COMPLIANCE):
                ways.append(kind & ~reviewed)
        return (
            Domain("state", "=", "submitted")
            & Domain("date_to", ">", "now")
            & Domain("requester_id", "!=", self.env.uid)
            & Domain.OR(ways)
        )

    def _rules(self):
        self.ensure_one()
        return self.env["insurance.share.policy"]._of(self.kind)

    def _is_approver(self):
        """Tell whether the current user has the role that decides on this kind."""
        self.ensure_one()
        role = self._rules().approver
        if not role or not self.env.user.has_group(f"{MODULE}.group_{role}"):
            return False
        # a supervisor decides on the clients of the own teams
        return role != "supervisor" or self.archive_id.sudo(False).has_access("read")
