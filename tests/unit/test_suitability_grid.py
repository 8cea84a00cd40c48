import math

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.insurance_product_match.tools import suitability, suitability_grid

PARAMETERS = {
    "elder_age": 65,
    "capacity_age": 18,
    "tolerance_from_grade": 2,
    "premium_single_x": 4,
    "premium_annual_pct": 20,
    "age_plus_years": 75,
    "budget_pct": 150,
    "premium_stop_pct": 30,
    "premium_block_pct": 100,
}
KINDS = ("death", "medical", "home")
INDEMNITY = {"medical", "home"}
money = st.sampled_from([None, 10_000, 50_000, 200_000])
states = st.sampled_from([None, "valid", "expired"])
gap = st.tuples(st.sampled_from([None, 0, 100, 300]), st.sampled_from([0, 100, 500]))
clients = st.fixed_dictionaries(
    {
        "kind": st.sampled_from(["individual", "enterprise"]),
        "age": st.sampled_from([None, 17, 18, 40, 64, 65, 70]),
        "capacity": st.sampled_from(["full", "limited"]),
        "need": states,
        "finance": states,
        "tolerance": st.sampled_from([None, 1, 3, 5]),
        "tolerance_state": st.sampled_from([None, "valid", "expired", "changed"]),
        "income": money,
        "income_most": money,
        "assets_most": money,
        "budget": st.sampled_from([None, 2_000, 10_000]),
        "premiums": st.sampled_from([0, 5_000]),
        "gaps": st.one_of(
            st.none(),
            st.dictionaries(st.sampled_from(KINDS), gap, min_size=1),
        ),
    }
)
products = st.fixed_dictionaries(
    {
        "grade": st.sampled_from([None, 1, 2, 4]),
        "second_grade": st.sampled_from([None, 1, 3, 5]),
        "line": st.sampled_from(["life", "health", "property"]),
        "new_type": st.sampled_from(["ordinary", "universal", "unit_linked"]),
        "kinds": st.frozensets(st.sampled_from(KINDS)),
    }
).map(lambda product: {**product, "indemnity": product["kinds"] & INDEMNITY})
terms = st.fixed_dictionaries(
    {
        "annual_premium": st.sampled_from([0, 3_000, 15_000, 100_000, 900_000]),
        "single_premium": st.booleans(),
        "payment_years": st.sampled_from([0, 1, 10, 35]),
        "term_years": st.sampled_from([0, 1, 20]),
    }
)


def arrays(found):
    def column(name, dtype=float):
        values = [client[name] for client in found]
        return np.array([math.nan if v is None else v for v in values], dtype)

    def state(name):
        return np.array([suitability_grid.STATES[client[name]] for client in found])

    gaps = [[(client["gaps"] or {}).get(kind) for kind in KINDS] for client in found]
    return suitability_grid.Clients(
        np.array([client["kind"] == "individual" for client in found]),
        column("age"),
        np.array([client["capacity"] == "full" for client in found]),
        state("need"),
        state("finance"),
        np.array([client["tolerance"] or 0 for client in found]),
        state("tolerance_state"),
        column("income"),
        column("income_most"),
        column("assets_most"),
        column("budget"),
        column("premiums"),
        np.array(
            [[math.nan if g is None or g[0] is None else g[0] for g in r] for r in gaps]
        ),
        np.array([[g[1] if g else 0.0 for g in row] for row in gaps]),
        np.array([[g is not None for g in row] for row in gaps]),
    )


@given(
    st.lists(clients, min_size=1, max_size=4),
    st.lists(st.tuples(products, terms), min_size=1, max_size=4),
)
def test_many_at_once_are_judged_as_one_by_one(found, offers):
    facts, conditions = zip(*offers, strict=True)
    premium = np.array([[term["annual_premium"] for term in conditions]] * len(found))
    library = suitability_grid.products(facts, conditions, KINDS)
    together = [[set() for _offer in offers] for _client in found]
    for *finding, mask in suitability_grid.findings(
        arrays(found), library, premium, PARAMETERS
    ):
        for row, column in zip(*np.nonzero(mask), strict=True):
            together[row][column].add(tuple(finding))
    for row, client in enumerate(found):
        for column, (product, term) in enumerate(offers):
            alone = suitability.findings(client, product, term, PARAMETERS)
            assert together[row][column] == set(alone)


@given(clients, products, terms)
def test_dropped_is_what_is_forbidden_or_advised_against(client, product, term):
    library = suitability_grid.products([product], [term], KINDS)
    premium = np.array([[term["annual_premium"]]])
    dropped = suitability_grid.dropped(arrays([client]), library, premium, PARAMETERS)
    alone = suitability.findings(client, product, term, PARAMETERS)
    assert dropped[0, 0] == (suitability.verdict(alone) in ("refused", "unsuitable"))
