import logging

from odoo import models
from odoo.exceptions import RedirectWarning, UserError
from odoo.fields import Domain

from ..tools.impact import uncovered


class InsuranceLiveMixin(models.AbstractModel):
    """Nothing goes live that was not assessed (PIPL 55)."""

    _inherit = "insurance.live.mixin"

    def _check_may_go_live(self):
        result = super()._check_may_go_live()
        for record in self:
            record._check_assessed(record._uses_when_live())
        return result

    def _check_assessed(self, uses):
        """Refuse uses without an assessment in force, and offer to make one."""
        self.ensure_one()
        for use in uses:
            lacking = self._not_assessed(use)
            if lacking is not None:
                raise self._assessment_refusal(use, lacking)

    def _not_assessed(self, use):
        """Return the parts that no assessment covers; None where all is assessed.

        Superuser: whether something was assessed does not depend on who asks.
        """
        Assessment = self.env["insurance.impact.assessment"].sudo()
        found = Assessment.search(
            Domain("kind", "=", use.kind)
            & Assessment._subject_domain(use.subject)
            & Domain("company_id", "in", [False, *self._live_company().ids])
            & Assessment._in_force_domain()
        )
        parts = {part for one in found for part in one.parts or ()}
        lacking = uncovered(use.parts, parts)
        return None if found and not lacking else lacking

    def _live_company(self):
        """Return the company whose assessments count beside those for all."""
        company = "company_id" in self._fields and self.company_id
        return company or self.env["res.company"]

    def action_assess_impact(self):
        """Open the assessment of what begins with this record, or a new one."""
        self.ensure_one()
        self.check_access("read")
        uses = self._uses_when_live()
        if not uses:
            return self._no_assessment_needed()
        use = next(
            (one for one in uses if self._not_assessed(one) is not None), uses[0]
        )
        return self._assessment_action(use)

    def _no_assessment_needed(self):
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "info",
                "message": self.env._("The law asks for no impact assessment here."),
            },
        }

    def _assessment_action(self, use):
        """Return the action that opens the open assessment, or begins one."""
        Assessment = self.env["insurance.impact.assessment"]
        known = Assessment.search(
            Domain("kind", "=", use.kind) & Assessment._subject_domain(use.subject),
            order="id desc",
        )
        under_way = known.filtered(lambda one: one.state in ("draft", "submitted"))
        record = under_way[:1] or (
            known[:1] if self._not_assessed(use) is None else known.browse()
        )
        if record:
            return record.action_open_form()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Impact assessment"),
            "res_model": Assessment._name,
            "view_mode": "form",
            "views": [(False, "form")],
            "context": {
                "default_name": self.display_name,
                "default_kind": use.kind,
                "default_subject": use.subject,
                "default_parts": sorted(use.parts),
                "default_company_id": self._live_company().id,
            },
        }

    def _assessment_refusal(self, use, lacking):
        Assessment = self.env["insurance.impact.assessment"]
        words = Assessment._part_words(lacking)
        labels = dict(Assessment._fields["kind"]._description_selection(self.env))
        if lacking:
            message = self.env._(
                "“%(name)s” can't go live yet: no approved impact assessment covers "
                "%(parts)s (%(kind)s, PIPL 55). Assess the impact and let another "
                "person approve it; then take this step again.",
                name=self.display_name,
                parts=", ".join(words[part] for part in lacking),
                kind=labels[use.kind],
            )
        else:
            message = self.env._(
                "“%(name)s” can't go live yet: its impact on people was not assessed "
                "(%(kind)s, PIPL 55), or the assessment was withdrawn, is due for "
                "review or waits for its measures. Assess the impact and let another "
                "person approve it; then take this step again.",
                name=self.display_name,
                kind=labels[use.kind],
            )
        if not Assessment.has_access("create"):
            return UserError(message)
        action = self._assessment_action(use)
        refusal = RedirectWarning(
            message, action, self.env._("Assess the impact"), action.pop("context", {})
        )
        # no fault of the server
        refusal.loglevel = logging.WARNING
        return refusal
