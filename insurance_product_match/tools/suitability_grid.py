"""The findings of ``suitability`` for many clients × many products at once.

The same rules, on arrays: a property test compares the two, finding by finding. Unknown
numbers are ``nan``, unknown grades 0.
"""

from typing import NamedTuple

import numpy as np

from .suitability import CAPITAL_RISK, EXEMPT_LINES, NEW_TYPES, SEVERITIES

#: states of assessments, as numbers
MISSING, VALID, EXPIRED, CHANGED = range(4)
STATES = {None: MISSING, "valid": VALID, "expired": EXPIRED, "changed": CHANGED}
WORDS = {EXPIRED: "expired", CHANGED: "changed", MISSING: "missing"}
#: what takes a product out of a match: not sold, or advised against
DROPPING = ("block", "stop")


class Clients(NamedTuple):
    person: np.ndarray
    age: np.ndarray
    capable: np.ndarray  # flags: full legal capacity
    need_state: np.ndarray
    finance_state: np.ndarray
    tolerance: np.ndarray
    tolerance_state: np.ndarray
    income: np.ndarray
    income_most: np.ndarray
    assets_most: np.ndarray
    budget: np.ndarray
    premiums: np.ndarray
    need: np.ndarray  # clients × kinds; nan: unknown
    have: np.ndarray
    known: np.ndarray  # clients × kinds: flags, the kind has been looked at


class Products(NamedTuple):
    grade: np.ndarray
    second_grade: np.ndarray
    exempt_line: np.ndarray
    new_type: np.ndarray  # flags: participating, universal, unit-linked, variable
    capital_risk: np.ndarray
    kinds: np.ndarray  # products × kinds: flags
    indemnity: np.ndarray  # products × kinds: flags
    single: np.ndarray
    payment_years: np.ndarray
    term_years: np.ndarray


def products(facts, terms, kinds):
    """Return the arrays of products given as for ``suitability.findings``."""

    def flags(name):
        rows = [[kind in (fact.get(name) or ()) for kind in kinds] for fact in facts]
        return np.array(rows, dtype=bool).reshape(len(facts), len(kinds))

    def column(values, dtype=float):
        return np.array(list(values), dtype=dtype)

    return Products(
        column((fact.get("grade") or 0 for fact in facts), int),
        column((fact.get("second_grade") or 0 for fact in facts), int),
        column((fact["line"] in EXEMPT_LINES for fact in facts), bool),
        column((fact.get("new_type") in NEW_TYPES for fact in facts), bool),
        column((fact.get("new_type") in CAPITAL_RISK for fact in facts), bool),
        flags("kinds"),
        flags("indemnity"),
        column((bool(term.get("single_premium")) for term in terms), bool),
        column((term.get("payment_years") or 0 for term in terms), int),
        column((term.get("term_years") or 0 for term in terms), int),
    )


def findings(clients, products, premium, parameters):
    """Return [(code, severity, article, clients × products: whom)], gravest last.

    :param premium: a year's, of a single premium all of it
    """
    shape = premium.shape
    person = clients.person[:, None]
    exempt = _exempt(clients, products)
    grade = np.maximum(products.grade, products.second_grade)[None, :]
    tested = clients.tolerance_state[:, None]
    new_type, capital = products.new_type[None, :], products.capital_risk[None, :]
    ungraded = np.broadcast_to(grade == 0, shape)
    differ = (
        (grade > 0)
        & (products.second_grade > 0)
        & (products.second_grade != products.grade)
    )
    needed = person & (
        new_type
        | (~exempt & (grade > 0) & (grade >= parameters["tolerance_from_grade"]))
    )
    untested = needed & (tested == MISSING)
    found = [
        *_of_person(clients, parameters, shape),
        *_assessed(clients, exempt),
        ("grade_missing", "block", "SM-36", ungraded & new_type),
        ("grade_missing", "block", "SM-32", ungraded & ~new_type & ~exempt),
        ("grades_differ", "care", "SM-22", np.broadcast_to(differ, shape)),
        *(
            (f"tolerance_{WORDS[state]}", "block", "SM-29", needed & (tested == state))
            for state in (EXPIRED, CHANGED)
        ),
        *(
            ("tolerance_missing", "block", article, untested & products_asked)
            for article, products_asked in {
                "SM-36": capital,
                "SCM-22": new_type & ~capital,
                "SM-13": ~new_type & ~capital,
            }.items()
        ),
        (
            "above_tolerance",
            "block",
            "SM-13",
            (tested == VALID)
            & (~exempt | needed)
            & (grade > clients.tolerance[:, None])
            & (clients.tolerance[:, None] > 0),
        ),
        *_means(clients, products, premium, parameters),
        *_declaration(clients, products, premium, parameters),
        *_need(clients, products),
    ]
    return sorted(found, key=lambda finding: -SEVERITIES.index(finding[1]))


def dropped(clients, products, premium, parameters):
    """Return clients × products: something forbids it or advises against it."""
    result = np.zeros(premium.shape, dtype=bool)
    for _code, severity, _article, mask in findings(
        clients, products, premium, parameters
    ):
        if severity in DROPPING:
            result |= mask
    return result


def _exempt(clients, products):
    short = (products.term_years > 0) & (products.term_years <= 1)
    plain = products.exempt_line[None, :] | ~clients.person[:, None] | short[None, :]
    return plain & ~products.capital_risk[None, :]


def _of_person(clients, parameters, shape):
    age = clients.age
    for code, severity, article, rows in (
        ("age_unknown", "block", "SM-34", np.isnan(age)),
        ("minor", "block", "SM-19", age < parameters["capacity_age"]),
        ("no_capacity", "block", "SM-19", ~clients.capable),
        ("elder", "care", "SM-18", age >= parameters["elder_age"]),
    ):
        concerned = np.broadcast_to((clients.person & rows)[:, None], shape)
        yield code, severity, article, concerned


def _assessed(clients, exempt):
    for kind in ("need", "finance"):
        state = getattr(clients, f"{kind}_state")[:, None]
        for number in (MISSING, EXPIRED):
            mask = ~exempt & (state == number)
            yield f"{kind}_{WORDS[number]}", "block", "SM-34", mask


def _means(clients, products, premium, parameters):
    single, new_type = products.single[None, :], products.new_type[None, :]
    income = clients.income[:, None]
    beyond = single & (premium > clients.assets_most[:, None])
    high = (
        single
        & ~beyond
        & (100 * premium > 100 * parameters["premium_single_x"] * income)
    )
    yield "single_premium_high", "sign", "SM-39", high & new_type
    total = premium + np.nan_to_num(clients.premiums)[:, None]
    block = ~single & (
        100 * total > parameters["premium_block_pct"] * clients.income_most[:, None]
    )
    stop = ~single & ~block & (100 * total > parameters["premium_stop_pct"] * income)
    yield "unaffordable", "stop", "SCM-28", (high & ~new_type) | stop
    yield "beyond_means", "block", "SM-12", beyond | block


def _declaration(clients, products, premium, parameters):
    concerned = clients.person[:, None] & products.new_type[None, :]
    regular = concerned & ~products.single[None, :]
    income, budget = clients.income[:, None], clients.budget[:, None]
    reaches = (budget > 0) & (100 * premium >= parameters["budget_pct"] * budget)
    yield "income_unknown", "block", "SM-34", concerned & np.isnan(income)
    yield (
        "annual_premium_high",
        "sign",
        "SM-39",
        regular & (100 * premium > parameters["premium_annual_pct"] * income),
    )
    yield (
        "age_plus_years",
        "sign",
        "SM-39",
        regular
        & (
            clients.age[:, None] + products.payment_years[None, :]
            >= parameters["age_plus_years"]
        ),
    )
    yield "over_budget", "sign", "SM-39", concerned & reaches
    yield "above_budget", "stop", "SCM-28", ~products.new_type[None, :] & reaches


def _need(clients, products):
    """Compare what is covered with what is missing, one kind of cover after another."""
    shape = (len(clients.person), len(products.kinds))
    looked_at = clients.known.any(axis=1)[:, None]
    is_open = clients.known & (clients.need > 0) & (clients.need > clients.have)
    unknown = clients.known & np.isnan(clients.need)
    owned = clients.known & (clients.have > 0) & ~is_open
    covers = np.broadcast_to(products.kinds.any(axis=1), shape)
    missing, some_open, vague = (np.zeros(shape, dtype=bool) for _mask in range(3))
    twice, once = (np.zeros(shape, dtype=bool) for _mask in range(2))
    for kind in range(products.kinds.shape[1]):
        columns = np.flatnonzero(products.kinds[:, kind])
        if not len(columns):
            continue
        missing[:, columns] |= ~clients.known[:, kind, None]
        some_open[:, columns] |= is_open[:, kind, None]
        vague[:, columns] |= unknown[:, kind, None]
        double = owned[:, kind, None] & products.indemnity[columns, kind]
        twice[:, columns] |= double
        once[:, columns] |= ~double
    asked = looked_at & covers
    yield "need_mismatch", "stop", "SCM-28", asked & ~missing & ~some_open & ~vague
    yield "covered_twice", "stop", "SCM-28", asked & twice & ~once
    yield "covered_twice", "care", "SCM-28", asked & twice & once
