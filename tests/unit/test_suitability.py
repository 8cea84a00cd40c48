"""Each article with what is just inside and just outside of it."""

import pytest

from odoo.addons.insurance_product_match.tools import suitability

PARAMETERS = {
    "elder_age": 65,
    "capacity_age": 18,
    "tolerance_from_grade": 3,
    "premium_single_x": 4,
    "premium_annual_pct": 20,
    "age_plus_years": 75,
    "budget_pct": 150,
    "premium_stop_pct": 30,
    "premium_block_pct": 50,
}
CLIENT = {
    "kind": "individual",
    "age": 40,
    "capacity": "full",
    "need": "valid",
    "finance": "valid",
    "tolerance": 3,
    "tolerance_state": "valid",
    "income": 120_000,
    "income_most": 250_000,
    "assets_most": 1_000_000,
    "budget": 20_000,
    "premiums": 0,
    "gaps": {"death": (1_000_000, 0), "medical": (1_000_000, 0)},
}
TERM_LIFE = {
    "grade": 2,
    "line": "life",
    "new_type": "ordinary",
    "kinds": {"death"},
    "indemnity": set(),
}
LINKED = {**TERM_LIFE, "grade": 3, "new_type": "unit_linked"}
SHARING = {**TERM_LIFE, "grade": 3, "new_type": "participating"}
MEDICAL = {
    **TERM_LIFE,
    "line": "health",
    "kinds": {"medical"},
    "indemnity": {"medical"},
}
MOTOR = {
    "grade": 3,
    "line": "property",
    "new_type": "ordinary",
    "kinds": {"motor"},
    "indemnity": {"motor"},
}
TERMS = {
    "annual_premium": 5_000,
    "single_premium": False,
    "payment_years": 20,
    "term_years": 20,
}
SINGLE = {"single_premium": True, "payment_years": 0}
NOT_ASSESSED = {"need": None, "finance": None}


def say(client=None, product=TERM_LIFE, terms=None):
    found = suitability.findings(
        {**CLIENT, **(client or {})},
        product,
        {**TERMS, **(terms or {})},
        PARAMETERS,
    )
    return {(one.code, one.severity, one.article) for one in found}


def test_nothing_speaks_against_what_fits():
    assert say() == set()
    assert suitability.verdict([]) == "suitable"


@pytest.mark.parametrize(
    ("article", "client", "product", "terms", "expected"),
    [
        # SM 12: the money clearly does not fit, at the upper edge of the band
        ("SM-12", {}, TERM_LIFE, {"annual_premium": 125_000}, None),
        (
            "SM-12",
            {},
            TERM_LIFE,
            {"annual_premium": 125_001},
            ("beyond_means", "block"),
        ),
        (
            "SM-12",
            {"premiums": 120_001},
            TERM_LIFE,
            {"annual_premium": 5_000},
            ("beyond_means", "block"),
        ),
        ("SM-12", {"income_most": None}, TERM_LIFE, {"annual_premium": 10**9}, None),
        ("SM-12", {}, TERM_LIFE, {**SINGLE, "annual_premium": 1_000_000}, None),
        (
            "SM-12",
            {},
            TERM_LIFE,
            {**SINGLE, "annual_premium": 1_000_001},
            ("beyond_means", "block"),
        ),
        (
            "SM-12",
            {"assets_most": None},
            TERM_LIFE,
            {**SINGLE, "annual_premium": 9e9},
            None,
        ),
        # SM 13: above the tolerance, and never pushed
        ("SM-13", {"tolerance": 3}, SHARING, {}, None),
        ("SM-13", {"tolerance": 2}, SHARING, {}, ("above_tolerance", "block")),
        ("SM-13", {"tolerance": 1}, TERM_LIFE, {}, ("above_tolerance", "block")),
        ("SM-13", {"tolerance": 1}, MOTOR, {}, None),
        ("SM-13", {"tolerance": 1}, TERM_LIFE, {"term_years": 1}, None),
        ("SM-13", {"tolerance": 2}, SHARING, {"wish": True}, None),
        (
            "SM-38",
            {"tolerance": 2},
            SHARING,
            {"wish": True},
            ("above_tolerance_wish", "stop"),
        ),
        ("SM-38", {"tolerance": 3}, SHARING, {"wish": True}, None),
        (
            "SM-13",
            {"tolerance_state": None},
            {**TERM_LIFE, "grade": 3},
            {},
            ("tolerance_missing", "block"),
        ),
        ("SM-13", {"tolerance_state": None}, TERM_LIFE, {}, None),
        # SM 18: from 65 on
        ("SM-18", {"age": 64}, TERM_LIFE, {"payment_years": 5}, None),
        ("SM-18", {"age": 65}, TERM_LIFE, {"payment_years": 5}, ("elder", "care")),
        # SM 19: nobody without legal capacity
        ("SM-19", {"age": 18}, TERM_LIFE, {}, None),
        ("SM-19", {"age": 17}, TERM_LIFE, {}, ("minor", "block")),
        ("SM-19", {"capacity": "limited"}, TERM_LIFE, {}, ("no_capacity", "block")),
        ("SM-19", {"capacity": "none"}, MOTOR, {}, ("no_capacity", "block")),
        ("SM-19", {"kind": "enterprise", "age": None}, TERM_LIFE, {}, None),
        ("SM-34", {"age": None}, TERM_LIFE, {}, ("age_unknown", "block")),
        # SM 22: of two ratings the higher one
        ("SM-22", {}, {**TERM_LIFE, "second_grade": 2}, {}, None),
        ("SM-22", {}, {**TERM_LIFE, "second_grade": 3}, {}, ("grades_differ", "care")),
        (
            "SM-13",
            {},
            {**TERM_LIFE, "second_grade": 4},
            {},
            ("above_tolerance", "block"),
        ),
        (
            "SM-13",
            {},
            {**TERM_LIFE, "grade": 4, "second_grade": 1},
            {},
            ("above_tolerance", "block"),
        ),
        # SM 29: expired, or changed and not said again
        (
            "SM-29",
            {"tolerance_state": "expired"},
            SHARING,
            {},
            ("tolerance_expired", "block"),
        ),
        (
            "SM-29",
            {"tolerance_state": "changed"},
            SHARING,
            {},
            ("tolerance_changed", "block"),
        ),
        ("SM-29", {"tolerance_state": "expired"}, TERM_LIFE, {}, None),
        # SM 32, 36: no product without a grade
        ("SM-32", {}, {**TERM_LIFE, "grade": None}, {}, ("grade_missing", "block")),
        ("SM-32", {}, {**MOTOR, "grade": None}, {}, None),
        ("SM-36", {}, {**LINKED, "grade": None}, {}, ("grade_missing", "block")),
        (
            "SM-36",
            {"tolerance_state": None},
            LINKED,
            {},
            ("tolerance_missing", "block"),
        ),
        (
            "SCM-22",
            {"tolerance_state": None},
            SHARING,
            {},
            ("tolerance_missing", "block"),
        ),
        ("SCM-22", {"kind": "group", "tolerance_state": None}, SHARING, {}, None),
        # SM 34 and 40: need and means assessed, but for short and property covers
        ("SM-34", {"need": None}, TERM_LIFE, {}, ("need_missing", "block")),
        ("SM-34", {"need": "expired"}, TERM_LIFE, {}, ("need_expired", "block")),
        ("SM-34", {"finance": None}, TERM_LIFE, {}, ("finance_missing", "block")),
        ("SM-34", {"finance": "expired"}, TERM_LIFE, {}, ("finance_expired", "block")),
        ("SM-34", NOT_ASSESSED, MOTOR, {}, None),
        ("SM-34", NOT_ASSESSED, TERM_LIFE, {"term_years": 1}, None),
        (
            "SM-34",
            {"need": None},
            TERM_LIFE,
            {"term_years": 2},
            ("need_missing", "block"),
        ),
        (
            "SM-34",
            {"need": None},
            TERM_LIFE,
            {"term_years": 0},
            ("need_missing", "block"),
        ),
        ("SM-34", {"kind": "group", **NOT_ASSESSED}, TERM_LIFE, {}, None),
        (
            "SM-34",
            {"kind": "group", "need": None},
            LINKED,
            {},
            ("need_missing", "block"),
        ),
        ("SM-34", {"need": None}, LINKED, {"term_years": 1}, ("need_missing", "block")),
        (
            "SM-34",
            {"income": None, "income_most": None},
            LINKED,
            {},
            ("income_unknown", "block"),
        ),
        # SM 39: the four numbers, for new types only
        (
            "SM-39",
            {},
            SHARING,
            {**SINGLE, "annual_premium": 480_000},
            ("over_budget", "sign"),
        ),
        (
            "SM-39",
            {"budget": None},
            SHARING,
            {**SINGLE, "annual_premium": 480_000},
            None,
        ),
        (
            "SM-39",
            {"budget": None},
            SHARING,
            {**SINGLE, "annual_premium": 480_001},
            ("single_premium_high", "sign"),
        ),
        ("SM-39", {"budget": None}, SHARING, {"annual_premium": 24_000}, None),
        (
            "SM-39",
            {"budget": None},
            SHARING,
            {"annual_premium": 24_001},
            ("annual_premium_high", "sign"),
        ),
        ("SM-39", {"budget": None}, TERM_LIFE, {"annual_premium": 24_001}, None),
        ("SM-39", {"age": 54}, LINKED, {}, None),
        ("SM-39", {"age": 55}, LINKED, {}, ("age_plus_years", "sign")),
        ("SM-39", {"age": 80}, LINKED, {**SINGLE, "payment_years": 1}, None),
        ("SM-39", {"age": 80}, TERM_LIFE, {}, None),
        ("SM-39", {"budget": 10_000}, SHARING, {"annual_premium": 14_999}, None),
        (
            "SM-39",
            {"budget": 10_000},
            SHARING,
            {"annual_premium": 15_000},
            ("over_budget", "sign"),
        ),
        ("SM-39", {"kind": "group", "budget": 1}, SHARING, {}, None),
        # SCM 28: not affordable, not needed, covered twice
        ("SCM-28", {"budget": None}, TERM_LIFE, {"annual_premium": 36_000}, None),
        (
            "SCM-28",
            {"budget": None},
            TERM_LIFE,
            {"annual_premium": 36_001},
            ("unaffordable", "stop"),
        ),
        (
            "SCM-28",
            {"budget": None, "premiums": 31_001},
            TERM_LIFE,
            {},
            ("unaffordable", "stop"),
        ),
        (
            "SCM-28",
            {"budget": None},
            TERM_LIFE,
            {**SINGLE, "annual_premium": 480_001},
            ("unaffordable", "stop"),
        ),
        ("SCM-28", {"budget": 3_334}, TERM_LIFE, {}, None),
        ("SCM-28", {"budget": 3_333}, TERM_LIFE, {}, ("above_budget", "stop")),
        ("SCM-28", {"budget": 0}, TERM_LIFE, {}, None),
        ("SCM-28", {"gaps": None}, TERM_LIFE, {}, None),
        ("SCM-28", {"gaps": {"death": (100, 99)}}, TERM_LIFE, {}, None),
        (
            "SCM-28",
            {"gaps": {"death": (100, 100)}},
            TERM_LIFE,
            {},
            ("need_mismatch", "stop"),
        ),
        ("SCM-28", {"gaps": {"death": (None, 0)}}, TERM_LIFE, {}, None),
        ("SCM-28", {"gaps": {}}, TERM_LIFE, {}, None),
        ("SCM-28", {"gaps": {"medical": (100, 50)}}, MEDICAL, {}, None),
        (
            "SCM-28",
            {"gaps": {"medical": (None, 50)}},
            MEDICAL,
            {},
            ("covered_twice", "stop"),
        ),
        (
            "SCM-28",
            {"gaps": {"medical": (50, 50), "death": (100, 0)}},
            {**MEDICAL, "kinds": {"medical", "death"}},
            {},
            ("covered_twice", "care"),
        ),
    ],
)
def test_article(article, client, product, terms, expected):
    said = {
        (code, severity)
        for code, severity, of in say(client, product, terms)
        if of == article
    }
    if expected is None:
        assert not said
    else:
        assert expected in said


def test_a_medical_cover_twice_is_neither_needed_nor_of_use():
    said = say({"gaps": {"medical": (50, 50)}}, MEDICAL)
    assert said == {
        ("need_mismatch", "stop", "SCM-28"),
        ("covered_twice", "stop", "SCM-28"),
    }


def test_the_gravest_comes_first_and_decides():
    found = suitability.findings(
        {**CLIENT, "age": 70, "tolerance": 1, "budget": 3_000},
        SHARING,
        TERMS,
        PARAMETERS,
    )
    order = [suitability.SEVERITIES.index(one.severity) for one in found]
    assert order == sorted(order)
    assert suitability.verdict(found) == "refused"


@pytest.mark.parametrize(
    ("severities", "verdict"),
    [
        (["care"], "suitable"),
        (["care", "sign"], "declaration"),
        (["sign", "stop", "care"], "unsuitable"),
        (["stop", "block"], "refused"),
    ],
)
def test_verdict(severities, verdict):
    found = [suitability.Finding("x", severity, "SM-1") for severity in severities]
    assert suitability.verdict(found) == verdict
