"""The best combination of offers inside a budget: branch and bound on whole numbers.

An offer is a product at one sum insured. It closes parts of gaps and has a value of
its own. Closing a gap twice is worth nothing, so offers are worth less the more there
are: what an offer adds now is never less than what it adds later, and that bounds the
search.
All figures are whole numbers, so the same offers give the same answer in any order.
"""

from typing import NamedTuple

#: a gap that is closed
FULL = 1_000_000


class Offer(NamedTuple):
    """A product at one sum insured; *excludes* names what can't be had twice.

    :param key: identifies the offer and decides between equals: sortable
    :param cost: premium a year, in cents
    :param value: what the offer is worth beside the gaps it closes
    :param closes: ``((gap, part), …)``, parts of ``FULL``
    :param excludes: of each of these marks a combination holds one offer at most
    """

    key: tuple
    cost: int
    value: int
    closes: tuple
    excludes: frozenset = frozenset()


class Best(NamedTuple):
    """*offers* in the order of their keys; *exact* unless the search was cut short."""

    offers: tuple
    value: int
    cost: int
    exact: bool
    steps: int


def worth(offers, worths):
    """Return the value of a combination: gaps at most once, and its offers."""
    closed = {}
    for offer in offers:
        for gap, part in offer.closes:
            closed[gap] = closed.get(gap, 0) + part
    gaps = sum(worths[gap] * min(part, FULL) for gap, part in closed.items())
    return gaps + sum(offer.value * FULL for offer in offers)


def allowed(offers):
    """Tell whether no two of the offers exclude each other."""
    marks = [mark for offer in offers for mark in offer.excludes]
    return len(marks) == len(set(marks))


def best(offers, worths, budget, most=4, steps=20_000):
    """Return the most valuable combination of at most *most* offers inside the budget.

    Of equal ones the cheaper, then the one whose keys come first.

    :param worths: {gap: value of closing it}
    :param budget: in cents; None is no limit
    :param steps: look at so many combinations at most; what was found by then is kept
    """
    fitting = [offer for offer in offers if budget is None or offer.cost <= budget]
    search = _Search(sorted(fitting), worths, budget, most, steps)
    search.run()
    chosen = tuple(sorted(search.best_offers))
    return Best(
        chosen,
        search.best_value,
        sum(offer.cost for offer in chosen),
        search.steps_left > 0,
        steps - search.steps_left,
    )


class _Search:
    def __init__(self, offers, worths, budget, most, steps):
        self.offers = offers
        self.worths = worths
        self.budget = sum(offer.cost for offer in offers) if budget is None else budget
        self.most = most
        self.steps_left = steps
        self.best_value = 0
        self.best_offers = []
        self.best_rank = (0, [])

    def run(self):
        self._extend([], {}, 0, self.budget, self.offers)

    def _extend(self, chosen, closed, value, money, candidates):
        self._keep(chosen, value, self.budget - money)
        if self.steps_left <= 0 or len(chosen) == self.most:
            return
        gains = self._gains(closed, money, candidates)
        for place, (gain, offer) in enumerate(gains):
            # the first one comes with all others, the next without the first, …
            room = self.most - len(chosen)
            if value + _bound(gains[place:], money, room) < self.best_value:
                return
            if self.steps_left <= 0:
                return
            self.steps_left -= 1
            self._extend(
                [*chosen, offer],
                self._closed_with(closed, offer),
                value + gain,
                money - offer.cost,
                [
                    other
                    for _gain, other in gains[place + 1 :]
                    if other.excludes.isdisjoint(offer.excludes)
                ],
            )

    def _gains(self, closed, money, candidates):
        """Return what each offer adds now; one that adds nothing never will."""
        gains = [
            (self._gain(closed, offer), offer)
            for offer in candidates
            if offer.cost <= money
        ]
        return sorted(
            ((gain, offer) for gain, offer in gains if gain > 0),
            key=lambda pair: (-pair[0], pair[1].cost, pair[1].key),
        )

    def _gain(self, closed, offer):
        gain = offer.value * FULL
        for gap, part in offer.closes:
            gain += self.worths[gap] * min(part, FULL - closed.get(gap, 0))
        return gain

    def _closed_with(self, closed, offer):
        closed = dict(closed)
        for gap, part in offer.closes:
            closed[gap] = min(FULL, closed.get(gap, 0) + part)
        return closed

    def _keep(self, chosen, value, cost):
        rank = (cost, sorted(offer.key for offer in chosen))
        if (-value, rank) < (-self.best_value, self.best_rank):
            self.best_value, self.best_offers = value, chosen
            self.best_rank = rank


def _bound(gains, money, room):
    """Return more than any of these offers can add together: the smaller of two limits.

    The money alone: the best for their price first, the last one in part. The number
    alone: the *room* best ones; they are sorted by what they add.
    """
    by_number = sum(gain for gain, _offer in gains[:room])
    by_money, left = 0, money
    dense = sorted(
        gains,
        key=lambda pair: pair[0] / pair[1].cost if pair[1].cost else float("inf"),
        reverse=True,
    )
    for gain, offer in dense:
        if offer.cost > left:
            # rounded up: a bound may be too high, never too low
            by_money += gain * left // offer.cost + 1
            break
        by_money += gain
        left -= offer.cost
        if by_money >= by_number:
            break
    return min(by_number, by_money)
