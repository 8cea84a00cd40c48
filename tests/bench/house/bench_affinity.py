"""Learned affinity beside popularity and plain item-kNN: who foresees a purchase?

One product of each client is hidden. Hit rate: how often it is among the first 1, 3, 5
of what the client does not have. Log-loss: how little probability it got. All three
learn from the same purchases, and each is calibrated on the same clients apart (with
one more product hidden), so that none is worse for telling no probabilities.

``BENCH_AFFINITY_CSV`` names a file of client × product instead of the invented book.
"""

import os
import time

import affinity_data
import harness
import numpy as np

harness.find_addons()

from odoo.addons.insurance_product_match.tools import affinity  # noqa: E402

FIRST = (1, 3, 5)
#: kNN: a little for whom no neighbour speaks; the best is chosen on the clients apart
FLOORS = (0.0005, 0.002, 0.01, 0.05)
POWERS = (0.5, 0.75, 1.0, 1.5, 2.0, 3.0)
NEIGHBOURS = (10, 20, 50, None)
SEEDS = (1, 2, 3)


def baskets_of(owned):
    return affinity.pad([np.flatnonzero(row).tolist() for row in owned])


class Popularity:
    name = "popularity"

    def fit(self, rest, apart, hidden):
        """Nothing to choose."""

    def learn(self, left):
        self.share = affinity.log_share(left.sum(axis=0))

    def scores(self, owned):
        return np.broadcast_to(self.share, owned.shape)


class Neighbours:
    """Plain item-kNN: the sum of the cosines with what a client has."""

    name = "item-kNN"

    def fit(self, rest, apart, hidden):
        choices = []
        for count in NEIGHBOURS:
            sums = apart.astype(float) @ self.near(rest, count)
            for floor in FLOORS:
                for power in POWERS:
                    scores = power * np.log(sums + floor)
                    chances = affinity.probabilities(scores, apart)
                    spent = affinity.loss(chances, hidden)
                    choices.append((spent, count or 0, floor, power))
        _spent, self.count, self.floor, self.power = min(choices)

    def near(self, owned, count):
        whole = owned.astype(float)
        both = whole.T @ whole
        owners = np.sqrt(np.maximum(np.diag(both), 1))
        cosine = both / np.outer(owners, owners)
        np.fill_diagonal(cosine, 0)
        if count and count < len(cosine):
            cosine[cosine < np.sort(cosine, axis=0)[-count]] = 0
        return cosine

    def learn(self, left):
        self.cosine = self.near(left, self.count)

    def scores(self, owned):
        sums = owned.astype(float) @ self.cosine
        return self.power * np.log(sums + self.floor)


class Affinity:
    """What the product does: shrunk lifts and popularity."""

    name = "affinity"

    def fit(self, rest, apart, hidden):
        found = affinity.counts(baskets_of(rest), rest.shape[1])
        self.fitted = affinity.fit(found, baskets_of(apart), hidden)

    def learn(self, left):
        found = affinity.counts(baskets_of(left), left.shape[1])
        self.model = affinity.model(found, self.fitted)

    def scores(self, owned):
        return self.model.scores(baskets_of(owned))


def split(left, seed):
    """Return the rows to learn from, and those apart with one more product hidden."""
    chance = np.random.default_rng(seed + 100)
    apart = chance.random(len(left)) < 0.25
    shorter, hidden = affinity_data.hold_out(left[apart], seed + 200)
    return left[~apart], shorter, hidden


def measure(method, left, hidden, seed):
    """Return hit rates and log-loss of one method on one hidden product a client."""
    start = time.perf_counter()
    method.fit(*split(left, seed))
    method.learn(left)
    spent = time.perf_counter() - start
    scores = np.where(left, -np.inf, method.scores(left))
    mine = scores[np.arange(len(hidden)), hidden][:, None]
    # of equals half come first: who says the same of all products foresees nothing
    rank = (scores > mine).sum(axis=1) + ((scores == mine).sum(axis=1) - 1) / 2
    chances = affinity.probabilities(scores, left)
    hits = [float((rank < first).mean()) for first in FIRST]
    return [*hits, affinity.loss(chances, hidden), spent]


def main():
    path = os.environ.get("BENCH_AFFINITY_CSV")
    owned = affinity_data.load(path) if path else affinity_data.invent()
    print(
        f"{path or 'invented book'}: {len(owned):,} clients, {owned.shape[1]} products,"
        f" {owned.sum() / len(owned):.2f} a client; means of {len(SEEDS)} runs"
    )
    figures = {}
    for seed in SEEDS:
        left, hidden = affinity_data.hold_out(owned, seed)
        for method in (Popularity(), Neighbours(), Affinity()):
            figures.setdefault(method.name, []).append(
                measure(method, left, hidden, seed)
            )
    means = {name: np.mean(rows, axis=0) for name, rows in figures.items()}
    print(f"{'':12}" + "".join(f"hit@{first:<6}" for first in FIRST) + "log-loss  s")
    for name, row in means.items():
        print(f"{name:12}" + "".join(f"{v:<10.4f}" for v in row[:4]) + f"{row[4]:.1f}")
    harness.report(__file__, list(results(figures)))


def results(figures):
    """Yield the ratios that must hold: the baseline's hits over ours, losses alike."""
    names = [*(f"hit@{first}" for first in FIRST), "log-loss"]
    for baseline, limits in (("popularity", (0.9, 0.9, 0.9, 0.98)), ("item-kNN", None)):
        for column, name in enumerate(names):
            pairs = [
                (ours[column], theirs[column])
                if name != "log-loss"
                else (theirs[column], ours[column])
                for ours, theirs in zip(
                    figures["affinity"], figures[baseline], strict=True
                )
            ]
            # seconds in the harness's words; here the plain figures
            yield harness.from_pairs(
                f"{name}: {baseline} beside affinity",
                [(before / 1000, after / 1000) for before, after in pairs],
                limits[column] if limits else 1.0,
                "below 1: affinity is better",
            )


if __name__ == "__main__":
    main()
