from odoo import api, fields, models
from odoo.exceptions import UserError

from ..person import is_person
from .insurance_risk import COMPLIANCE
from .insurance_risk_assessment import GRADES


class InsuranceRisk(models.Model):
    """Who assesses a risk, and what an assessment changes."""

    _inherit = "insurance.risk"

    may_manage = fields.Boolean(compute="_compute_may")
    may_treat = fields.Boolean(compute="_compute_may")

    @api.depends("owner_id")
    @api.depends_context("uid")
    def _compute_may(self):
        officer = self.env.user.has_group(COMPLIANCE)
        for risk in self:
            risk.may_manage = officer
            risk.may_treat = officer or risk.owner_id == self.env.user

    def action_assess(self):
        """Open a new assessment of the risk.

        Likelihood and impact are grades from 1 to 5, before and after the controls.

        :raise UserError: the user neither owns the risk nor is in compliance
        """
        self.ensure_one()
        self._check_may_assess()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Assess “%s”", self.display_name),
            "res_model": "insurance.risk.assessment",
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_risk_id": self.id},
        }

    def _check_may_assess(self):
        """Let the owner assess the risk, and compliance."""
        for risk in self:
            risk.check_access("read")
            if not is_person(self.env) and not self.env.su:
                raise UserError(self.env._("Risks are assessed by persons."))
            officer = self.env.user.has_group(COMPLIANCE)
            if risk.owner_id != self.env.user and not officer:
                raise UserError(
                    self.env._(
                        "%(person)s assesses “%(risk)s”, or a compliance officer.",
                        person=risk.owner_id.name,
                        risk=risk.display_name,
                    )
                )
            if risk.state == "closed":
                raise UserError(
                    self.env._("“%s” is closed. Reopen it first.", risk.display_name)
                )

    def _take(self, assessment):
        """Show the newest assessment on the risk, and plan the next one."""
        self.ensure_one()
        risk = self.sudo()  # exactly these fields, which nobody fills in by hand
        risk.write(
            {
                **{name: assessment[name] for name in GRADES},
                "assessed_on": assessment.date,
                "review_date": risk._proposed_review(assessment.level_after),
            }
        )
        if risk.state == "waiting" or (
            risk.state == "accepted" and risk.score_after > risk.accepted_score
        ):
            reason = self.env._("Assessed anew: what was to be accepted has changed.")
            risk.write({"state": "open", "state_reason": reason})
        self.env["insurance.risk.round"]._finish_tasks(risk.owner_id | self.env.user)

    def _proposed_review(self, level, day=None):
        months = self.env["insurance.parameter"]._get(f"risk_review_{level}_months")
        return fields.Date.add(day or fields.Date.context_today(self), months=months)

    def _running_round(self):
        """Return the periodic assessment that is under way and wants this risk."""
        self.ensure_one()
        # superuser: which round it is, whoever assesses
        return (
            self.env["insurance.risk.round"]
            .sudo()
            .search([("state", "=", "running"), ("risk_ids", "in", self.ids)], limit=1)
        )
