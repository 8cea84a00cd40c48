from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.insurance_product_match.tools import premium

rates = st.decimals("0.0001", "1000", places=4)
sums = st.decimals("1", "99999999", places=2)
ranges = st.tuples(st.integers(0, 100), st.integers(0, 60)).map(
    lambda pair: (pair[0], pair[0] + pair[1])
)


@pytest.mark.parametrize(
    ("rate", "sum_insured", "years", "factor", "times", "expected"),
    [
        (10, 200_000, 20, 1, 1, (2000, 2000, 40_000, 10)),
        (10, 200_000, 20, 0.09, 12, (180, 2160, 43_200, 10)),
        (150, 200_000, 0, 1, 1, (30_000, 30_000, 30_000, 150)),
        # half a cent goes up
        (0.3333, 50, 1, 1, 1, (0.02, 0.02, 0.02, 0.3333)),
        (1, 5, 1, 1, 1, (0.01, 0.01, 0.01, 1)),
    ],
)
def test_premium_of_a_contract(rate, sum_insured, years, factor, times, expected):
    found = premium.premium(rate, sum_insured, years, factor=factor, times=times)
    assert found == expected


@given(st.lists(st.tuples(rates, sums), min_size=1, max_size=30))
def test_many_premiums_are_those_of_the_single_contracts(cases):
    one_by_one = [premium.premium(rate, total, 1).annual for rate, total in cases]
    rate_array = np.array([float(rate) for rate, _total in cases])
    sum_array = np.array([float(total) for _rate, total in cases])
    assert premium.annual_premiums(rate_array, sum_array).tolist() == one_by_one


@given(rates, sums, st.integers(1, 30))
def test_total_is_the_sum_of_the_instalments(rate, total, years):
    found = premium.premium(rate, total, years, factor=0.26, times=4)
    paid = Decimal(str(found.instalment)) * 4 * years
    assert Decimal(str(found.total)) == paid


@given(
    st.lists(
        st.tuples(st.integers(0, 2), st.sampled_from([(0,), (1,), (0, 1)]), ranges),
        max_size=12,
    ),
    st.lists(st.integers(0, 120), min_size=1, max_size=20),
    ranges,
)
def test_grid_is_what_a_search_row_by_row_finds(tables, ages, limit):
    rows = [
        (product, sexes, *between, float(number))
        for number, (product, sexes, between) in enumerate(tables)
    ]
    limits = [(0, (0, 1), *limit, None), (1, (1,), 0, 200, None)]
    grid = premium.rate_grid(3, ages, rows, limits)
    for product in range(3):
        for sex in (0, 1):
            for column, age in enumerate(ages):
                expected = np.nan
                for owner, sexes, lowest, highest, rate in rows:
                    if owner == product and sex in sexes and lowest <= age <= highest:
                        expected = rate
                for owner, sexes, lowest, highest, _none in limits:
                    outside = sex not in sexes or not lowest <= age <= highest
                    if owner == product and outside:
                        expected = np.nan
                np.testing.assert_equal(grid[product, sex, column], expected)
