from typing import NamedTuple

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

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
    """Who decides on an application, and how."""

    _inherit = "insurance.access.request"

    first_rule = fields.Selection(RULES, readonly=True, groups=fields.NO_ACCESS)
    second_needed = fields.Boolean(
        readonly=True,
        groups=fields.NO_ACCESS,
        help="It would tell the applicant that a client is a key or high-risk one.",
    )
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

    # --- decide

    def action_approve(self, revision=None):
        """Approve what was seen; with the last approval the grant is issued.

        :param int revision: the submission that the user has seen; a button sends it
        """
        for request in self:
            request._approve(revision)
        return True

    def action_refuse(self):
        return self._open_decision("refused")

    def action_revoke(self):
        return self._open_decision("revoked")

    def _approve(self, revision=None):
        slot, delegator = self._begin_decision(revision)
        if problems := self._problems_of_decider():
            raise UserError("\n".join(problems))
        self._note_step("approved", slot=slot.name, delegator_id=delegator.id)
        name = "approver_id" if slot.name == "first" else "second_approver_id"
        self._store({name: self.env.uid})
        if not self._open_slots():
            self._grant()

    def _refuse(self, reason, revision=None):
        slot, delegator = self._begin_decision(revision)
        if not (reason or "").strip():
            raise UserError(self.env._("Say why it is refused."))
        self._log_decision("denied")
        self._note_step(
            "refused", slot=slot.name, delegator_id=delegator.id, note=reason
        )
        self._store({"state": "refused", "state_reason": reason})
        self._tell_applicant()

    def _revoke(self, reason):
        self._check_decider()
        self._take_turn()
        if self.state != "approved" or not self._grant_runs():
            raise UserError(
                self.env._("“%s” opens nothing that could be revoked.", self.number)
            )
        if not (reason or "").strip():
            raise UserError(self.env._("Say why it is revoked."))
        self._end_grant(reason)
        self._note_step("revoked", note=reason)
        self._store({"state": "revoked", "state_reason": reason})
        self._tell_applicant()

    def _begin_decision(self, revision):
        """Return the approval to give and the absent person, or refuse."""
        self.ensure_one()
        self._check_decider()
        self._take_turn()
        if self.state != "submitted":
            raise UserError(
                self.env._(
                    "“%(request)s” is %(state)s: there is nothing to decide.",
                    request=self.number,
                    state=self.state_text,
                )
            )
        if revision is None:
            # says what was seen; it gives no right
            revision = self.env.context.get("seen_revision")
        if revision != self.revision:
            raise UserError(
                self.env._(
                    "“%s” has been changed. Look at it again, then decide.", self.number
                )
            )
        for slot in self._open_slots():
            if (place := self._place_in(slot)) is not None:
                return slot, place
        raise AccessError(
            self.env._("You have decided, or this approval is somebody else's.")
        )

    def _check_decider(self):
        """Refuse the applicant, and everybody who does not decide on it."""
        try:
            self.env["insurance.access.step"]._check_person()
            if self.user_id.id == self.env.uid:
                raise AccessError(self.env._("Nobody approves an own application."))
            if self.user_id in self._delegators():
                raise AccessError(
                    self.env._(
                        "You are the deputy of the applicant: somebody else decides."
                    )
                )
            if not self.decidable:
                raise AccessError(
                    self.env._("This application is decided by somebody else.")
                )
        except AccessError:
            self._log_decision("denied")
            raise

    def _check_approved(self):
        """Of the state machine: approved is what all approvals were given for."""
        if self._open_slots() or not self.grant_id:
            raise UserError(self.env._("An approval is missing."))

    def _grant(self):
        """Issue the grant; it opens what was applied for from the next request on."""
        grant = self.env["insurance.access.grant"]._issue(
            self.user_id,
            self._slices(),
            self.purpose_id,
            max(self.date_from, fields.Datetime.now()),
            self.date_to,
            archives=self._open_targets() if self.scope != "portfolio" else None,
            portfolio=self.scope == "portfolio",
            uses=self.uses_max,
            request=self,
            standing=self.standing,
        )
        self._store({"grant_id": grant.id})
        self._store({"state": "approved"})
        self._tell_applicant()

    def _log_decision(self, result):
        if not self.env.registry.ready:
            # an installation is no decision by a person
            return
        archives = self._targets()
        archives._log_use(
            "approve",
            content=[self._name],
            purpose=self.purpose_id.code or "",
            result=result,
            count=len(archives),
        )

    # --- who decides

    def _route(self):
        """Return who is asked, for the queues; the decision itself asks anew."""
        # superuser: memberships of teams, which the applicant need not see
        applicant = self.user_id.sudo()
        teams = applicant.crm_team_ids
        team = teams.filtered(lambda team: team.user_id != applicant)[:1]
        level = self.env["insurance.access.policy"]._of_user(applicant).level
        return {
            "team_id": (team or teams[:1]).id,
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
            heads = self.env.ref(f"{MODULE}.group_department_head").sudo().all_user_ids
            others = heads.filtered("active") - self.user_id
            return rule if others else "compliance"
        return rule or "compliance"

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
        group = {"department_head": "department_head", "compliance": "compliance"}
        return nobody if user.has_group(f"{MODULE}.group_{group[slot.rule]}") else None

    def _delegators(self):
        """Return the absent persons whose deputy the user is now."""
        return self.env["insurance.access.delegation"]._delegators_of(self.env.user)

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
            ways.append(Domain("level", "=", "department"))
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
    def _waiting_domain(self):
        """Return what is waiting for an approval that the user may give."""
        user = self.env.user
        first = Domain("approver_id", "=", False)
        ways = []
        if user.has_group(f"{MODULE}.group_supervisor"):
            led = Domain("first_rule", "in", LEADER_RULES) & self._led_domain()
            ways.append(first & led)
        if user.has_group(f"{MODULE}.group_department_head"):
            ways.append(first & Domain("first_rule", "=", "department_head"))
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

    # --- dialogs

    def action_approve_selected(self):
        """Show what can be approved at once, and what can't and why."""
        return self._open_decision("approved")

    def _open_decision(self, decision):
        self.check_access("read")
        return self.env["insurance.access.decide"]._open(decision, self)

    def _hurdle(self, decision):
        """Return why the user can't decide so; nothing when it is possible."""
        self.ensure_one()
        if self.user_id == self.env.user:
            return self.env._("Nobody approves an own application.")
        if self.user_id in self._delegators():
            return self.env._(
                "You are the deputy of the applicant: somebody else decides."
            )
        if not self.decidable:
            return self.env._("This application is decided by somebody else.")
        if decision == "revoked":
            if self.state == "approved" and self._grant_runs():
                return False
            return self.env._("It opens nothing that could be revoked.")
        if self.state != "submitted":
            return self.env._("It is %s: there is nothing to decide.", self.state_text)
        if all(self._place_in(slot) is None for slot in self._open_slots()):
            return self.env._("You have decided, or this approval is somebody else's.")
        problems = decision == "approved" and self._problems_of_decider()
        return "\n".join(problems) if problems else False
