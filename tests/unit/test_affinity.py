import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from odoo.addons.insurance_product_match.tools import affinity

books = st.lists(st.sets(st.integers(0, 5), min_size=1), min_size=1, max_size=12)


def planted(clients=400):
    """Return baskets in which product 0 comes with 1, and 2 by chance."""
    chance = np.random.default_rng(5)
    baskets = []
    for _client in range(clients):
        basket = {int(chance.choice([2, 3, 4, 5]))}
        if chance.random() < 0.4:
            basket |= {0, 1} if chance.random() < 0.9 else {0}
        baskets.append(basket)
    return affinity.pad(baskets)


@given(books)
def test_counts_are_those_of_the_clients_one_by_one(book):
    found = affinity.counts(affinity.pad(book), 6)
    for one in range(6):
        for two in range(6):
            assert found.both[one, two] == sum({one, two} <= set(b) for b in book)


def test_a_lift_is_drawn_to_one_the_more_the_fewer_clients_there_are():
    few = affinity.Counts(np.array([[2.0, 2.0], [2.0, 2.0]]), 10)
    many = affinity.Counts(few.both * 100, 1000)
    low, high = (affinity.log_lift(c, 20.0)[0, 1] for c in (few, many))
    assert 0 < low < 0.1 < high < np.log(5)


def test_products_bought_by_chance_have_no_lift():
    found = affinity.Counts(np.array([[50.0, 25.0], [25.0, 50.0]]), 100)
    assert affinity.log_lift(found, 20.0)[0, 1] == pytest.approx(0)


def test_who_has_the_first_of_a_pair_is_offered_the_second():
    found = affinity.counts(planted(), 6)
    scores = affinity.model(found, affinity.Fit()).scores(affinity.pad([[0, 3], [3]]))
    chances = affinity.probabilities(
        scores, affinity.owns(affinity.pad([[0, 3], [3]]), 6)
    )
    assert chances[0].argmax() == 1
    assert chances[0, 1] > 2 * chances[1, 1]


@given(books)
def test_probabilities_sum_to_one_and_leave_out_what_is_owned(book):
    baskets = affinity.pad(book)
    found, owned = affinity.counts(baskets, 6), affinity.owns(baskets, 6)
    chances = affinity.probabilities(
        affinity.model(found, affinity.Fit()).scores(baskets), owned
    )
    assert not chances[owned].any()
    sums = chances.sum(axis=1)
    assert np.allclose(sums[~owned.all(axis=1)], 1)
    assert not sums[owned.all(axis=1)].any()


@given(books)
def test_a_client_alone_gets_exactly_what_it_gets_among_many(book):
    model = affinity.model(affinity.counts(affinity.pad(book), 6), affinity.Fit())
    together = model.scores(affinity.pad(book))
    for row, basket in enumerate(book):
        alone = model.scores(affinity.pad([basket]))
        assert (alone[0] == together[row]).all()


@given(
    arrays.arrays(np.float64, (4,), elements=st.floats(0, 1000)),
)
def test_shares_sum_to_one_and_nothing_is_impossible(owners):
    shares = np.exp(affinity.log_share(owners))
    assert shares.sum() == pytest.approx(1)
    assert (shares > 0).all()


def test_an_empty_basket_is_offered_what_is_popular():
    found = affinity.counts(planted(), 6)
    scores = affinity.model(found, affinity.Fit()).scores(affinity.pad([[]]))
    assert scores[0].argmax() == found.owners.argmax()


def test_the_fit_foresees_other_clients_better_than_popularity_alone():
    found = affinity.counts(planted(), 6)
    baskets, hidden = affinity.pad([[0, 2], [0, 3], [4]] * 20), np.array([1, 1, 5] * 20)
    fit = affinity.fit(found, baskets, hidden)
    flat = affinity.Fit(strength=0.0)
    spent = affinity.loss(
        affinity.probabilities(
            affinity.model(found, flat).scores(baskets), affinity.owns(baskets, 6)
        ),
        hidden,
    )
    assert fit.strength > 0
    assert fit.loss < 0.7 * spent


def test_pairs_that_say_nothing_get_no_strength():
    found = affinity.Counts(np.full((3, 3), 100.0), 100)
    fit = affinity.fit(found, affinity.pad([[0], [1], [2]]), np.array([1, 2, 0]))
    assert fit.loss == pytest.approx(np.log(2), abs=1e-6)


def test_without_clients_to_fit_on_the_fit_is_the_ordinary_one():
    found = affinity.Counts(np.eye(3), 3)
    assert (
        affinity.fit(found, affinity.pad([]), np.array([], int))[:3]
        == affinity.Fit()[:3]
    )
