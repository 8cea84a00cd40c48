from odoo import api, fields, models

from ..tools import learned_card


class InsuranceLearnedProposal(models.Model):
    """What was learned, in words; and as a scorecard when a person adopts it."""

    _inherit = "insurance.learned.proposal"

    report = fields.Json(compute="_compute_report")
    readable = fields.Json(compute="_compute_readable")

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

    @api.depends("card", "dimension", "group_ids.segment_id")
    @api.depends_context("lang")
    def _compute_readable(self):
        features = {one.code: one for one in self.env["insurance.score.feature"]._all()}
        for proposal in self:
            card = proposal.card and learned_card.load(proposal.card)
            proposal.readable = card and proposal._in_words(card, features)

    def _in_words(self, card, features):
        self.ensure_one()
        return {
            "rules": [
                {
                    "tests": [
                        f"{features[test.feature].name}: "
                        f"{self._test_in_words(test, features[test.feature])}"
                        for test in rule.tests
                    ],
                    "result": self._result_label(rule.result),
                }
                for rule in card.rules
            ],
            "factors": [
                {
                    "name": features[factor.feature].name,
                    "bands": [
                        {
                            "text": self._test_in_words(
                                band.test, features[factor.feature]
                            ),
                            "points": band.points,
                        }
                        for band in factor.bands
                    ],
                }
                for factor in card.factors
            ],
            "levels": [
                {
                    "from": number and level.threshold,
                    "result": self._result_label(level.result),
                }
                for number, level in enumerate(card.levels)
            ],
        }

    def _result_label(self, code):
        if self.method != "kmeans":
            return self._class_label(code)
        group = self.group_ids.filtered(lambda group: group.code == code)
        return group.segment_id.display_name or self.env._("Group %s", code)

    @api.model
    def _test_in_words(self, test, feature):
        if test.missing:
            return self.env._("unknown")
        if test.values:
            options = feature.option_ids.filtered(lambda one: one.code in test.values)
            return ", ".join(options.mapped("display_name"))
        low, high = (
            f"{limit:,}" if limit is not None else None
            for limit in (test.low, test.high)
        )
        if low and high:
            return self.env._("from %(low)s to below %(high)s", low=low, high=high)
        if high:
            return self.env._("below %s", high)
        return self.env._("from %s", low)

    # --- the draft

    def _card_values(self):
        """Return the values of the draft of a scorecard."""
        self.ensure_one()
        card = learned_card.load(self.card)
        features = {one.code: one for one in self.env["insurance.score.feature"]._all()}
        segments = self._segments()
        create = fields.Command.create
        return {
            "name": self.env._("Learned: %s", self.display_name),
            "dimension": self.dimension,
            "source": self.display_name,
            "note": self._note_of_card(),
            "rule_ids": [
                create(
                    {
                        "sequence": rule.key,
                        "name": self.env._("Learned rule %s", rule.key),
                        "segment_id": segments[rule.result].id,
                        "condition_ids": [
                            create(_test_values(test, features)) for test in rule.tests
                        ],
                    }
                )
                for rule in card.rules
            ],
            "factor_ids": [
                create(
                    {
                        "sequence": factor.key,
                        "feature_id": features[factor.feature].id,
                        "band_ids": [
                            create(
                                {
                                    **_test_values(band.test, features),
                                    "sequence": number,
                                    "points": band.points,
                                }
                            )
                            for number, band in enumerate(factor.bands)
                        ],
                    }
                )
                for factor in card.factors
            ],
            "level_ids": [
                create(
                    {
                        "threshold": level.threshold,
                        "segment_id": segments[level.result].id,
                    }
                )
                for level in card.levels
            ],
        }

    def _segments(self):
        """Return {result of the card: class}."""
        if self.method == "kmeans":
            return {group.code: group.segment_id for group in self.group_ids}
        found = self.env["insurance.client.segment"].search(
            [("dimension", "=", self.dimension)]
        )
        return {segment.code: segment for segment in found}

    def _note_of_card(self):
        if self.method == "kmeans":
            return self.env._("Made of groups of clients that are alike.")
        return self.env._(
            "Learned from %(number)s clients. On held-out clients right in "
            "%(accuracy)s %% of cases; always naming the commonest class: "
            "%(baseline)s %%.",
            number=self.client_count,
            accuracy=f"{100 * self.metrics['card']['accuracy']:.0f}",
            baseline=f"{self.baseline:.0f}",
        )


def _test_values(test, features):
    feature = features[test.feature]
    options = feature.option_ids.filtered(lambda option: option.code in test.values)
    return {
        "feature_id": feature.id,
        "low": None if test.low is None else f"{test.low:f}",
        "high": None if test.high is None else f"{test.high:f}",
        "option_ids": [fields.Command.set(options.ids)],
        "missing": test.missing,
    }


def _tile(label, value, beside, good=None):
    return {"label": label, "value": value, "beside": beside, "good": good}


def _percent(share):
    return f"{100 * share:.0f} %"


def _share(part, whole):
    return _percent(part / whole) if whole else "–"
