from odoo import fields, models

from ..tools import learned_card


class InsuranceLearnedProposal(models.Model):
    """What was learned, as the draft of a scorecard."""

    _inherit = "insurance.learned.proposal"

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
