"""Premiums from rates per 1,000 of the sum insured. Money is rounded half up."""

from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

import numpy as np

GENDERS = ("male", "female")
#: what binary fractions lose is less, and two exact results differ by more
TINY = 5e-8


class Premium(NamedTuple):
    """What is paid each time, in a year and in all, and the rate behind it."""

    instalment: float
    annual: float
    total: float
    rate: float


def money(amount, places=2):
    """Return a Decimal rounded half up, as people round money."""
    return Decimal(amount).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


def premium(rate, sum_insured, payment_years, factor=1.0, times=1, places=2):
    """Return the premium of one contract.

    :param rate: per 1,000 of the sum insured; a year's, or the single premium's
    :param payment_years: 0 for a single premium
    :param factor: share of the year's premium that one instalment costs
    :param times: instalments in a year
    """
    full = Decimal(str(rate)) * Decimal(str(sum_insured)) / 1000
    instalment = money(money(full, places) * Decimal(str(factor)), places)
    annual = instalment * times
    total = annual * max(payment_years, 1)
    return Premium(float(instalment), float(annual), float(total), float(rate))


def annual_premiums(rates, sums, places=2):
    """Return the yearly premiums of many contracts: numpy in, numpy out."""
    scale = 10**places
    amounts = np.asarray(rates) * np.asarray(sums)
    # in place: for millions of contracts memory is what takes the time
    amounts *= scale / 1000
    amounts += 0.5 + TINY
    np.floor(amounts, out=amounts)
    amounts /= scale
    return amounts


def rate_grid(count, ages, rows, limits):
    """Return the rates of products by sex and age; NaN where none is sold.

    :param count: number of products
    :param ages: the ages asked for
    :param rows: (product, sexes, from age, to age, rate), the older tables first;
        *sexes* is a tuple of positions in ``GENDERS``
    :param limits: (product, sexes, from age, to age, None) in which each is sold
    """
    order = np.argsort(ages, kind="stable")
    ages = np.asarray(ages)[order]
    grid = np.full((count, len(GENDERS), len(ages)), np.nan)
    for product, sexes, begin, end, rate in _with_positions(rows, ages):
        for sex in sexes:
            grid[product, sex, begin:end] = rate
    for product, sexes, begin, end, _nothing in _with_positions(limits, ages):
        grid[product, :, :begin] = np.nan
        grid[product, :, end:] = np.nan
        for sex in set(range(len(GENDERS))).difference(sexes):
            grid[product, sex] = np.nan
    result = np.empty_like(grid)
    result[:, :, order] = grid
    return result


def _with_positions(rows, ages):
    """Return the rows with positions in the sorted ages instead of ages."""
    if not rows:
        return ()
    products, sexes, lowest, highest, values = zip(*rows, strict=True)
    begins = np.searchsorted(ages, lowest, side="left").tolist()
    ends = np.searchsorted(ages, highest, side="right").tolist()
    return zip(products, sexes, begins, ends, values, strict=True)
