from odoo import models

from ..risk_level import LEVELS


class InsuranceRiskRound(models.Model):
    """The figures of the report: what was said this time, and the last time."""

    _inherit = "insurance.risk.round"

    def _newest(self):
        """Return the newest assessment of each risk in this round."""
        self.ensure_one()
        newest = {}
        for assessment in self.assessment_ids.sorted("id"):
            newest[assessment.risk_id] = assessment
        return self.assessment_ids.browse(one.id for one in newest.values())

    def _last_of(self, risk):
        """Return what was said of the risk before this round."""
        self.ensure_one()
        first = min(self.assessment_ids.ids, default=0)
        return risk.assessment_ids.filtered(
            lambda one: one.id < first and one.round_id != self
        )[:1]

    def _level_figures(self):
        """Return the number of risks at each level, the gravest first."""
        self.ensure_one()
        newest = self._newest()
        last = newest.union(*(self._last_of(risk) for risk in newest.risk_id))
        last -= newest
        labels = dict(newest._fields["level_after"]._description_selection(self.env))
        return [
            {
                "label": labels[level],
                "before": self._count(newest, "level_before", level),
                "after": self._count(newest, "level_after", level),
                "last": self._count(last, "level_after", level),
            }
            for level, _label in reversed(LEVELS)
        ]

    def _count(self, assessments, name, level):
        return len(assessments.filtered(lambda one: one[name] == level))
