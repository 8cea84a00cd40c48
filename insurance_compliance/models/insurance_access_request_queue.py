from odoo import api, fields, models
from odoo.fields import Domain

from .insurance_access_request_route import LEADER_RULES, MODULE


class InsuranceAccessRequest(models.Model):
    """What waits for whom: the queues of those who decide."""

    _inherit = "insurance.access.request"

    decidable = fields.Boolean(
        compute="_compute_decidable",
        search="_search_decidable",
        compute_sudo=False,
        help="The current user decides on such applications, or has decided on it.",
    )
    waits_for_me = fields.Boolean(
        string="Waits for my decision",
        compute="_compute_decidable",
        search="_search_waits_for_me",
        compute_sudo=False,
    )

    @api.depends("state", "approver_id", "second_approver_id")
    @api.depends_context("uid")
    def _compute_decidable(self):
        # superuser: the record rule is made of this very field
        requests = self.sudo()
        saved = Domain("id", "in", self.ids)
        decidable = requests.search(saved & self._decider_domain())
        waiting = requests.search(saved & self._waiting_domain())
        for request in self:
            request.decidable = request._origin.id in decidable.ids
            request.waits_for_me = request._origin.id in waiting.ids

    def _search_decidable(self, operator, value):
        if operator != "in" or set(value) != {True}:
            return NotImplemented
        return self._decider_domain()

    def _search_waits_for_me(self, operator, value):
        if operator != "in" or set(value) != {True}:
            return NotImplemented
        # superuser: the domain itself asks what the user decides on, by fields that
        # nobody may read
        return Domain("id", "in", self.sudo()._search(self._waiting_domain()))

    @api.model
    def _decider_domain(self):
        """Return what the user decides on, or once has; never own applications."""
        user = self.env.user
        ways = []
        if user.has_group(f"{MODULE}.group_supervisor"):
            ways.append(self._led_domain())
        if user.has_group(f"{MODULE}.group_department_head"):
            ways.append(self._headed_domain())
        if user.has_group(f"{MODULE}.group_compliance"):
            ways.append(Domain.TRUE)
        return (
            Domain("user_id", "!=", user.id)
            & Domain("state", "!=", "draft")
            & (
                Domain.OR(ways)
                | Domain("approver_id", "=", user.id)
                | Domain("second_approver_id", "=", user.id)
            )
        )

    @api.model
    def _led_domain(self):
        delegators = self._delegators()
        leaders = self.env.user | delegators
        return (
            Domain("level", "in", ("agent", "manager"))
            & Domain("team_id", "any!", [("user_id", "in", leaders.ids)])
            & Domain("user_id", "not in", delegators.ids)
        )

    @api.model
    def _headed_domain(self):
        """Return the applications of the departments that the user leads now."""
        delegators = self._delegators()
        heads = self.env.user | delegators
        return (
            Domain("level", "=", "department")
            & Domain("department_id", "any!", [("head_ids", "in", heads.ids)])
            & Domain("user_id", "not in", delegators.ids)
        )

    @api.model
    def _waiting_domain(self):
        """Return what is waiting for an approval that the user may give."""
        user = self.env.user
        first = Domain("approver_id", "=", False)
        ways = []
        if user.has_group(f"{MODULE}.group_supervisor"):
            led = Domain("first_rule", "in", LEADER_RULES) & self._led_domain()
            ways.append(first & led)
        if user.has_group(f"{MODULE}.group_department_head"):
            headed = Domain("first_rule", "=", "department_head")
            ways.append(first & headed & self._headed_domain())
        if user.has_group(f"{MODULE}.group_compliance"):
            ways.append(first & Domain("first_rule", "=", "compliance"))
            ways.append(
                Domain("second_needed", "=", True)
                & Domain("second_approver_id", "=", False)
            )
        others = Domain("user_id", "not in", (user | self._delegators()).ids)
        undecided = Domain("approver_id", "!=", user.id)
        state = Domain("state", "=", "submitted")
        return state & others & undecided & Domain.OR(ways)
