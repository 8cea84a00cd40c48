"""How much a product does for a client: terms, points, and why not.

Everything is worked out for many clients × many products at once; one client is the
same with one row. Money is in whole units of the currency, ``nan`` is unknown. Loops go
over kinds of cover, never over clients or products, and in a fixed order, so that a
client alone gets the same figures as among a hundred thousand.

Points are whole hundredths: the points of the factors add up to the score exactly.
"""

from typing import NamedTuple

import numpy as np

#: increased whenever the same inputs could give other figures
VERSION = "1"
#: what makes up the score, in the order in which people read it; rules come on top
FACTORS = ("need", "gap", "affordability", "completeness", "preference", "affinity")
HUNDREDTHS = 100
#: a yearly rate is for so much sum insured
RATE_UNIT = 1000


class Clients(NamedTuple):
    """A row for each client; columns of *need* and *have* are kinds of cover."""

    need: np.ndarray  # sum insured that would be enough; nan: nobody knows
    have: np.ndarray  # cover in force
    budget: np.ndarray  # what can be spent a year; nan: nobody knows
    prefers: np.ndarray  # flags: lines of business


class Products(NamedTuple):
    """A row for each product; columns of *cover* are kinds of cover."""

    cover: np.ndarray  # cover for 1 of sum insured
    fixed: np.ndarray  # cover whatever the sum insured; inf: as the terms say
    line: np.ndarray  # number of the line of business, as in Clients.prefers
    least: np.ndarray  # smallest sum insured
    most: np.ndarray  # largest
    step: np.ndarray  # between two sums insured


class Terms(NamedTuple):
    """Clients × products."""

    wanted: np.ndarray  # the sum insured that closes the gap, whatever it costs
    sum_insured: np.ndarray  # the largest of these that the budget allows
    premium: np.ndarray  # of it, a year; nan: can't be had
    full_premium: np.ndarray  # of the sum insured that is wanted


def gaps(clients):
    """Return what is missing of each kind, and its share of the need."""
    gap = np.maximum(np.nan_to_num(clients.need) - clients.have, 0.0)
    share = np.divide(gap, clients.need, out=np.zeros_like(gap), where=clients.need > 0)
    return gap, share


def terms(clients, products, rates):
    """Return what to offer: as much as is missing, as far as the budget goes.

    The kind that a product covers most decides how much. *rates* are yearly, for 1,000
    of sum insured, ``nan`` where the product can't be had.
    """
    gap, _share = gaps(clients)
    shape = (len(gap), len(products.cover))
    wanted = np.zeros(shape)
    main = np.zeros(shape)
    for kind, columns, cover, fixed in _columns(products):
        missing = gap[:, kind, None] - fixed
        better = (missing > 0) & (cover > main[:, columns])
        main[:, columns] = np.where(better, cover, main[:, columns])
        amount = np.divide(missing, cover, out=np.zeros_like(missing), where=better)
        wanted[:, columns] = np.where(better, amount, wanted[:, columns])
    wanted = _on_step(products, wanted, np.ceil)
    full = _premium(wanted, rates)
    budget = clients.budget[:, None]
    unlimited = np.isnan(budget) | (full <= budget)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        reach = np.minimum(budget * RATE_UNIT / rates, products.most)
    reach = _on_step(products, np.where(np.isnan(reach), 0.0, reach), np.floor)
    # a premium rounded up may just miss the budget
    over = (_premium(reach, rates) > budget) & (reach > products.least)
    reach = np.where(over, np.maximum(reach - products.step, products.least), reach)
    offered = np.where(unlimited, wanted, np.minimum(reach, wanted))
    return Terms(wanted, offered, _premium(offered, rates), full)


def affordable(clients, found):
    """Tell whether the premium is inside the budget; nobody knows: it is."""
    budget = clients.budget[:, None]
    return np.isnan(budget) | (found.premium <= budget)


def useful(clients, products):
    """Tell whether a product covers anything that is missing, or may be missing."""
    gap, _share = gaps(clients)
    missing = (gap > 0) | (np.isnan(clients.need) & (clients.have <= 0))
    found = np.zeros((len(gap), len(products.cover)), dtype=bool)
    for kind, columns, _cover, _fixed in _columns(products):
        found[:, columns] |= missing[:, kind, None]
    return found


def fractions(clients, products, found, affinity):
    """Return {factor: clients × products from 0 to 1}.

    None of them falls when the budget grows.

    :param affinity: how likely the products are bought next, the likeliest 1
    """
    gap, share = gaps(clients)
    shape = (len(gap), len(products.cover))
    total = np.zeros(len(gap))
    for column in share.T:
        total = total + column
    closed, deepest = np.zeros(shape), np.zeros(shape)
    kinds, missing = np.zeros(shape), np.zeros(shape)
    for kind, columns, cover, fixed in _columns(products):
        amount = found.sum_insured[:, columns] * cover + fixed
        open_gap = gap[:, kind, None]
        part = np.divide(
            amount,
            open_gap,
            out=np.zeros_like(amount),
            where=np.broadcast_to(open_gap > 0, amount.shape),
        )
        part = np.minimum(part, 1.0)
        closed[:, columns] += part * share[:, kind, None]
        deepest[:, columns] = np.maximum(deepest[:, columns], share[:, kind, None])
        needed = clients.need[:, kind, None] > 0
        kinds[:, columns] += needed
        missing[:, columns] += needed & (clients.have[:, kind, None] <= 0)
    budget = clients.budget[:, None]
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        left = np.where(budget > 0, 1.0 - found.full_premium / budget, 0.0)
    return {
        "need": deepest,
        "gap": _ratio(closed, total[:, None]),
        "affordability": np.clip(np.nan_to_num(left), 0.0, 1.0),
        "completeness": _ratio(missing, kinds),
        "preference": clients.prefers[:, products.line].astype(np.float64),
        "affinity": affinity,
    }


def points(parts, weights):
    """Return {factor: whole hundredths of points}."""
    return {
        factor: np.rint(parts[factor] * (weights[factor] * HUNDREDTHS)).astype(np.int64)
        for factor in FACTORS
    }


def total(found, rules):
    """Return the score in hundredths: all factors and the points of the rules."""
    return sum((found[factor] for factor in FACTORS), np.asarray(rules, np.int64))


def order(score, kept, premium, keys):
    """Return the ranks from 1 on of the kept ones, 0 of the others.

    More points first; of equals the cheaper, then the smaller key.
    """
    keys = np.broadcast_to(keys, score.shape)
    place = np.lexsort((keys, np.nan_to_num(premium), -score, ~kept), axis=1)
    ranks = np.empty_like(place)
    np.put_along_axis(ranks, place, np.arange(1, score.shape[1] + 1)[None], axis=1)
    return np.where(kept, ranks, 0)


def _columns(products):
    """Yield each kind with the products that cover it, and how much they do."""
    for kind in range(products.cover.shape[1]):
        cover, fixed = products.cover[:, kind], products.fixed[:, kind]
        columns = np.flatnonzero((cover > 0) | (fixed > 0))
        if len(columns):
            yield kind, columns, cover[columns], fixed[columns]


def _on_step(products, amount, rounding):
    """Return amounts as the product is sold: from *least* to *most* in steps."""
    step = np.where(products.step > 0, products.step, 1.0)
    # a hair below a whole step is that step: divisions leave such hairs
    steps = rounding(np.round((amount - products.least) / step, 9))
    return np.clip(products.least + steps * step, products.least, products.most)


def _premium(amount, rates):
    return np.round(amount * rates / RATE_UNIT, 2)


def _ratio(part, whole):
    whole = np.broadcast_to(whole, part.shape)
    ratio = np.divide(part, whole, out=np.zeros_like(part), where=whole > 0)
    # the parts may add up to a hair more than the whole
    return np.minimum(ratio, 1.0)
