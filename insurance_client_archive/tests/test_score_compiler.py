from decimal import Decimal

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from odoo.tests import TransactionCase, tagged
from odoo.tools import SQL

from ..tools import score_types
from ..tools.score_compiler import compile_scorecard
from ..tools.score_evaluator import evaluate
from ..tools.score_types import (
    CHOICE,
    FLAG,
    NUMBER,
    Band,
    Factor,
    Level,
    Rule,
    Scorecard,
    ScoreError,
    Test,
)

KINDS = {
    "age": NUMBER,
    "premium": NUMBER,
    "band": CHOICE,
    "key": FLAG,
    "client_kind": CHOICE,
}
COLUMNS = {
    "age": "int4",
    "premium": "numeric",
    "band": "varchar",
    "key": "bool",
    "client_kind": "varchar",
}
CLASSES = ("low", "medium", "high", "other")
#: few numbers, so that limits, values and thresholds meet often
NUMBERS = [Decimal(text) for text in ("-3", "0", "0.3", "1", "17.5", "18", "1000000")]
CODES = ["1", "2", "a'b", "x; --", '"', "%s", ""]

numbers = st.sampled_from(NUMBERS)
clients = st.fixed_dictionaries(
    {
        "age": st.none() | st.sampled_from([-3, 0, 1, 17, 18, 1000000]),
        "premium": st.none() | numbers,
        "band": st.none() | st.sampled_from(CODES),
        "key": st.none() | st.booleans(),
        "client_kind": st.none() | st.sampled_from(["individual", "enterprise", "x"]),
    }
)


@st.composite
def conditions_on(draw, feature):
    if draw(st.booleans()) and draw(st.booleans()):
        return Test(feature, missing=True)
    if KINDS[feature] == NUMBER:
        low, high = draw(
            st.tuples(st.none() | numbers, st.none() | numbers).filter(
                lambda pair: (
                    pair != (None, None) and (None in pair or pair[0] < pair[1])
                )
            )
        )
        return Test(feature, low=low, high=high)
    choices = CODES if KINDS[feature] == CHOICE else ["yes", "no"]
    values = draw(st.lists(st.sampled_from(choices), min_size=1, unique=True))
    return Test(feature, values=tuple(values))


features = st.sampled_from(sorted(KINDS))
points = st.integers(-30, 30)
applies = st.sampled_from(sorted(score_types.APPLIES))


@st.composite
def scorecards(draw):
    factors = []
    for key in range(draw(st.integers(0, 4))):
        feature = draw(features)
        bands = draw(
            st.lists(st.builds(Band, conditions_on(feature), points), max_size=4)
        )
        factors.append(Factor(key, feature, tuple(bands), draw(applies)))
    rules = []
    for key in range(draw(st.integers(0, 3))):
        conditions = draw(
            st.lists(features.flatmap(conditions_on), min_size=1, max_size=3)
        )
        rules.append(Rule(key, tuple(conditions), draw(st.sampled_from(CLASSES))))
    thresholds = sorted(draw(st.sets(points, min_size=1, max_size=4)))
    levels = [Level(number, draw(st.sampled_from(CLASSES))) for number in thresholds]
    return Scorecard(tuple(rules), tuple(factors), tuple(levels))


@tagged("post_install", "-at_install")
class TestScoreCompiler(TransactionCase):
    """The compiled SQL says the same of every client as the plain evaluator."""

    def _by_sql(self, scorecard, rows):
        compiled = compile_scorecard(scorecard, KINDS, CLASSES)
        columns = SQL(", ").join(map(SQL.identifier, COLUMNS))
        values = SQL(", ").join(
            SQL(
                "(%s, %s)",
                number,
                SQL(", ").join(
                    SQL("CAST(%s AS %s)", row.get(name), SQL.identifier(kind))
                    for name, kind in COLUMNS.items()
                ),
            )
            for number, row in enumerate(rows)
        )
        rule, points = SQL("scored.rule"), SQL("scored.points")
        return self.env.execute_query(
            SQL(
                """
                SELECT %s, scored.points, scored.rule, scored.factors, %s FROM (
                    SELECT feature.n, %s AS rule, %s AS points, %s AS factors
                    FROM (VALUES %s) AS feature(n, %s)
                ) AS scored ORDER BY scored.n
                """,
                compiled.result(rule, points),
                compiled.gap(rule, points),
                compiled.rule,
                compiled.points,
                compiled.explanation(),
                values,
                columns,
            )
        )

    @settings(
        max_examples=300,
        deadline=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    @given(scorecards(), st.lists(clients, min_size=1, max_size=12))
    def test_sql_and_evaluator_agree_on_every_client(self, scorecard, rows):
        found = self._by_sql(scorecard, rows)
        for row, (result, total, rule, factors, _gap) in zip(rows, found, strict=True):
            verdict = evaluate(scorecard, KINDS, row)
            self.assertEqual(
                (result, total, rule, factors),
                (
                    verdict.result,
                    verdict.points,
                    verdict.rule,
                    {str(key): value for key, value in verdict.factors.items()},
                ),
                row,
            )

    @settings(
        max_examples=100,
        deadline=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    @given(scorecards(), clients)
    def test_so_many_points_more_or_less_change_the_level(self, scorecard, row):
        scorecard = scorecard._replace(rules=())
        [(_result, total, _rule, _factors, gap)] = self._by_sql(scorecard, [row])

        def level(number):
            reached = [n for n in scorecard.levels[1:] if number >= n.threshold]
            return len(reached)

        moves = [
            distance
            for distance in range(1, 300)
            if {level(total - distance), level(total + distance)} != {level(total)}
        ]
        self.assertEqual(gap, min(moves, default=None))

    def test_a_number_at_the_limit_belongs_to_the_upper_band(self):
        factor = Factor(
            1,
            "age",
            (
                Band(Test("age", high=Decimal(18)), 1),
                Band(Test("age", low=Decimal(18)), 2),
            ),
        )
        card = Scorecard((), (factor,), (Level(0, "low"),))
        rows = [
            {"age": age, "premium": None, "band": None, "key": None}
            for age in (17, 18, None)
        ]
        self.assertEqual([row[1] for row in self._by_sql(card, rows)], [1, 2, 0])

    def test_names_outside_the_whitelist_are_refused(self):
        for name in ("age; DROP TABLE res_users", "id", "AGE", "", None, 'age"', "1=1"):
            test = Test(name, low=Decimal(1))
            for card in (
                Scorecard((), (Factor(1, name, ()),), (Level(0, "low"),)),
                Scorecard((Rule(1, (test,), "low"),), (), (Level(0, "low"),)),
                Scorecard(
                    (), (Factor(1, "age", (Band(test, 1),)),), (Level(0, "low"),)
                ),
            ):
                with self.assertRaises(ScoreError):
                    compile_scorecard(card, KINDS, CLASSES)

    def test_texts_in_place_of_numbers_and_classes_are_refused(self):
        level = (Level(0, "low"),)
        evil = "0) OR (SELECT pg_sleep(9)) IS NULL --"
        for card in (
            Scorecard(
                (), (Factor(1, "age", (Band(Test("age", low=evil), 1),)),), level
            ),
            Scorecard(
                (),
                (Factor(1, "age", (Band(Test("age", low=Decimal(1)), evil),)),),
                level,
            ),
            Scorecard((), (), (Level(evil, "low"),)),
            Scorecard((), (), (Level(0, evil),)),
            Scorecard((Rule(1, (Test("band", values=("1",)),), evil),), (), level),
            Scorecard((Rule(1, (Test("key", values=(evil,)),), "low"),), (), level),
            Scorecard((Rule(1, (), "low"),), (), level),
            Scorecard((), (), ()),
        ):
            with self.assertRaises(ScoreError):
                compile_scorecard(card, KINDS, CLASSES)

    def test_values_stay_values_whatever_they_say(self):
        evil = "x'); DROP TABLE insurance_scorecard; --"
        card = Scorecard(
            (Rule(1, (Test("band", values=(evil,)),), "high"),), (), (Level(0, "low"),)
        )
        compiled = compile_scorecard(card, KINDS, CLASSES)
        self.assertNotIn("DROP", compiled.rule.code)
        rows = [{"age": 1, "premium": None, "band": evil, "key": None}]
        self.assertEqual(self._by_sql(card, rows)[0][0], "high")

    def test_only_plain_figures_are_limits(self):
        self.assertEqual(score_types.limit(" 2,500.50 "), Decimal("2500.5"))
        self.assertIsNone(score_types.limit(""))
        for text in ("1 OR 1=1", "NaN", "Infinity", "1e99", "０", "12a", "1;2", "'"):
            with self.assertRaises(ScoreError, msg=text):
                score_types.limit(text)
