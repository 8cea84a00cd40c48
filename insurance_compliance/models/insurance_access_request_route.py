from typing import NamedTuple

from odoo import fields, models

from odoo.addons.insurance_client_archive.models.insurance_archive_access import (
    MODULE,
)

LEADER_RULES = ("team_leader", "manager_supervisor")
RULES = [
    ("team_leader", "Leader of the team"),
    ("manager_supervisor", "Supervisor of the account manager"),
    ("department_head", "Department head"),
    ("compliance", "Compliance officer"),
]


class Slot(NamedTuple):
    """One of the approvals that an application needs."""

    name: str
    rule: str


class InsuranceAccessRequest(models.Model):
    """Whom an application goes to: by level, team, department, marks of the clients."""

    _inherit = "insurance.access.request"

    department_id = fields.Many2one(
        "insurance.department",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )
    first_rule = fields.Selection(RULES, readonly=True, groups=fields.NO_ACCESS)
    second_needed = fields.Boolean(
        readonly=True,
        groups=fields.NO_ACCESS,
        help="It would tell the applicant that a client is a key or high-risk one.",
    )

    def _route(self):
        """Return who is asked, for the queues; the decision itself asks anew."""
        # superuser: memberships of teams, which the applicant need not see
        applicant = self.user_id.sudo()
        teams = applicant.crm_team_ids
        team = teams.filtered(lambda team: team.user_id != applicant)[:1]
        level = self.env["insurance.access.policy"]._of_user(applicant).level
        return {
            "team_id": (team or teams[:1]).id,
            "department_id": self._department().id,
            "level": level,
            "first_rule": self._first_rule(team, level),
            "second_needed": self._needs_second(),
        }

    def _first_rule(self, team, level):
        """Return who approves; where nobody else is there, compliance does."""
        rule = self.env["insurance.access.policy"]._of_level(level).approver_rule
        if rule in LEADER_RULES:
            leader = team.user_id
            able = leader.active and leader.has_group(f"{MODULE}.group_supervisor")
            return rule if able and leader != self.user_id else "compliance"
        if rule == "department_head":
            others = self._department()._able_heads() - self.user_id
            return rule if others else "compliance"
        return rule or "compliance"

    def _department(self):
        """Return the applicant's department of today, as superuser."""
        return self.env["insurance.department"]._of(self.user_id, self.company_id)

    def _needs_second(self):
        """Tell whether a second person must approve."""
        policy = self._policy()
        if policy.second_approver_health and self.slice_health:
            return True
        marks = self._marks()
        return policy.second_approver_sensitive and bool(marks["key"] or marks["risk"])

    def _open_slots(self):
        """Return the approvals that are still missing."""
        # superuser: teams, policies and marks are asked for the decision alone
        request = self.sudo()
        slots = [Slot("first", request._first_rule(request.team_id, request.level))]
        if request._needs_second():
            slots.append(Slot("second", "compliance"))
        given = request.step_ids.filtered(
            lambda step: step.kind == "approved" and step.revision == request.revision
        )
        return [slot for slot in slots if slot.name not in given.mapped("slot")]

    def _place_in(self, slot):
        """Return the absent person for whom the user may approve, or nobody.

        None: the approval is somebody else's.
        """
        user, nobody = self.env.user, self.env["res.users"]
        if user in (self.approver_id, self.second_approver_id):
            return None
        if slot.rule in LEADER_RULES:
            # superuser: who leads the team of the applicant
            leader = self.sudo().team_id.user_id
            if not user.has_group(f"{MODULE}.group_supervisor"):
                return None
            if leader == user:
                return nobody
            return leader if leader in self._delegators() else None
        if slot.rule == "department_head":
            return self._place_of_head()
        return nobody if user.has_group(f"{MODULE}.group_compliance") else None

    def _place_of_head(self):
        """Return the absent head for whom the user may approve, or nobody."""
        user, nobody = self.env.user, self.env["res.users"]
        if not user.has_group(f"{MODULE}.group_department_head"):
            return None
        heads = self._department()._able_heads().sudo(False)
        if user in heads:
            return nobody
        absent = (heads & self._delegators())[:1]
        return absent or None

    def _delegators(self):
        """Return the absent persons whose deputy the user is now."""
        return self.env["insurance.access.delegation"]._delegators_of(self.env.user)
