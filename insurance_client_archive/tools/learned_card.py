"""A scorecard that was learned, as JSON: what a proposal keeps until it is adopted."""

from decimal import Decimal

from .score_types import Band, Factor, Level, Rule, Scorecard, Test


def dump(card):
    return {
        "rules": [
            {"tests": [_dump_test(test) for test in rule.tests], "result": rule.result}
            for rule in card.rules
        ],
        "factors": [
            {
                "feature": factor.feature,
                "bands": [
                    {"test": _dump_test(band.test), "points": band.points}
                    for band in factor.bands
                ],
            }
            for factor in card.factors
        ],
        "levels": [level._asdict() for level in card.levels],
    }


def _dump_test(test):
    return {
        **test._asdict(),
        "low": None if test.low is None else str(test.low),
        "high": None if test.high is None else str(test.high),
        "values": list(test.values),
    }


def load(stored):
    return Scorecard(
        rules=tuple(
            Rule(key, tuple(map(_load_test, rule["tests"])), rule["result"])
            for key, rule in enumerate(stored["rules"], start=1)
        ),
        factors=tuple(
            Factor(
                key,
                factor["feature"],
                tuple(
                    Band(_load_test(band["test"]), band["points"])
                    for band in factor["bands"]
                ),
            )
            for key, factor in enumerate(stored["factors"], start=1)
        ),
        levels=tuple(Level(**level) for level in stored["levels"]),
    )


def _load_test(stored):
    return Test(
        stored["feature"],
        low=None if stored["low"] is None else Decimal(stored["low"]),
        high=None if stored["high"] is None else Decimal(stored["high"]),
        values=tuple(stored["values"]),
        missing=stored["missing"],
    )
