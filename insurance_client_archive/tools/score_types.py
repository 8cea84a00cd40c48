"""What a scorecard is made of, without Odoo and without a database.

A scorecard gives a client one class of a dimension: the first rule that applies
decides; when none does, the points of all factors are added up and the highest level
that they reach is the class.
"""

from decimal import Decimal, InvalidOperation
from typing import NamedTuple

NUMBER = "number"
CHOICE = "choice"
FLAG = "flag"

#: whose figures a factor looks at: {choice: kinds of clients}, None for all of them
APPLIES = {
    "all": None,
    "individual": ("individual",),
    "organisation": ("enterprise", "group"),
}
#: the figure that says of which kind a client is
CLIENT_KIND = "client_kind"

#: points and limits beyond this are slips of the pen
LARGEST = 10**15
#: no sum of points, and no distance of one to a threshold, needs more than an integer
#: of the database has
MOST_POINTS = 10**9
#: digits after the point that a limit may have
DIGITS = 4


class ScoreError(ValueError):
    """A scorecard that can't be used; ``code`` says why."""

    def __init__(self, code, detail=""):
        super().__init__(f"{code}: {detail}")
        self.code = code
        self.detail = detail


class Test(NamedTuple):
    """A question about one feature, answered with yes or no, never with unknown.

    A number lies from ``low`` up to, but not including, ``high``; a choice is one of
    ``values``; ``missing`` asks whether the feature is unknown.
    """

    feature: str
    low: Decimal | None = None
    high: Decimal | None = None
    values: tuple = ()
    missing: bool = False


class Band(NamedTuple):
    test: Test
    points: int


class Factor(NamedTuple):
    """Points for one feature: those of the first band that applies, or none.

    A client whom the factor does not apply to gets none either: an organisation has no
    age, and is not judged by not having one.
    """

    key: int
    feature: str
    bands: tuple
    applies_to: str = "all"


class Rule(NamedTuple):
    """A class given outright to whom all tests apply."""

    key: int
    tests: tuple
    result: str


class Level(NamedTuple):
    threshold: int
    result: str


class Scorecard(NamedTuple):
    """``levels`` from low to high; the lowest one has no floor."""

    rules: tuple
    factors: tuple
    levels: tuple


def limit(text):
    """Return a limit typed by a person as a number, or None for an open end."""
    text = (text or "").strip().replace(",", "")
    if not text:
        return None
    if not text.isascii() or len(text) > 24:
        raise ScoreError("number", text[:24])
    try:
        number = Decimal(text)
    except InvalidOperation as error:
        raise ScoreError("number", text) from error
    if not number.is_finite() or abs(number) > LARGEST:
        raise ScoreError("number", text)
    return round(number, DIGITS)


def check(scorecard, kinds, results):
    """Refuse a scorecard that names what does not exist or can't be decided.

    :param kinds: {feature: NUMBER, CHOICE or FLAG}, all that may be used
    :param results: the classes of the dimension
    """
    tests = [
        (test, factor.feature)
        for factor in scorecard.factors
        for test, _points in factor.bands
    ]
    tests += [(test, None) for rule in scorecard.rules for test in rule.tests]
    for test, feature in tests:
        if feature is not None and test.feature != feature:
            raise ScoreError("feature", test.feature)
        _check_test(test, kinds)
    for factor in scorecard.factors:
        if kinds.get(factor.feature) is None:
            raise ScoreError("feature", factor.feature)
        if factor.applies_to not in APPLIES:
            raise ScoreError("applies", str(factor.applies_to))
        if factor.applies_to != "all" and kinds.get(CLIENT_KIND) != CHOICE:
            raise ScoreError("feature", CLIENT_KIND)
        for band in factor.bands:
            _check_whole(band.points)
    if most_points(scorecard) > MOST_POINTS:
        raise ScoreError("points_sum", str(most_points(scorecard)))
    for rule in scorecard.rules:
        if not rule.tests:
            raise ScoreError("rule_empty")
    given = [part.result for part in (*scorecard.rules, *scorecard.levels)]
    for result in given:
        if result not in results:
            raise ScoreError("class", str(result))
    _check_levels(scorecard.levels)


def most_points(scorecard):
    """Return how far from 0 the points of a client can come at most."""
    return sum(
        max((abs(band.points) for band in factor.bands), default=0)
        for factor in scorecard.factors
    )


def _check_levels(levels):
    if not levels:
        raise ScoreError("no_level")
    thresholds = [level.threshold for level in levels]
    for threshold in thresholds:
        _check_whole(threshold)
        if abs(threshold) > MOST_POINTS:
            raise ScoreError("points_sum", str(threshold))
    if sorted(set(thresholds)) != thresholds:
        raise ScoreError("level_order")


def _check_test(test, kinds):
    kind = kinds.get(test.feature)
    if kind is None:
        raise ScoreError("feature", str(test.feature))
    ranged = test.low is not None or test.high is not None
    if test.missing:
        if ranged or test.values:
            raise ScoreError("missing_alone", test.feature)
        return
    if kind == NUMBER:
        if test.values or not ranged:
            raise ScoreError("range", test.feature)
        for number in (test.low, test.high):
            if number is not None and not (
                isinstance(number, Decimal) and number.is_finite()
            ):
                raise ScoreError("number", str(number))
        if None not in (test.low, test.high) and test.low >= test.high:
            raise ScoreError("range_empty", test.feature)
        return
    if ranged or not test.values:
        raise ScoreError("values", test.feature)
    if not all(isinstance(value, str) for value in test.values):
        raise ScoreError("values", test.feature)
    if kind == FLAG and not set(test.values) <= {"yes", "no"}:
        raise ScoreError("values", test.feature)


def _check_whole(number):
    if type(number) is not int or abs(number) > LARGEST:
        raise ScoreError("points", str(number))
