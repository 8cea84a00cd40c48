"""A scorecard applied to one client, slowly and obviously.

The measure of ``score_compiler``: both must say the same about every client.
"""

from typing import NamedTuple

from .score_types import APPLIES, CLIENT_KIND, FLAG, NUMBER


class Verdict(NamedTuple):
    result: str
    points: int
    factors: dict  # {key of the factor: points}
    rule: int | None  # key of the rule that decided


def evaluate(scorecard, kinds, client):
    """Return what the scorecard says about a client, {feature: value or None}."""
    factors = {
        factor.key: _points(factor, kinds, client) for factor in scorecard.factors
    }
    points = sum(factors.values())
    for rule in scorecard.rules:
        if all(applies(test, kinds, client) for test in rule.tests):
            return Verdict(rule.result, points, factors, rule.key)
    result = scorecard.levels[0].result
    for level in scorecard.levels[1:]:
        if points >= level.threshold:
            result = level.result
    return Verdict(result, points, factors, None)


def applies(test, kinds, client):
    value = client[test.feature]
    if test.missing:
        return value is None
    if value is None:
        return False
    if kinds[test.feature] == NUMBER:
        enough = test.low is None or value >= test.low
        return enough and (test.high is None or value < test.high)
    if kinds[test.feature] == FLAG:
        value = "yes" if value else "no"
    return value in test.values


def concerns(factor, client):
    """Tell whether a factor applies to a client of this kind at all."""
    only = APPLIES[factor.applies_to]
    return only is None or client[CLIENT_KIND] in only


def _points(factor, kinds, client):
    if not concerns(factor, client):
        return 0
    for band in factor.bands:
        if applies(band.test, kinds, client):
            return band.points
    return 0
