"""Shares out of few cases: bounds that hold, and differences that are no chance."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.insurance_product_match.tools.proportions import (
    Share,
    deviate,
    difference,
    wilson,
)


@st.composite
def shares(draw):
    cases = draw(st.integers(1, 500))
    return Share(draw(st.integers(0, cases)), cases, draw(st.integers(1, cases)))


@given(shares(), st.floats(0.5, 4))
def test_bounds_hold_the_rate_and_stay_between_0_and_1(share, z):
    low, high = wilson(share, z)
    assert 0 <= low <= share.rate + 1e-12
    assert share.rate - 1e-12 <= high <= 1


@given(shares(), shares(), st.floats(0.5, 4))
def test_difference_turns_round_with_its_sides(one, other, z):
    gap, back = difference(one, other, z), difference(other, one, z)
    assert gap.value == pytest.approx(-back.value)
    assert gap.low == pytest.approx(-back.high)
    assert gap.low <= gap.value <= gap.high


@given(shares(), st.floats(0.5, 3))
def test_more_comparisons_never_make_a_bound_narrower(share, z):
    low, high = wilson(share, z)
    wider_low, wider_high = wilson(share, z + 0.5)
    assert wider_low <= low + 1e-12
    assert high <= wider_high + 1e-12


def test_wilson_is_that_of_the_textbook():
    low, high = wilson(Share(81, 263, 263), deviate(0.95))
    assert (round(low, 4), round(high, 4)) == (0.2553, 0.3662)


def test_newcombe_is_that_of_the_paper():
    gap = difference(Share(56, 70, 70), Share(48, 80, 80), deviate(0.95))
    assert (round(gap.low, 4), round(gap.high, 4)) == (0.0524, 0.3339)


def test_without_cases_all_is_possible():
    assert wilson(Share(0, 0, 0), 2) == (0.0, 1.0)


def test_equal_groups_are_rarely_called_different():
    chance = random.Random(1)
    z, wrong = deviate(0.95), 0
    for _turn in range(2000):
        one, other = (
            Share(sum(chance.random() < 0.3 for _case in range(40)), 40, 40)
            for _side in range(2)
        )
        gap = difference(one, other, z)
        wrong += gap.low > 0 or gap.high < 0
    assert wrong / 2000 < 0.07


@pytest.mark.parametrize("confidence", [0, 1, -1, 2])
def test_impossible_confidence_is_refused(confidence):
    with pytest.raises(ValueError):
        deviate(confidence)
