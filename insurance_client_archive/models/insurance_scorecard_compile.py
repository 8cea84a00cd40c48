from odoo import api, models
from odoo.exceptions import ValidationError
from odoo.tools import ormcache

from ..tools import score_compiler, score_types
from ..tools.score_types import ScoreError


class InsuranceScorecard(models.Model):
    """The scorecard as SQL, or in words what is wrong with it."""

    _inherit = "insurance.scorecard"

    def _structure(self):
        """Return the scorecard as plain values, of which the compiler makes SQL."""
        self.ensure_one()
        # what was in force once is never changed again: each chunk of a sweep asks
        settled = self.state in ("active", "retired")
        return self._settled_structure() if settled else self._read_structure()

    @ormcache("self.id")
    def _settled_structure(self):
        return self._read_structure()

    def _read_structure(self):
        return score_types.Scorecard(
            rules=tuple(
                score_types.Rule(
                    rule.id,
                    tuple(test._test() for test in rule.condition_ids),
                    rule.segment_id.code,
                )
                for rule in self.rule_ids.sorted(lambda rule: (rule.sequence, rule.id))
            ),
            factors=tuple(
                score_types.Factor(
                    factor.id,
                    factor.feature_id.code,
                    tuple(
                        score_types.Band(band._test(), band.points)
                        for band in factor.band_ids.sorted(
                            lambda band: (band.sequence, band.id)
                        )
                    ),
                    factor.applies_to,
                )
                for factor in self.factor_ids.sorted(
                    lambda factor: (factor.sequence, factor.id)
                )
            ),
            levels=tuple(
                score_types.Level(level.threshold, level.segment_id.code)
                for level in self.level_ids.sorted("threshold")
            ),
        )

    def _compiled(self, alias="feature"):
        """Return the scorecard as SQL over a row of features."""
        self.ensure_one()
        # as superuser: the whitelist and the classes are no secret
        kinds = self.env["insurance.client.feature"].sudo()._feature_kinds()
        codes = self.env["insurance.client.segment"].sudo()._codes(self.dimension)
        try:
            return score_compiler.compile_scorecard(
                self._structure(), kinds, codes, alias
            )
        except ScoreError as error:
            raise ValidationError(self._problem(error)) from error

    @api.model
    def _problem(self, error, feature=None):
        """Return what is wrong with a scorecard, in the user's language."""
        named = feature.display_name if feature else error.detail
        texts = {
            "number": self.env._(
                "“%s” is no number. Enter figures, for example 18 or 2500.50.",
                error.detail,
            ),
            "feature": self.env._("There is no figure “%s”.", error.detail),
            "range": self.env._(
                "“%s” is a number: enter from where on it counts, or below what, or "
                "both.",
                named,
            ),
            "range_empty": self.env._(
                "“%s”: no number lies between the two limits. “From” must be smaller "
                "than “Below”.",
                named,
            ),
            "values": self.env._("“%s”: choose at least one of its values.", named),
            "missing_alone": self.env._(
                "“%s”: “unknown” stands alone. Enter limits or values in a line of "
                "their own.",
                named,
            ),
            "class": self.env._("Choose classes of this dimension only."),
            "applies": self.env._("Choose to which clients the factor applies."),
            "no_level": self.env._(
                "Enter at least one level: the class of whom no rule decides."
            ),
            "level_order": self.env._("Two levels can't begin at the same points."),
            "rule_empty": self.env._("Each rule needs at least one condition."),
            "points_sum": self.env._(
                "%s points are too many. Keep sums and thresholds below a billion.",
                error.detail,
            ),
        }
        return texts.get(
            error.code, self.env._("Enter whole numbers as points and thresholds.")
        )
