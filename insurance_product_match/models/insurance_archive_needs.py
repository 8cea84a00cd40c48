from odoo import models
from odoo.exceptions import UserError
from odoo.tools import format_date

from .insurance_archive_tolerance import MATCHING
from .survey_survey import KINDS

#: what the use log says of a look at the needs of a client
NEEDS_OF = ["insurance.archive", "insurance.assessment", "insurance.policy"]
OF_INDIVIDUALS = ("health", "tolerance")


class InsuranceArchive(models.Model):
    """The page of needs: one call for the assessments and the bars of cover."""

    _inherit = "insurance.archive"

    def needs_overview(self):
        """Return what has been assessed and what is lacking, ready to be drawn."""
        self.ensure_one()
        self.check_access("read")
        Assessment = self.env["insurance.assessment"].sudo(False)
        if not Assessment.has_access("read"):
            return False
        matched = self._may_process(MATCHING)
        own = self._cover_gaps() if matched else []
        household = self._cover_gaps(household=True) if matched else []
        # it is gathered without `read`, which would tell the use log
        self._log_use("view", content=NEEDS_OF, wait=False)
        return {
            "matched": matched,
            "editable": self.editable
            and self.env.user.has_group("insurance_client_archive.group_agent"),
            "individual": self.client_kind == "individual",
            "closed": bool(self._closed_bases()),
            "kinds": [self._needs_kind(kind) for kind in self._kinds_to_assess()],
            "client": [self._needs_bar(gap) for gap in own],
            "household": [self._needs_bar(gap) for gap in household],
        }

    def action_ask_assessment(self, kind):
        """Open the question for a kind of assessment."""
        self.ensure_one()
        self.check_access("write")
        if kind not in dict(KINDS):
            raise UserError(self.env._("There is no such assessment."))
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Ask the client"),
            "res_model": "insurance.assessment",
            "views": [[False, "form"]],
            "target": "new",
            "context": {
                "default_archive_id": self.id,
                "default_kind": kind,
                "show_client_name": True,
                "dialog_size": "medium",
            },
        }

    def _kinds_to_assess(self):
        labels = self.env["insurance.assessment"]._fields["kind"]
        return [
            (kind, label)
            for kind, label in labels._description_selection(self.env)
            if self.client_kind == "individual" or kind not in OF_INDIVIDUALS
        ]

    def _needs_kind(self, kind_and_label):
        """Return how it stands with one kind of assessment."""
        kind, label = kind_and_label
        latest = self._latest_assessment(kind)
        asked = self.env["insurance.assessment"].search(
            [
                ("archive_id", "=", self.id),
                ("kind", "=", kind),
                ("state", "=", "draft"),
                ("expires_on", ">=", "today"),
            ],
            limit=1,
        )
        state = "missing"
        if latest:
            state = "valid" if latest.is_valid else "expired"
            if latest.to_confirm:
                state = "confirm"
        return {
            "kind": kind,
            "label": label,
            "state": state,
            "result": latest._result_text() if latest else False,
            "until": format_date(self.env, latest.valid_until) if latest else False,
            "id": latest.id,
            "asked": asked.id,
        }

    def _needs_bar(self, gap):
        have = self._portrait_amount(gap.have)
        if not gap.have and gap.policies:
            have = self.env._("as the terms say")
        most = max(gap.have, gap.need or 0)
        return {
            "code": gap.kind.code,
            "label": gap.kind.name,
            "have": have,
            "need": gap.need is not None and self._portrait_amount(gap.need),
            "gap": bool(gap.gap) and self._portrait_amount(gap.gap),
            "have_share": round(100 * gap.have / most) if most else 0,
            "need_share": round(100 * (gap.need or 0) / most) if most else 0,
            "percent": gap.percent if gap.percent is not None else False,
        }


class InsuranceAssessment(models.Model):
    _inherit = "insurance.assessment"

    def _result_text(self):
        """Return in a few words what came of it, as far as the user may see it."""
        self.ensure_one()
        if self.kind == "tolerance":
            return self._label("tolerance", self.tolerance)
        if self.kind == "need":
            return self._label("need_level", self.need_level)
        if self.kind == "finance" and self.budget:
            return self.env._(
                "%s a year for insurance", self.archive_id._portrait_amount(self.budget)
            )
        if self.kind == "health" and self.health_ids:
            health = self.health_ids[:1]
            return health._fields["health_grade"].convert_to_export(
                health.health_grade, health
            )
        return self.env._("Answered")

    def _label(self, name, value):
        choices = dict(self._fields[name]._description_selection(self.env))
        return choices.get(value, "")
