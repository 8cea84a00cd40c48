import math

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.insurance_product_match.tools import match_score

WEIGHTS = {
    "need": 30,
    "gap": 25,
    "affordability": 15,
    "completeness": 10,
    "preference": 8,
    "affinity": 12,
}
KINDS, LINES = 3, 2
money = st.sampled_from([0, 1, 50_000, 123_457, 300_000, 1_000_000])
client_rows = st.tuples(
    st.lists(st.one_of(st.just(math.nan), money), min_size=KINDS, max_size=KINDS),
    st.lists(money, min_size=KINDS, max_size=KINDS),
    st.one_of(st.just(math.nan), st.floats(0, 50_000)),
    st.lists(st.booleans(), min_size=LINES, max_size=LINES),
)
product_rows = st.tuples(
    st.lists(st.sampled_from([0, 0.1, 0.5, 1, 3]), min_size=KINDS, max_size=KINDS),
    st.lists(
        st.sampled_from([0, 0, 100_000, math.inf]), min_size=KINDS, max_size=KINDS
    ),
    st.integers(0, LINES - 1),
    st.sampled_from([10_000, 50_000]),
    st.sampled_from([50_000, 500_000, 2_000_000]),
    st.sampled_from([1_000, 10_000, 50_000]),
    st.one_of(st.just(math.nan), st.floats(0.01, 100)),
    st.floats(0, 1),
)
books = st.lists(client_rows, min_size=1, max_size=4)
libraries = st.lists(product_rows, min_size=1, max_size=5)


def build(clients, products):
    need, have, budget, prefers = zip(*clients, strict=True)
    cover, fixed, line, least, most, step, rate, liked = zip(*products, strict=True)
    shape = (len(clients), len(products))
    return (
        match_score.Clients(
            np.array(need, float),
            np.array(have, float),
            np.array(budget, float),
            np.array(prefers, bool),
        ),
        match_score.Products(
            np.array(cover, float),
            np.array(fixed, float),
            np.array(line),
            np.array(least, float),
            np.array(most, float),
            np.array(step, float),
        ),
        np.broadcast_to(np.array(rate, float), shape),
        np.broadcast_to(np.array(liked, float), shape),
    )


def evaluate(clients, products):
    """Return terms, points of the factors, score and whether a product is kept."""
    clients, products, rates, liked = build(clients, products)
    terms = match_score.terms(clients, products, rates)
    parts = match_score.fractions(clients, products, terms, liked)
    points = match_score.points(parts, WEIGHTS)
    score = match_score.total(points, np.zeros(rates.shape, np.int64))
    kept = match_score.affordable(clients, terms) & match_score.useful(
        clients, products
    )
    return terms, points, score, kept & ~np.isnan(rates), parts


def with_budget(clients, budget):
    return [(need, have, budget, prefers) for need, have, _budget, prefers in clients]


@given(books, libraries, st.floats(0, 50_000), st.floats(0, 50_000))
def test_more_money_drops_no_product_and_takes_no_points(clients, products, less, more):
    _terms, before, low, kept, _parts = evaluate(with_budget(clients, less), products)
    _terms, after, high, still, _parts = evaluate(
        with_budget(clients, less + more), products
    )
    assert (still | ~kept).all()
    for factor in match_score.FACTORS:
        assert (after[factor] >= before[factor])[kept].all(), factor
    assert (high >= low)[kept].all()


@given(books, libraries)
def test_the_points_of_the_factors_add_up_to_the_score(clients, products):
    _terms, points, score, _kept, _parts = evaluate(clients, products)
    assert (sum(points.values()) == score).all()


@given(books, libraries)
def test_no_factor_gives_more_than_its_weight_or_less_than_nothing(clients, products):
    _terms, points, _score, _kept, parts = evaluate(clients, products)
    for factor, weight in WEIGHTS.items():
        assert ((0 <= parts[factor]) & (parts[factor] <= 1)).all(), factor
        assert (points[factor] <= weight * match_score.HUNDREDTHS).all()


@given(books, libraries)
def test_what_is_kept_is_affordable_and_covers_something_that_is_missing(
    clients, products
):
    terms, _points, _score, kept, _parts = evaluate(clients, products)
    for row, column in zip(*np.nonzero(kept), strict=True):
        need, have, budget, _prefers = clients[row]
        cover, fixed = products[column][:2]
        assert any(
            (c > 0 or f > 0) and (n > h or (math.isnan(n) and not h))
            for c, f, n, h in zip(cover, fixed, need, have, strict=True)
        )
        assert math.isnan(budget) or terms.premium[row, column] <= budget


@given(books, libraries)
def test_sums_insured_are_as_the_product_is_sold(clients, products):
    terms, *_rest = evaluate(clients, products)
    for column, (_cover, _fixed, _line, least, most, step, *_) in enumerate(products):
        sums = terms.sum_insured[:, column]
        assert ((least <= sums) & (sums <= most)).all()
        assert (((sums - least) % step == 0) | (sums == most)).all()


@given(books, libraries, st.randoms())
def test_the_order_of_clients_and_products_does_not_matter(clients, products, random):
    rows = random.sample(range(len(clients)), len(clients))
    columns = random.sample(range(len(products)), len(products))
    before = evaluate(clients, products)
    after = evaluate([clients[row] for row in rows], [products[c] for c in columns])
    at = np.ix_(rows, columns)
    assert (after[2] == before[2][at]).all()
    assert (after[3] == before[3][at]).all()
    assert np.array_equal(after[0].sum_insured, before[0].sum_insured[at])


@given(books, libraries)
def test_a_client_alone_gets_exactly_what_it_gets_among_many(clients, products):
    together = evaluate(clients, products)
    for row, client in enumerate(clients):
        alone = evaluate([client], products)
        assert (alone[2][0] == together[2][row]).all()
        assert np.array_equal(alone[0].premium[0], together[0].premium[row], True)


@given(books, libraries)
def test_ranks_follow_the_points_and_leave_out_what_is_dropped(clients, products):
    terms, _points, score, kept, _parts = evaluate(clients, products)
    ranks = match_score.order(score, kept, terms.premium, np.arange(len(products)))
    for row in range(len(clients)):
        chosen = np.flatnonzero(kept[row])
        assert sorted(ranks[row, chosen]) == list(range(1, len(chosen) + 1))
        assert not ranks[row, ~kept[row]].any()
        best_first = chosen[np.argsort(ranks[row, chosen])]
        assert (np.diff(score[row, best_first]) <= 0).all()


def test_as_much_is_offered_as_is_missing():
    client = ([1_000_000, 0, 0], [300_000, 0, 0], math.nan, [False, False])
    product = ([1, 0, 0], [0, 0, 0], 0, 100_000, 2_000_000, 50_000, 2.0, 0.0)
    terms, points, *_rest = evaluate([client], [product])
    assert terms.sum_insured[0, 0] == 700_000
    assert terms.premium[0, 0] == 1400
    assert points["gap"][0, 0] == 2500


def test_a_small_budget_gets_a_smaller_sum_insured():
    client = ([1_000_000, 0, 0], [300_000, 0, 0], 1000.0, [False, False])
    product = ([1, 0, 0], [0, 0, 0], 0, 100_000, 2_000_000, 50_000, 2.0, 0.0)
    terms, points, _score, kept, _parts = evaluate([client], [product])
    assert terms.sum_insured[0, 0] == 500_000
    assert points["gap"][0, 0] == round(2500 * 5 / 7)
    assert kept[0, 0]


def test_a_cover_on_the_side_does_not_blow_up_the_sum_insured():
    client = ([200_000, 1_000_000, 0], [0, 0, 0], math.nan, [False, False])
    product = ([1, 0.1, 0], [0, 0, 0], 0, 100_000, 5_000_000, 50_000, 2.0, 0.0)
    terms, *_rest = evaluate([client], [product])
    assert terms.sum_insured[0, 0] == 200_000


def test_a_cover_as_the_terms_say_closes_the_gap_whatever_the_sum_insured():
    client = ([400_000, 0, 0], [0, 0, 0], math.nan, [False, False])
    product = ([0, 0, 0], [math.inf, 0, 0], 0, 10_000, 50_000, 10_000, 2.0, 0.0)
    terms, points, _score, kept, _parts = evaluate([client], [product])
    assert terms.sum_insured[0, 0] == 10_000
    assert points["gap"][0, 0] == 2500
    assert kept[0, 0]


def test_a_product_is_kept_where_nobody_knows_the_need():
    client = ([math.nan, 0, 0], [0, 0, 0], math.nan, [False, False])
    product = ([1, 0, 0], [0, 0, 0], 0, 10_000, 50_000, 10_000, 2.0, 0.0)
    _terms, points, _score, kept, _parts = evaluate([client], [product])
    assert kept[0, 0]
    assert points["gap"][0, 0] == 0
