"""From a linear model to points by bands: nearly the same; how nearly is measured."""

import itertools
import math
from collections import Counter, defaultdict

from .learned_encoding import encode
from .learned_tree import EVERYTHING, number_test
from .score_evaluator import evaluate
from .score_types import NUMBER, Band, Factor, Level, Scorecard, Test

#: the points of a scorecard that was learned span about this much
SPAN = 100
#: a number is cut into so many bands at most
BANDS = 5


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
                bands.append((number_test(feature, low, high, size), weight * mean))
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
