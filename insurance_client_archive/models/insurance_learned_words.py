from odoo import api, fields, models

from ..tools import learned_card


class InsuranceLearnedProposal(models.Model):
    """What was learned, in words."""

    _inherit = "insurance.learned.proposal"

    readable = fields.Json(compute="_compute_readable")

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
