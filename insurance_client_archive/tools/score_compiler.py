"""From a scorecard to SQL over one row of features.

Only names from the whitelist become identifiers; all that a person has typed (limits,
values, points) goes along as parameters. ``score_evaluator`` says the same in plain
Python and is what this is tested against.
"""

from typing import NamedTuple

from odoo.tools import SQL

from .score_types import APPLIES, CLIENT_KIND, FLAG, NUMBER, check


class Compiled(NamedTuple):
    """SQL expressions over the row of features.

    ``points`` and ``rule`` read the features. ``result`` and ``gap`` read the other
    two by the names they are given, so that the sum is worked out once.
    """

    rule: SQL  # key of the rule that decides, or NULL
    points: SQL  # sum of the factors
    factors: dict  # {key of the factor: SQL of its points}
    scorecard: object

    def result(self, rule, points):
        """Return the class, given SQL for the rule and the points."""
        by_points = self._level(points)
        if not self.scorecard.rules:
            return by_points
        return SQL(
            "CASE %s %s ELSE %s END",
            rule,
            SQL(" ").join(
                SQL("WHEN %s THEN %s::varchar", given.key, given.result)
                for given in self.scorecard.rules
            ),
            by_points,
        )

    def _level(self, points):
        lowest, *higher = self.scorecard.levels
        if not higher:
            return SQL("%s::varchar", lowest.result)
        return SQL(
            "(%s::varchar[])[1 + width_bucket(%s, %s::bigint[])]",
            [level.result for level in self.scorecard.levels],
            points,
            [level.threshold for level in higher],
        )

    def gap(self, rule, points):
        """Return how many points the nearest threshold is away, NULL for none."""
        higher = self.scorecard.levels[1:]
        if not higher:
            return SQL("NULL::bigint")
        # at the threshold the class has just been reached: one point less changes it
        distances = SQL(", ").join(
            SQL(
                "CASE WHEN %(p)s < %(t)s THEN %(t)s - %(p)s ELSE %(p)s - %(t)s + 1 END",
                p=points,
                t=level.threshold,
            )
            for level in higher
        )
        return SQL("CASE WHEN %s IS NULL THEN LEAST(%s) END", rule, distances)

    def explanation(self):
        """Return the points of each factor as JSON."""
        parts = [
            SQL("%s::text, %s", str(key), factor)
            for key, factor in self.factors.items()
        ]
        if not parts:
            return SQL("'{}'::jsonb")
        return SQL("jsonb_build_object(%s)", SQL(", ").join(parts))


def compile_scorecard(scorecard, kinds, results, alias="feature"):
    """Return the expressions of a scorecard, or raise ScoreError.

    :param kinds: {feature: kind}, the whitelist: nothing else becomes a column
    :param results: the classes of the dimension
    :param alias: name of the row of features in the query
    """
    check(scorecard, kinds, results)
    factors = {
        factor.key: _factor(factor, kinds, alias) for factor in scorecard.factors
    }
    points = SQL(" + ").join(factors.values()) if factors else SQL("0")
    return Compiled(
        rule=_rule(scorecard.rules, kinds, alias),
        points=SQL("(%s)::bigint", points),
        factors=factors,
        scorecard=scorecard,
    )


def _rule(rules, kinds, alias):
    if not rules:
        return SQL("NULL::integer")
    cases = SQL(" ").join(
        SQL(
            "WHEN %s THEN %s",
            SQL(" AND ").join(_test(test, kinds, alias) for test in rule.tests),
            rule.key,
        )
        for rule in rules
    )
    return SQL("CASE %s END", cases)


def _factor(factor, kinds, alias):
    if not factor.bands:
        return SQL("0")
    cases = SQL(" ").join(
        SQL("WHEN %s THEN %s", _test(band.test, kinds, alias), band.points)
        for band in factor.bands
    )
    if only := APPLIES[factor.applies_to]:
        kind = SQL.identifier(alias, CLIENT_KIND)
        # of a client of unknown kind it is not known whether the factor applies
        return SQL(
            "CASE WHEN %s = ANY(%s) THEN CASE %s ELSE 0 END ELSE 0 END",
            kind,
            list(only),
            cases,
        )
    return SQL("CASE %s ELSE 0 END", cases)


def _test(test, kinds, alias):
    """Return a condition; in CASE and AND an unknown one counts as no."""
    column = SQL.identifier(alias, test.feature)
    if test.missing:
        return SQL("%s IS NULL", column)
    if kinds[test.feature] == NUMBER:
        sides = []
        if test.low is not None:
            sides.append(SQL("%s >= %s", column, _plain(test.low)))
        if test.high is not None:
            sides.append(SQL("%s < %s", column, _plain(test.high)))
        return SQL("(%s)", SQL(" AND ").join(sides))
    values = list(test.values)
    if kinds[test.feature] == FLAG:
        values = [value == "yes" for value in values]
    if len(values) == 1:
        return SQL("%s = %s", column, values[0])
    return SQL("%s = ANY(%s)", column, values)


def _plain(number):
    """Return a whole number as int: comparing integers is cheaper than numerics."""
    whole = int(number)
    return whole if whole == number and abs(whole) < 2**31 else number
