"""What the law says of one product for one client: findings, each with its article.

Pure: plain dicts in, findings out. SM are the suitability measures of 2025, SCM the
sales conduct measures of 2023. Numbers come in as parameters.

``client``: ``kind`` (individual, enterprise, group), ``age``, ``capacity`` (full,
limited, none), ``need`` and ``finance`` (valid, expired or None), ``tolerance`` (1 to
5) with ``tolerance_state`` (valid, expired, changed or None), ``income`` and
``income_most`` (what the family earns a year at least and at most), ``assets_most``,
``budget`` (a year), ``premiums`` (paid a year already), ``gaps``: {kind of cover:
(need or None, have)}, None when not looked at.

``product``: ``grade`` and ``second_grade`` (1 to 5), ``line``, ``new_type``, ``kinds``
of cover, ``indemnity``: those of them that pay the loss only.

``terms``: ``annual_premium`` (of a single premium all of it), ``single_premium``,
``payment_years``, ``term_years`` (0: for life), ``wish``: the client has asked for this
very product. What is left out is unknown.
"""

from typing import NamedTuple

#: from grave to light. block: not sold; stop: advise to stop, a client who insists
#: says so in writing; sign: a signed declaration; care: a word more
SEVERITIES = ("block", "stop", "sign", "care")
NEW_TYPES = frozenset({"participating", "universal", "unit_linked", "variable"})
#: the client's own money may be lost
CAPITAL_RISK = frozenset({"unit_linked", "variable"})
EXEMPT_LINES = frozenset({"property", "liability"})
#: numbers of law and house that are asked for
PARAMETERS = (
    "elder_age",
    "capacity_age",
    "tolerance_from_grade",
    "premium_single_x",
    "premium_annual_pct",
    "age_plus_years",
    "budget_pct",
    "premium_stop_pct",
    "premium_block_pct",
)
VERDICTS = {
    "block": "refused",
    "stop": "unsuitable",
    "sign": "declaration",
    "care": "suitable",
}


class Finding(NamedTuple):
    """One thing to be said: which, how grave, and where it is written."""

    code: str
    severity: str
    article: str


def findings(client, product, terms, parameters):
    """Return the findings, the gravest first; none: nothing speaks against it."""
    found = [
        Finding(*finding)
        for check in CHECKS
        for finding in check(client, product, terms, parameters)
    ]
    return sorted(found, key=lambda finding: SEVERITIES.index(finding.severity))


def verdict(found):
    """Return what the findings come to: refused, unsuitable, declaration, suitable."""
    gravest = min(
        (finding.severity for finding in found),
        key=SEVERITIES.index,
        default="care",
    )
    return VERDICTS[gravest]


def exempt(client, product, terms):
    """Tell whether need and means need not be assessed (SM 40)."""
    if product.get("new_type") in CAPITAL_RISK:
        return False
    if product["line"] in EXEMPT_LINES:
        return True
    if client["kind"] != "individual":
        return True
    return 0 < (terms.get("term_years") or 0) <= 1


def effective_grade(product):
    """Return the grade that counts: of two ratings the higher one (SM 22)."""
    grades = [product.get("grade"), product.get("second_grade")]
    return max(filter(None, grades), default=None)


def tolerance_needed(client, product, terms, parameters):
    """Tell whether the client must have been tested for this product."""
    if client["kind"] != "individual":
        return False
    if product.get("new_type") in NEW_TYPES:
        return True
    if exempt(client, product, terms):
        return False
    grade = effective_grade(product)
    return grade is not None and grade >= parameters["tolerance_from_grade"]


def _capacity(client, product, terms, parameters):
    if client["kind"] != "individual":
        return
    age = client.get("age")
    if age is None:
        yield "age_unknown", "block", "SM-34"
    elif age < parameters["capacity_age"]:
        yield "minor", "block", "SM-19"
    if client.get("capacity", "full") != "full":
        yield "no_capacity", "block", "SM-19"
    if age is not None and age >= parameters["elder_age"]:
        yield "elder", "care", "SM-18"


def _assessed(client, product, terms, parameters):
    if exempt(client, product, terms):
        return
    for kind in ("need", "finance"):
        state = client.get(kind)
        if state != "valid":
            yield f"{kind}_{state or 'missing'}", "block", "SM-34"


def _graded(client, product, terms, parameters):
    if effective_grade(product) is None:
        if product.get("new_type") in NEW_TYPES:
            yield "grade_missing", "block", "SM-36"
        elif not exempt(client, product, terms):
            yield "grade_missing", "block", "SM-32"
    elif product.get("second_grade") not in (None, product.get("grade")):
        yield "grades_differ", "care", "SM-22"


def _tolerance(client, product, terms, parameters):
    needed = tolerance_needed(client, product, terms, parameters)
    state = client.get("tolerance_state")
    if needed and state != "valid":
        if state is None:
            yield "tolerance_missing", "block", _test_article(product)
        else:
            yield f"tolerance_{state}", "block", "SM-29"
        return
    # grades of property stand on a scale of their own
    if state != "valid" or (exempt(client, product, terms) and not needed):
        return
    grade, tolerance = effective_grade(product), client.get("tolerance")
    if grade and tolerance and grade > tolerance:
        if terms.get("wish"):
            yield "above_tolerance_wish", "stop", "SM-38"
        else:
            yield "above_tolerance", "block", "SM-13"


def _test_article(product):
    """Return who asks for the test: two rules do, each for other products."""
    new_type = product.get("new_type")
    if new_type in CAPITAL_RISK:
        return "SM-36"
    return "SCM-22" if new_type in NEW_TYPES else "SM-13"


def _means(client, product, terms, parameters):
    """Compare the premium with what the family has; known are bands, not numbers.

    What calls for a word is measured at their lower edge, what is refused at the upper.
    """
    premium = terms.get("annual_premium") or 0
    income, most = client.get("income"), client.get("income_most")
    if terms.get("single_premium"):
        assets = client.get("assets_most")
        if assets is not None and premium > assets:
            yield "beyond_means", "block", "SM-12"
        elif _above(premium, income, 100 * parameters["premium_single_x"]):
            if product.get("new_type") in NEW_TYPES:
                yield "single_premium_high", "sign", "SM-39"
            else:
                yield "unaffordable", "stop", "SCM-28"
        return
    total = premium + (client.get("premiums") or 0)
    if _above(total, most, parameters["premium_block_pct"]):
        yield "beyond_means", "block", "SM-12"
    elif _above(total, income, parameters["premium_stop_pct"]):
        yield "unaffordable", "stop", "SCM-28"


def _declaration(client, product, terms, parameters):
    if client["kind"] != "individual" or product.get("new_type") not in NEW_TYPES:
        return
    premium, income = terms.get("annual_premium") or 0, client.get("income")
    if income is None:
        yield "income_unknown", "block", "SM-34"
    if not terms.get("single_premium"):
        if _above(premium, income, parameters["premium_annual_pct"]):
            yield "annual_premium_high", "sign", "SM-39"
        age, years = client.get("age"), terms.get("payment_years") or 0
        if age is not None and age + years >= parameters["age_plus_years"]:
            yield "age_plus_years", "sign", "SM-39"
    if _reaches(premium, client.get("budget"), parameters["budget_pct"]):
        yield "over_budget", "sign", "SM-39"


def _need(client, product, terms, parameters):
    gaps = client.get("gaps")
    kinds = product.get("kinds")
    if gaps is None or not kinds:
        return
    known = {kind: gaps[kind] for kind in kinds if kind in gaps}
    open_kinds = {kind for kind, gap in known.items() if gap[0] and gap[0] > gap[1]}
    if len(known) == len(kinds) and not open_kinds:
        unknown = any(need is None for need, _have in known.values())
        if not unknown:
            yield "need_mismatch", "stop", "SCM-28"
    indemnity = product.get("indemnity") or ()
    twice = {
        kind
        for kind, (_wanted, have) in known.items()
        if kind in indemnity and have > 0 and kind not in open_kinds
    }
    if twice:
        severity = "stop" if twice == set(kinds) else "care"
        yield "covered_twice", severity, "SCM-28"


def _over_budget(client, product, terms, parameters):
    if product.get("new_type") in NEW_TYPES:
        return
    premium = terms.get("annual_premium") or 0
    if _reaches(premium, client.get("budget"), parameters["budget_pct"]):
        yield "above_budget", "stop", "SCM-28"


def _above(amount, base, percent):
    return base is not None and 100 * amount > percent * base


def _reaches(amount, base, percent):
    return bool(base) and 100 * amount >= percent * base


CHECKS = (
    _capacity,
    _assessed,
    _graded,
    _tolerance,
    _means,
    _declaration,
    _over_budget,
    _need,
)
