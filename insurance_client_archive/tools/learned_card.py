"""From what was learned to a scorecard that people can read, correct and approve.

A tree becomes rules, leaf by leaf, and says the same of every client. A linear model
becomes points by bands: nearly the same, and how nearly is measured.
"""

import itertools
import math
from collections import Counter, defaultdict
from decimal import Decimal

from .learned_encoding import encode
from .learned_metrics import commonest
from .score_types import NUMBER, Band, Factor, Level, Rule, Scorecard, Test

#: the points of a scorecard that was learned span about this much
SPAN = 100
#: a number is cut into so many bands at most
BANDS = 5
EVERYTHING = (-math.inf, math.inf)


def from_tree(model, options, known, rows):
    """Return the scorecard of a tree: rules, and the commonest class for the rest.

    :param options: {feature: all its values} of choices and flags
    :param known: the features that are known of every client
    :param rows: encoded clients, to count whom each rule decides on
    """
    tree, classes = model["tree"], model["classes"]
    reached = _count_leaves(tree, rows)
    usual = _usual_leaf_class(tree, classes, reached)
    rules = []
    for number, path in _paths(tree):
        result = classes[_best(tree[number][0])]
        if result == usual:
            continue
        for tests in _tests(model["columns"], path, options, known):
            rules.append((reached[number], tests, result))
    rules.sort(key=lambda rule: -rule[0])
    return Scorecard(
        rules=tuple(
            Rule(key, tests, result)
            for key, (_count, tests, result) in enumerate(rules, start=1)
        ),
        factors=(),
        levels=(Level(0, usual),),
    )


def _usual_leaf_class(tree, classes, reached):
    """Return the class that most clients end in: it needs no rules."""
    ends = [
        name
        for number, count in sorted(reached.items())
        for name in [classes[_best(tree[number][0])]] * count
    ]
    return commonest(ends) if ends else classes[0]


def _best(shares):
    return shares.index(max(shares))


def _count_leaves(tree, rows):
    counts = defaultdict(int)
    for row in rows:
        number = 0
        while len(tree[number]) == 4:
            column, threshold, left, right = tree[number]
            number = left if row[column] <= threshold else right
        counts[number] += 1
    return counts


def _paths(tree, number=0, path=()):
    """Yield (leaf, ((column, threshold, goes left), …))."""
    node = tree[number]
    if len(node) == 1:
        yield number, path
        return
    column, threshold, left, right = node
    yield from _paths(tree, left, (*path, (column, threshold, True)))
    yield from _paths(tree, right, (*path, (column, threshold, False)))


def _tests(columns, path, options, known):
    """Yield the conditions of a path; a feature that may be unknown doubles them."""
    by_feature = defaultdict(list)
    for column, threshold, left in path:
        by_feature[columns[column]["feature"]].append(
            (columns[column], threshold, left)
        )
    choices = [
        _number_tests(feature, steps, feature not in known)
        if feature not in options
        else _value_tests(feature, steps, options[feature], feature not in known)
        for feature, steps in by_feature.items()
    ]
    for tests in itertools.product(*choices):
        yield tuple(test for test in tests if test is not None)


def _number_tests(feature, steps, may_be_missing):
    """Return the alternatives for a number; None stands for no condition."""
    low, high = EVERYTHING
    may_be_known, sometimes_missing = True, may_be_missing
    size, fill = 1, None
    for column, threshold, left in steps:
        if column["kind"] == "missing":
            # 0 is known, 1 is missing
            may_be_missing &= (1 <= threshold) == left
            may_be_known &= (0 <= threshold) == left
            continue
        size, fill = column["step"], column["fill"]
        edge = math.floor(threshold) + 1
        low, high = (low, min(high, edge)) if left else (max(low, edge), high)
    if fill is not None:
        may_be_missing &= low <= fill < high
    may_be_known &= low < high
    unbounded = (low, high) == EVERYTHING
    if unbounded and may_be_known and may_be_missing == sometimes_missing:
        return [None]
    found = []
    if may_be_known:
        # every number: a limit that all are above
        found.append(_range(feature, low, high, size))
    if may_be_missing:
        found.append(Test(feature, missing=True))
    return found


def _range(feature, low, high, size):
    if (low, high) == EVERYTHING:
        # no figure of a client is negative
        low = 0
    return Test(
        feature,
        low=None if low == -math.inf else Decimal(low * size),
        high=None if high == math.inf else Decimal(high * size),
    )


def _value_tests(feature, steps, options, may_be_missing):
    allowed, sometimes_missing = list(options), may_be_missing
    for column, threshold, left in steps:
        value = column["value"]
        is_value = (1 <= threshold) == left
        others = (0 <= threshold) == left
        allowed = [
            option for option in allowed if (is_value if option == value else others)
        ]
        may_be_missing &= others
    if may_be_missing == sometimes_missing and len(allowed) == len(options):
        return [None]
    found = []
    if allowed:
        found.append(Test(feature, values=tuple(sorted(allowed))))
    if may_be_missing:
        found.append(Test(feature, missing=True))
    return found


def from_linear(model, kinds, options, clients, labels, top=None):
    """Return the scorecard of a linear model: points by bands, levels by threshold.

    :param clients: those learned from, {feature: value or None}
    :param labels: their classes; the thresholds are put where they part best
    :param top: the class that most points should lead to
    """
    rows = [encode(model["columns"], client) for client in clients]
    weights = _direction(model, rows, labels, top)
    columns = defaultdict(list)
    for column, weight in zip(model["columns"], weights, strict=True):
        columns[column["feature"]].append((column, weight))
    bands = {
        feature: _number_bands(feature, parts, clients)
        if kinds[feature] == NUMBER
        else _value_bands(feature, parts, options[feature])
        for feature, parts in columns.items()
    }
    factors = _rounded(bands)
    scores = [_points(factors, kinds, client) for client in clients]
    return Scorecard((), factors, _levels(scores, labels))


def _direction(model, rows, labels, top):
    """Return one weight a column, along which the classes lie from low to high."""
    if len(model["classes"]) == 2:
        weights = model["weights"][0]
    else:
        weights = _widest(model, rows, labels)
    own = [row for row, label in zip(rows, labels, strict=True) if label == top]
    if own and _dot(weights, _mean(own)) < _dot(weights, _mean(rows)):
        return [-weight for weight in weights]
    return weights


def _widest(model, rows, labels):
    """Return what parts the two classes that the model keeps furthest apart."""
    means = {
        name: _mean(
            [row for row, label in zip(rows, labels, strict=True) if label == name]
        )
        for name in model["classes"]
    }
    parted = []
    for (name, weights), (other, others) in itertools.combinations(
        zip(model["classes"], model["weights"], strict=True), 2
    ):
        way = _minus(others, weights)
        parted.append((_dot(way, _minus(means[other], means[name])), way))
    return max(parted)[1]


def _mean(rows):
    return [sum(values) / len(rows) for values in zip(*rows, strict=True)]


def _minus(first, second):
    return [a - b for a, b in zip(first, second, strict=True)]


def _dot(first, second):
    return sum(a * b for a, b in zip(first, second, strict=True))


def _number_bands(feature, parts, clients):
    weight = missing = 0.0
    size, fill = 1, 0
    for column, given in parts:
        if column["kind"] == "missing":
            missing = given
        else:
            weight, size, fill = given, column["step"], column["fill"]
    known = sorted(
        math.floor(client[feature] / size)
        for client in clients
        if client[feature] is not None
    )
    bands = []
    if weight:
        edges = _cuts(known)
        for low, high in itertools.pairwise([-math.inf, *edges, math.inf]):
            inside = [value for value in known if low <= value < high]
            mean = sum(inside) / len(inside) if inside else fill
            if (low, high) != EVERYTHING:
                bands.append((_range(feature, low, high, size), weight * mean))
    if weight or missing:
        bands.append((Test(feature, missing=True), weight * fill + missing))
    return bands


def _cuts(known):
    """Return the edges of bands that hold about as many clients each."""
    places = {known[len(known) * part // BANDS] for part in range(1, BANDS)}
    return sorted(place for place in places if place > known[0])


def _value_bands(feature, parts, options):
    weights = {column["value"]: weight for column, weight in parts}
    return [
        (Test(feature, values=(option,)), weights[option])
        for option in options
        if weights.get(option)
    ]


def _rounded(bands):
    """Return factors with whole points, those that matter not left out."""
    spans = sum(
        max(worth for _test, worth in found) - min(worth for _test, worth in found)
        for found in bands.values()
        if len(found) > 1
    ) + sum(abs(found[0][1]) for found in bands.values() if len(found) == 1)
    scale = SPAN / spans if spans else 1
    factors = []
    for feature, found in bands.items():
        # a number's bands begin at 0: only what lies between them parts clients
        numeric = any(not test.values for test, _worth in found)
        base = min(worth for _test, worth in found) if numeric and found else 0
        points = [Band(test, round(scale * (worth - base))) for test, worth in found]
        if any(band.points for band in points):
            factors.append(Factor(len(factors) + 1, feature, tuple(points)))
    return tuple(factors)


def _points(factors, kinds, client):
    from .score_evaluator import evaluate

    card = Scorecard((), factors, (Level(0, ""),))
    return evaluate(card, kinds, client).points


def _levels(scores, labels):
    """Return the levels that put most clients into their class."""
    by_class = defaultdict(list)
    for score, label in zip(scores, labels, strict=True):
        by_class[label].append(score)
    order = sorted(by_class, key=lambda name: sum(by_class[name]) / len(by_class[name]))
    counts = {name: Counter(found) for name, found in by_class.items()}
    steps = sorted(set(scores))
    # for each class: most clients right so far when the latest step is of that class,
    # and where each class began
    best = [(0, ()) for _name in order]
    for step in steps:
        reached = []
        for place, name in enumerate(order):
            right, begins = max(best[: place + 1], key=lambda found: found[0])
            if not begins or begins[-1][0] != place:
                begins = (*begins, (place, step))
            reached.append((right + counts[name][step], begins))
        best = reached
    _right, begins = max(best, key=lambda found: found[0])
    levels = [Level(step, order[place]) for place, step in begins]
    # the lowest one has no floor: its figure only has to be below the next
    above = levels[1].threshold if len(levels) > 1 else 1
    return (Level(min(0, above - 1), levels[0].result), *levels[1:])


# --- as JSON


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
