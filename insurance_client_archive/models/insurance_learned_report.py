from odoo import api, fields, models


class InsuranceLearnedProposal(models.Model):
    """How good it is: figures on clients that nothing was learned from."""

    _inherit = "insurance.learned.proposal"

    report = fields.Json(compute="_compute_report")

    @api.depends("metrics", "back_test", "state")
    @api.depends_context("lang")
    def _compute_report(self):
        for proposal in self:
            metrics = proposal.metrics or {}
            proposal.report = metrics and {
                "tiles": proposal._tiles(metrics),
                "matrix": proposal._matrix(metrics),
                "past": proposal._past(),
                "left_out": ", ".join(
                    proposal._class_label(code) for code in metrics.get("left_out", [])
                ),
            }

    def _tiles(self, metrics):
        """Return the figures that matter: label, value, what to read it beside."""
        self.ensure_one()
        if self.method == "kmeans":
            return [
                _tile(
                    self.env._("Groups keep apart"),
                    f"{metrics['parted']:.2f}",
                    self.env._("by chance: %s", f"{metrics['parted_by_chance']:.2f}"),
                ),
                _tile(
                    self.env._("Other clients give the same groups"),
                    f"{metrics['again']:.2f}",
                    self.env._("by chance: 0, always: 1"),
                ),
                _tile(
                    self.env._("Scorecard says the same"),
                    _percent(self.fidelity / 100),
                    self.env._("on %s held-out clients", metrics["count"]),
                ),
            ]
        folds = metrics["folds"]
        return [
            _tile(
                self.env._("Right on held-out clients"),
                _percent(metrics["accuracy"]),
                self.env._(
                    "so few clients tell it as %(low)s to %(high)s; always "
                    "“%(name)s”: %(share)s",
                    low=_percent(metrics["range"][0]),
                    high=_percent(metrics["range"][1]),
                    name=self._class_label(metrics["usual"]),
                    share=_percent(metrics["baseline"]),
                ),
                metrics["range"][0] > metrics["baseline"],
            ),
            _tile(
                self.env._("Right, each class counted alike"),
                _percent(metrics["balanced"]),
                self.env._("by chance: %s", _percent(1 / len(metrics["classes"]))),
                metrics["balanced"] > 1 / len(metrics["classes"]),
            ),
            _tile(
                self.env._("Cross-validated"),
                _percent(sum(folds) / len(folds)),
                self.env._(
                    "%(number)s folds, from %(low)s to %(high)s",
                    number=len(folds),
                    low=_percent(min(folds)),
                    high=_percent(max(folds)),
                ),
            ),
            _tile(
                self.env._("As a scorecard"),
                _percent(metrics["card"]["accuracy"]),
                self.env._(
                    "says the same in %s of cases", _percent(self.fidelity / 100)
                ),
                metrics["card"]["accuracy"] > metrics["baseline"],
            ),
            _tile(
                self.env._("Clients"),
                str(metrics["learned"]),
                self.env._("learned from; measured on %s others", metrics["count"]),
            ),
        ]

    def _matrix(self, metrics):
        if "matrix" not in metrics:
            return False
        labels = [self._class_label(code) for code in metrics["classes"]]
        rows = []
        for number, (label, counts) in enumerate(
            zip(labels, metrics["matrix"], strict=True)
        ):
            total = sum(counts)
            rows.append(
                {
                    "label": label,
                    "cells": [
                        {
                            "count": count,
                            "share": count / total if total else 0,
                            "right": place == number,
                        }
                        for place, count in enumerate(counts)
                    ],
                    "total": total,
                    "recall": _percent(counts[number] / total) if total else "–",
                }
            )
        return {"labels": labels, "rows": rows}

    def _past(self):
        return [
            {
                **period,
                "day": self._day_label(period["day"]),
                "later": self._day_label(period["later"]),
                "agreed_share": _share(period["agreed"], period["count"]),
                "stayed_share": _share(period["stayed"], period["count"]),
                "people_share": _share(period["people_agreed"], period["people"]),
                "before_share": _share(period["people_before"], period["people"]),
            }
            for period in self.back_test or []
        ]

    @api.model
    def _day_label(self, text):
        field = self.env["ir.qweb.field.date"]
        return field.value_to_html(fields.Date.to_date(text), {})

    def _class_label(self, code):
        segments = self.env["insurance.client.segment"]
        return segments._of(self.dimension, code).display_name or code


def _tile(label, value, beside, good=None):
    return {"label": label, "value": value, "beside": beside, "good": good}


def _percent(share):
    return f"{100 * share:.0f} %"


def _share(part, whole):
    return _percent(part / whole) if whole else "–"
