"""What holds of the suitability of any product for any client."""

from hypothesis import given
from hypothesis import strategies as st

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
clients = st.fixed_dictionaries(
    {
        "kind": st.sampled_from(["individual", "enterprise", "group"]),
        "age": st.none() | st.integers(0, 100),
        "capacity": st.sampled_from(["full", "limited", "none"]),
        "need": st.sampled_from(["valid", "expired", None]),
        "finance": st.sampled_from(["valid", "expired", None]),
        "tolerance": st.none() | st.integers(1, 5),
        "tolerance_state": st.sampled_from(["valid", "expired", "changed", None]),
        "income": st.none() | st.integers(0, 10**6),
        "budget": st.none() | st.integers(0, 10**5),
    }
)
products = st.fixed_dictionaries(
    {
        "grade": st.none() | st.integers(1, 5),
        "line": st.sampled_from(["life", "health", "annuity", "property"]),
        "new_type": st.sampled_from(["ordinary", *sorted(suitability.NEW_TYPES)]),
    }
)
terms = st.fixed_dictionaries(
    {
        "annual_premium": st.integers(0, 10**6),
        "single_premium": st.booleans(),
        "payment_years": st.integers(0, 40),
        "term_years": st.integers(0, 40),
    }
)
ORDER = ("suitable", "declaration", "unsuitable", "refused")


@given(clients, products, terms, st.integers(0, 10**6))
def test_a_higher_premium_never_makes_it_better(client, product, term, more):
    dearer = {**term, "annual_premium": term["annual_premium"] + more}
    before = suitability.verdict(
        suitability.findings(client, product, term, PARAMETERS)
    )
    after = suitability.verdict(
        suitability.findings(client, product, dearer, PARAMETERS)
    )
    assert ORDER.index(after) >= ORDER.index(before)


@given(clients, products, terms)
def test_new_types_are_never_sold_without_a_valid_test(client, product, term):
    found = suitability.findings(client, product, term, PARAMETERS)
    if (
        client["kind"] == "individual"
        and product["new_type"] in suitability.NEW_TYPES
        and client["tolerance_state"] != "valid"
    ):
        assert suitability.verdict(found) == "refused"
