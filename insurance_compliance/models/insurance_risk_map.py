from odoo import api, models
from odoo.fields import Domain

from ..risk_level import (
    GRADES,
    LEVELS,
    level_of,
    score,
    thresholds,
)


class InsuranceRisk(models.Model):
    """The heat map: how many risks stand where, without and with controls."""

    _inherit = "insurance.risk"

    @api.model
    def heat_map(self, threat=False, stage=False, mine=False):
        """Return the 5×5 matrix of the risks that the user may see.

        :return: rows from the highest likelihood down, each with a cell for each
            impact; a cell has its level and the number of risks without and with
            controls
        """
        domain = self._map_domain(threat, stage, mine)
        counts = {
            phase: self._map_counts(domain, phase) for phase in ("before", "after")
        }
        limits = thresholds(self.env)
        likelihoods = self._map_labels("likelihood_after")
        impacts = self._map_labels("impact_after")
        rows = [
            {
                "likelihood": likelihood,
                "label": likelihoods[likelihood],
                "cells": [
                    {
                        "impact": impact,
                        "label": impacts[impact],
                        "level": level_of(score(likelihood, impact), limits),
                        "before": counts["before"].get((likelihood, impact), 0),
                        "after": counts["after"].get((likelihood, impact), 0),
                    }
                    for impact in GRADES
                ],
            }
            for likelihood in reversed(GRADES)
        ]
        return {
            "rows": rows,
            "impacts": [[impact, impacts[impact]] for impact in GRADES],
            "levels": self._map_levels(rows),
            "total": sum(counts["after"].values()),
            "unassessed": self.search_count(domain & Domain("assessed_on", "=", False)),
            "threats": self._fields["threat"]._description_selection(self.env),
            "stages": self._fields["stage"]._description_selection(self.env),
        }

    @api.model
    def action_open_cell(
        self, phase, likelihood, impact, threat=False, stage=False, mine=False
    ):
        """Open the risks of a cell; without likelihood, those never assessed."""
        domain = self._map_domain(threat, stage, mine)
        if phase not in ("before", "after"):
            domain &= Domain("assessed_on", "=", False)
        else:
            domain &= Domain(f"likelihood_{phase}", "=", likelihood)
            domain &= Domain(f"impact_{phase}", "=", impact)
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "insurance_compliance.insurance_risk_action"
        )
        return {
            **action,
            "views": [(False, "list"), (False, "form")],
            "domain": list(domain),
            "context": {},
        }

    @api.model
    def _map_domain(self, threat, stage, mine):
        domain = Domain("state", "!=", "closed")
        if threat:
            domain &= Domain("threat", "=", threat)
        if stage:
            domain &= Domain("stage", "=", stage)
        if mine:
            domain &= Domain("owner_id", "=", self.env.uid)
        return domain

    @api.model
    def _map_counts(self, domain, phase):
        groups = self._read_group(
            domain & Domain("assessed_on", "!=", False),
            [f"likelihood_{phase}", f"impact_{phase}"],
            ["__count"],
        )
        return {(likelihood, impact): count for likelihood, impact, count in groups}

    @api.model
    def _map_labels(self, name):
        return dict(self._fields[name]._description_selection(self.env))

    @api.model
    def _map_levels(self, rows):
        """Return each level with its number of risks, the gravest first."""
        labels = self._map_labels("level_after")
        cells = [cell for row in rows for cell in row["cells"]]
        return [
            {
                "code": level,
                "label": labels[level],
                **{
                    phase: sum(cell[phase] for cell in cells if cell["level"] == level)
                    for phase in ("before", "after")
                },
            }
            for level, _label in reversed(LEVELS)
        ]
