"""Deal clients out to those who take them over: by share and by region."""

from typing import NamedTuple


class Taker(NamedTuple):
    """Who takes over: ``share`` weighs the number, no regions stand for all."""

    key: int
    share: int = 1
    regions: frozenset = frozenset()


def deal(clients, takers):
    """Return {client: taker's key} for (client, region) pairs in their order.

    Who stands for the region of a client takes it, or else those who stand for no
    region, or else all. Among them it is always the one who is furthest behind the
    own share, so the same list is always dealt the same way.
    """
    takers = [taker for taker in takers if taker.share > 0]
    if not takers:
        return {}
    everywhere = [taker for taker in takers if not taker.regions] or takers
    by_region = {}
    for taker in takers:
        for region in taker.regions:
            by_region.setdefault(region, []).append(taker)
    given = dict.fromkeys((taker.key for taker in takers), 0)
    dealt = {}
    for client, region in clients:
        chosen = min(
            by_region.get(region, everywhere),
            key=lambda taker: (given[taker.key] + 1) / taker.share,
        )
        given[chosen.key] += 1
        dealt[client] = chosen.key
    return dealt
