"""Shares out of few cases: how far they can be trusted, and whether two differ.

Intervals after Wilson, and for differences after Newcombe; the level is divided by the
number of comparisons (Bonferroni), as among many some differ by chance.
"""

from math import sqrt
from statistics import NormalDist
from typing import NamedTuple


class Share(NamedTuple):
    """So many *hits* among *cases*, of which *units* do not depend on each other."""

    hits: int
    cases: int
    units: int

    @property
    def rate(self):
        return self.hits / self.cases if self.cases else 0.0


class Difference(NamedTuple):
    """By how much one share is above another, and between which bounds."""

    value: float
    low: float
    high: float


def deviate(confidence, comparisons=1):
    """Return how many standard deviations the confidence (0 to 1) asks for."""
    if not 0 < confidence < 1:
        raise ValueError("A confidence is between 0 and 1.")
    return NormalDist().inv_cdf(1 - (1 - confidence) / (2 * max(comparisons, 1)))


def wilson(share, z):
    """Return the bounds of a share, from 0 to 1; all is possible without cases."""
    if not share.units:
        return 0.0, 1.0
    number, rate = share.units, share.rate
    wide = z * z / number
    middle = rate + wide / 2
    reach = z * sqrt(rate * (1 - rate) / number + wide / (4 * number))
    return (
        max(0.0, (middle - reach) / (1 + wide)),
        min(1.0, (middle + reach) / (1 + wide)),
    )


def difference(one, other, z):
    """Return by how much *one* is above *other*, with its bounds."""
    (low, high), (other_low, other_high) = wilson(one, z), wilson(other, z)
    value = one.rate - other.rate
    return Difference(
        value,
        value - sqrt((one.rate - low) ** 2 + (other_high - other.rate) ** 2),
        value + sqrt((high - one.rate) ** 2 + (other.rate - other_low) ** 2),
    )
