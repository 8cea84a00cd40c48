"""From figures of a client to the numbers that a learned model works on.

A *spec* is a list of columns, plain JSON. Numbers are taken in whole steps (amounts in
thousands): so every threshold that is learned is a limit that a scorecard can name.
"""

import math

from .score_types import NUMBER

#: numbers beyond this are taken as this; whole numbers up to here are exact in trees
LARGEST = 2**23


def build(kinds, amounts, options, clients, step):
    """Return the columns that tell these clients apart.

    :param kinds: {feature: kind}
    :param amounts: names of the features that are amounts of money
    :param options: {feature: its values} of choices and flags
    :param clients: [{feature: value or None}]
    :param step: amounts are taken in steps of this
    """
    spec = []
    for feature, kind in kinds.items():
        values = [client[feature] for client in clients]
        if kind == NUMBER:
            size = step if feature in amounts else 1
            spec += _number_columns(feature, size, values)
        else:
            spec += _value_columns(feature, options[feature], values)
    return spec


def _number_columns(feature, step, values):
    known = sorted(_steps(value, step) for value in values if value is not None)
    columns = []
    if known and known[0] != known[-1]:
        fill = known[len(known) // 2]
        columns.append(
            {"feature": feature, "kind": "number", "step": step, "fill": fill}
        )
    if known and len(known) < len(values):
        columns.append({"feature": feature, "kind": "missing"})
    return columns


def _value_columns(feature, options, values):
    seen = {as_code(value) for value in values}
    if len(seen) < 2:
        return []
    return [
        {"feature": feature, "kind": "value", "value": option}
        for option in options
        if option in seen
    ]


def encode(spec, client):
    """Return the row of a client, one number for each column."""
    return [_cell(column, client[column["feature"]]) for column in spec]


def _cell(column, value):
    if column["kind"] == "missing":
        return int(value is None)
    if column["kind"] == "value":
        return int(as_code(value) == column["value"])
    return column["fill"] if value is None else _steps(value, column["step"])


def _steps(value, step):
    # no figure of a client is negative
    return max(0, min(LARGEST, math.floor(value / step)))


def as_code(value):
    """Return a choice or flag as scorecards name it, None when unknown."""
    if value is None or isinstance(value, str):
        return value or None
    return "yes" if value else "no"
