"""What is bought together: learned from counts, told as probabilities.

The counts are how many clients have a product, and how many have two of them. A pair
that is seen more often than by chance has a *lift* above 1. Few clients prove little:
each lift is drawn towards 1 as if *shrinkage* clients more had been seen who bought by
chance. How much popularity and lifts count together is fitted on clients that the
counts were not made from.
"""

from typing import NamedTuple

import numpy as np

#: how many clients who bought by chance are added to each pair; the best is chosen
SHRINKAGES = (5.0, 20.0, 80.0)
#: products that nobody has bought yet are as rare as half a client
SMOOTHING = 0.5
STEPS = 25
NOTHING = -1


class Counts(NamedTuple):
    """*both* clients have each two products (owners of one: the diagonal)."""

    both: np.ndarray
    clients: int

    @property
    def owners(self):
        return np.diag(self.both)


class Fit(NamedTuple):
    """How counts become probabilities, and how well they do on other clients."""

    shrinkage: float = 20.0
    strength: float = 1.0
    popularity: float = 1.0
    loss: float = float("nan")


class Model(NamedTuple):
    share: np.ndarray  # logarithm of how popular each product is, times its power
    weight: np.ndarray  # what owning a row's product adds to a column's

    def scores(self, baskets, share=None):
        """Return logarithms of how likely each product is next, up to a constant.

        :param baskets: for each client the numbers of the products, filled up with
            ``NOTHING`` on the right
        :param share: other popularities than all clients', for each client
        """
        shape = (len(baskets), len(self.share))
        scores = np.array(
            np.broadcast_to(self.share if share is None else share, shape)
        )
        # one product after the other: a client alone gets the same sum as among many
        for owned in baskets.T:
            who = np.flatnonzero(owned != NOTHING)
            scores[who] += self.weight[owned[who]]
        return scores


def counts(baskets, size):
    """Return the counts of baskets as in ``Model.scores``, without repetitions."""
    owned = owns(baskets, size).astype(np.float64)
    return Counts(owned.T @ owned, len(baskets))


def owns(baskets, size):
    """Return a row of flags for each client."""
    flags = np.zeros((len(baskets), size), dtype=bool)
    for owned in baskets.T:
        who = np.flatnonzero(owned != NOTHING)
        flags[who, owned[who]] = True
    return flags


def expected(found):
    """Return how many clients would have each two products by chance."""
    return np.outer(found.owners, found.owners) / max(found.clients, 1)


def log_lift(found, shrinkage):
    """Return the logarithm of the shrunk lift of each pair; with itself it is 0."""
    chance = expected(found)
    lift = np.log((found.both + shrinkage) / (chance + shrinkage))
    np.fill_diagonal(lift, 0.0)
    return lift


def log_share(owners):
    """Return the logarithm of the share of purchases of each product."""
    smooth = np.asarray(owners, dtype=np.float64) + SMOOTHING
    return np.log(smooth / smooth.sum(axis=-1, keepdims=True))


def model(found, fit):
    return Model(
        fit.popularity * log_share(found.owners),
        fit.strength * log_lift(found, fit.shrinkage),
    )


def probabilities(scores, owned):
    """Return how likely each product is next; what is owned already is not."""
    left = np.where(owned, -np.inf, scores)
    top = left.max(axis=1, keepdims=True)
    # whoever owns everything buys nothing
    chances = np.exp(left - np.where(np.isfinite(top), top, 0.0))
    return chances / np.maximum(chances.sum(axis=1, keepdims=True), 1e-300)


def loss(chances, hidden):
    """Return the mean log-loss of the product that each client did buy."""
    hit = chances[np.arange(len(hidden)), hidden]
    return float(-np.log(np.maximum(hit, 1e-15)).mean())


def fit(found, baskets, hidden, shrinkages=SHRINKAGES):
    """Return the fit that foresees the *hidden* product of other clients best.

    :param found: counts, made without these clients
    :param baskets: what else they have
    """
    if not len(hidden):
        return Fit()
    share = np.broadcast_to(log_share(found.owners), (len(hidden), len(found.both)))
    owned = owns(baskets, len(found.both))
    best = Fit(loss=float("inf"))
    for shrinkage in shrinkages:
        plain = Model(np.zeros(len(found.both)), log_lift(found, shrinkage))
        features = np.stack([plain.scores(baskets), share])
        powers, spent = _newton(features, owned, hidden)
        if spent < best.loss:
            # fewer owners never make a product likelier, nor does a lift deter
            best = Fit(shrinkage, max(powers[0], 0.0), max(powers[1], 0.0), spent)
    return best


def _newton(features, owned, hidden):
    """Return the powers that make the log-loss smallest, and it; it is convex."""
    rows = np.arange(len(hidden))
    powers = np.array([0.5, 1.0])

    def spent(candidate):
        chances = probabilities(np.tensordot(candidate, features, 1), owned)
        return chances, loss(chances, hidden)

    chances, least = spent(powers)
    for _step in range(STEPS):
        means = (features * chances).sum(axis=2)
        slope = (means - features[:, rows, hidden]).mean(axis=1)
        spread = features - means[:, :, None]
        curve = np.einsum("aij,bij,ij->ab", spread, spread, chances) / len(hidden)
        move = np.linalg.solve(curve + 1e-6 * np.eye(2), slope)
        while True:
            chances, now = spent(powers - move)
            if now <= least or np.abs(move).max() < 1e-6:
                break
            move /= 2
        powers, least = powers - move, now
        if np.abs(move).max() < 1e-5:
            break
    return powers, least


def pad(baskets):
    """Return lists of product numbers as one array, filled up with ``NOTHING``."""
    width = max(map(len, baskets), default=0)
    padded = np.full((len(baskets), width), NOTHING, dtype=np.int64)
    for row, basket in enumerate(baskets):
        padded[row, : len(basket)] = sorted(basket)
    return padded
