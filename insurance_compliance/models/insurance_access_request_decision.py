from odoo import fields, models
from odoo.exceptions import AccessError, UserError


class InsuranceAccessRequest(models.Model):
    """How an application is approved, refused and revoked."""

    _inherit = "insurance.access.request"

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
