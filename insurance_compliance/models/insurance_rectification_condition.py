from odoo import models
from odoo.exceptions import AccessError, UserError

from ..person import check_person
from .insurance_rectification import COMPLIANCE


class InsuranceRectification(models.Model):
    """Who may take which step, and when it is due."""

    _inherit = "insurance.rectification"

    def _check_responsible(self):
        check_person(self.env)
        if not self.responsible_id:
            raise UserError(
                self.env._("Nobody is responsible for %s yet.", self.number)
            )
        if self.responsible_id != self.env.user:
            raise UserError(
                self.env._(
                    "%(person)s is responsible for %(number)s and takes this step.",
                    person=self.responsible_id.name,
                    number=self.number,
                )
            )

    def _check_begin(self):
        self._check_responsible()

    def _check_done(self):
        self._check_responsible()
        if not (self.measure or "").strip():
            raise UserError(
                self.env._("Write down the measure: what was done about it.")
            )
        if not self._evidence_of_round():
            raise UserError(self.env._("Add evidence: what shows that it is mended?"))

    def _check_verifier(self):
        """Refuse whoever has a part in what is verified."""
        check_person(self.env)
        user = self.env.user
        if user in self._mended_by():
            raise UserError(
                self.env._(
                    "Somebody else verifies %s: you have mended it, or added its "
                    "evidence.",
                    self.number,
                )
            )
        if self.verifier_id and user != self.verifier_id:
            raise UserError(
                self.env._(
                    "%(person)s verifies %(number)s.",
                    person=self.verifier_id.name,
                    number=self.number,
                )
            )
        if not self.verifier_id and not user.has_group(COMPLIANCE):
            raise AccessError(
                self.env._("A compliance officer verifies %s.", self.number)
            )

    def _check_verify(self):
        self._check_verifier()
        if self._found_since_done():
            raise UserError(
                self.env._(
                    "%s was found again after it had been reported as done. Return it.",
                    self.number,
                )
            )

    def _check_not_own(self):
        check_person(self.env)
        if self.env.user in self.responsible_id | self._responsible_before():
            raise UserError(
                self.env._("Somebody else decides that your finding is none.")
            )

    def _check_effect(self):
        """Let the server say it by the checks, or an officer who did not mend it."""
        if not self.env.su:
            self._check_verifier_of_effect()
        if self._found_since_done():
            raise UserError(
                self.env._("%s was found again: it had no effect.", self.number)
            )

    def _check_verifier_of_effect(self):
        check_person(self.env)
        if not self.env.user.has_group(COMPLIANCE):
            raise AccessError(self.env._("Compliance evaluates the effect."))
        if self.env.user in self._mended_by():
            raise UserError(
                self.env._("Somebody else evaluates the effect of your measure.")
            )

    def _check_reopen(self):
        if not self.env.su:
            check_person(self.env)
            if not self.env.user.has_group(COMPLIANCE):
                raise AccessError(self.env._("Compliance reopens findings."))

    def _mended_by(self):
        """Return everybody who had a part in the work since it came back."""
        self.ensure_one()
        # superuser: who they are, whoever asks
        row = self.sudo()
        done = row.step_ids.filtered(
            lambda step: step.to_state == "done" and step.round == row.reopen_count
        )
        return (
            row.responsible_id
            | row._responsible_before()
            | row.done_by_id
            | done.user_id
            | row._evidence_of_round().user_id
        )

    def _responsible_before(self):
        """Return who was responsible since it came back, before it was handed on."""
        self.ensure_one()
        # superuser: who they are, whoever asks
        row = self.sudo()
        return row.step_ids.filtered(
            lambda step: step.round == row.reopen_count
        ).responsible_id

    def _evidence_of_round(self):
        self.ensure_one()
        # superuser: rows of this finding alone
        row = self.sudo()
        return row.evidence_ids.filtered(
            lambda evidence: evidence.round == row.reopen_count
        )
