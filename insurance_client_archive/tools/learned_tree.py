"""From a decision tree to rules that people can read, correct and approve.

Leaf by leaf: the rules say the same of every client as the tree.
"""

import itertools
import math
from collections import defaultdict
from decimal import Decimal

from .learned_metrics import commonest
from .score_types import Level, Rule, Scorecard, Test

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
        found.append(number_test(feature, low, high, size))
    if may_be_missing:
        found.append(Test(feature, missing=True))
    return found


def number_test(feature, low, high, size):
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
