import random
from decimal import Decimal

from odoo.tests import tagged
from odoo.tools import SQL

from ..tools.score_compiler import compile_scorecard
from ..tools.score_evaluator import evaluate
from ..tools.score_types import (
    APPLIES,
    CHOICE,
    FLAG,
    NUMBER,
    Band,
    Factor,
    Level,
    Rule,
    Scorecard,
    Test,
)
from .common_segments import SegmentCase

CLIENTS = 60
SCORECARDS = 60
CLASSES = ("low", "medium", "high")


@tagged("post_install", "-at_install")
class TestScoreFigures(SegmentCase):
    """Random scorecards over all figures there are, and the clients of the demo data.

    Limits are values that clients have, thresholds are points that they reach.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        archives = cls.env["insurance.archive"].search(
            [("state", "not in", ("restricted", "destroyed"))], limit=CLIENTS
        )
        cls._refresh(*archives)
        cls.kinds = cls.Feature._feature_kinds()
        cls.rows = cls.Feature.search([("archive_id", "in", archives.ids)])
        cls.figures = {row.id: cls.Feature._values(row.id) for row in cls.rows}
        cls.random = random.Random(7)

    def _values_of(self, feature):
        known = {figures[feature] for figures in self.figures.values()}
        return sorted(known - {None})

    def _test(self, feature):
        choose = self.random
        if choose.random() < 0.2:
            return Test(feature, missing=True)
        if self.kinds[feature] == FLAG:
            return Test(feature, values=(choose.choice(["yes", "no"]),))
        known = self._values_of(feature)
        if self.kinds[feature] == CHOICE:
            codes = known or ["none"]
            return Test(
                feature,
                values=tuple(choose.sample(codes, choose.randint(1, len(codes)))),
            )
        low, high = sorted(
            choose.sample([Decimal(str(value)) for value in known or [0]] + [-1, 1], 2)
        )
        low, high = Decimal(low), Decimal(high)
        if low == high:
            high += 1
        side = choose.randrange(3)
        return Test(
            feature, low=None if side == 0 else low, high=None if side == 1 else high
        )

    def _scorecard(self):
        choose = self.random
        factors = []
        for key, feature in enumerate(choose.sample(sorted(self.kinds), 5)):
            bands = tuple(
                Band(self._test(feature), choose.randint(-9, 9))
                for _band in range(choose.randint(1, 4))
            )
            factors.append(Factor(key, feature, bands, choose.choice(sorted(APPLIES))))
        rules = tuple(
            Rule(
                key,
                tuple(
                    self._test(feature)
                    for feature in choose.sample(
                        sorted(self.kinds), choose.randint(1, 3)
                    )
                ),
                choose.choice(CLASSES),
            )
            for key in range(choose.randint(0, 2))
        )
        card = Scorecard(rules, tuple(factors), (Level(0, "low"),))
        reached = sorted(
            {
                evaluate(card, self.kinds, figures).points
                for figures in self.figures.values()
            }
        )
        thresholds = sorted(choose.sample(reached, min(3, len(reached))))
        levels = [Level(threshold, choose.choice(CLASSES)) for threshold in thresholds]
        return card._replace(levels=tuple(levels))

    def _by_sql(self, card):
        compiled = compile_scorecard(card, self.kinds, CLASSES)
        rule, points = SQL("scored.rule"), SQL("scored.points")
        return self.env.execute_query(
            SQL(
                """
                SELECT scored.id, %s, scored.points, scored.rule, scored.factors FROM (
                    SELECT feature.id, %s AS rule, %s AS points, %s AS factors
                    FROM insurance_client_feature AS feature WHERE id = ANY(%s)
                ) AS scored
                """,
                compiled.result(rule, points),
                compiled.rule,
                compiled.points,
                compiled.explanation(),
                self.rows.ids,
            )
        )

    def test_sql_and_evaluator_agree_on_real_figures(self):
        self.assertGreater(len(self.rows), 20)
        met = dict.fromkeys((NUMBER, CHOICE, FLAG, "unknown", "limit", "threshold"), 0)
        for _number in range(SCORECARDS):
            card = self._scorecard()
            for row_id, result, points, rule, factors in self._by_sql(card):
                verdict = evaluate(card, self.kinds, self.figures[row_id])
                self.assertEqual(
                    (result, points, rule, factors),
                    (
                        verdict.result,
                        verdict.points,
                        verdict.rule,
                        {str(key): value for key, value in verdict.factors.items()},
                    ),
                    (card, self.figures[row_id]),
                )
                self._count(met, card, self.figures[row_id], points)
        # the hard places were there
        self.assertTrue(all(met.values()), met)

    def _count(self, met, card, figures, points):
        for factor in card.factors:
            value = figures[factor.feature]
            met[self.kinds[factor.feature]] += 1
            met["unknown"] += value is None
            met["limit"] += any(
                value is not None and value in (band.test.low, band.test.high)
                for band in factor.bands
            )
        met["threshold"] += any(level.threshold == points for level in card.levels[1:])
