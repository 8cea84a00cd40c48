import itertools

from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.insurance_product_match.tools.combination import (
    FULL,
    Offer,
    allowed,
    best,
    worth,
)

WORTHS = {"death": 900, "illness": 700, "care": 250}
parts = st.sampled_from([0, FULL // 4, FULL // 3, FULL // 2, FULL])
# few different figures: ties are where an order could show
shapes = st.tuples(
    st.sampled_from([0, 100, 250, 400, 999, 2500]),
    st.integers(-200, 300),
    st.dictionaries(st.sampled_from(sorted(WORTHS)), parts, max_size=3),
    st.frozensets(st.sampled_from("abc"), max_size=2),
)
offer_lists = st.lists(shapes, max_size=9).map(
    lambda found: [
        Offer((number,), cost, value, tuple(sorted(closes.items())), marks)
        for number, (cost, value, closes, marks) in enumerate(found)
    ]
)
budgets = st.one_of(st.none(), st.integers(0, 5000))


def exhaustive(offers, budget, most):
    """Return the value of the best of all combinations there are."""
    found = [0]
    for size in range(1, most + 1):
        for chosen in itertools.combinations(offers, size):
            cost = sum(offer.cost for offer in chosen)
            if allowed(chosen) and (budget is None or cost <= budget):
                found.append(worth(chosen, WORTHS))
    return max(found)


@given(offer_lists, budgets, st.integers(1, 5))
def test_no_combination_is_better_than_the_one_found(offers, budget, most):
    found = best(offers, WORTHS, budget, most)
    assert found.exact
    assert found.value == exhaustive(offers, budget, most)


@given(offer_lists, budgets, st.integers(1, 5))
def test_what_is_found_is_allowed_and_inside_the_budget(offers, budget, most):
    found = best(offers, WORTHS, budget, most)
    assert allowed(found.offers) and len(found.offers) <= most
    assert budget is None or found.cost <= budget
    assert found.cost == sum(offer.cost for offer in found.offers)
    assert found.value == worth(found.offers, WORTHS)


@given(offer_lists, st.integers(0, 5000), st.integers(0, 3000))
def test_more_money_never_makes_it_worse(offers, budget, more):
    less = best(offers, WORTHS, budget).value
    assert best(offers, WORTHS, budget + more).value >= less


@given(offer_lists, budgets, st.randoms())
def test_the_order_of_the_offers_does_not_matter(offers, budget, random):
    shuffled = random.sample(offers, len(offers))
    assert best(shuffled, WORTHS, budget) == best(offers, WORTHS, budget)


@given(offer_lists, budgets)
def test_of_equal_combinations_the_cheaper_is_taken(offers, budget):
    found = best(offers, WORTHS, budget, most=3)
    for size in range(4):
        for chosen in itertools.combinations(offers, size):
            if allowed(chosen) and worth(chosen, WORTHS) == found.value:
                cost = sum(offer.cost for offer in chosen)
                assert cost >= found.cost or (budget is not None and cost > budget)


def test_a_gap_that_is_closed_is_not_closed_twice():
    offers = [
        Offer((1,), 100, 0, (("death", FULL),)),
        Offer((2,), 90, 0, (("death", FULL),)),
    ]
    assert best(offers, WORTHS, None).offers == (offers[1],)


def test_two_cheap_offers_beat_the_best_single_one():
    offers = [
        Offer((1,), 1000, 0, (("death", FULL),)),
        Offer((2,), 500, 0, (("illness", FULL),)),
        Offer((3,), 500, 0, (("care", FULL),)),
    ]
    assert best(offers, WORTHS, 1000).offers == tuple(offers[1:])


def test_a_search_that_is_cut_short_says_so_and_keeps_a_combination():
    offers = [
        Offer((number,), 100 + number, 50 + number % 7, (("death", FULL // 9),))
        for number in range(60)
    ]
    found = best(offers, WORTHS, 3000, most=12, steps=50)
    assert not found.exact
    assert found.offers and found.cost <= 3000


def test_without_offers_there_is_nothing():
    assert best([], WORTHS, 1000)[:3] == ((), 0, 0)
