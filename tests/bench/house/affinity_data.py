"""A book of purchases: invented with structure that can be found, or from a file."""

import csv
from pathlib import Path

import numpy as np

CLIENTS, PRODUCTS, TYPES = 20_000, 60, 8
#: the columns of a file, when it has a heading
CLIENT_NAMES = ("client", "client_id", "customer", "id")
PRODUCT_NAMES = ("product", "product_id", "item")
NO = ("", "0", "0.0", "false", "no")


def invent(clients=CLIENTS, products=PRODUCTS, types=TYPES, seed=6):
    """Return flags, clients × products.

    Clients are mixtures of a few types who like other products; some products are
    bought after others, and some instead of others; some are popular with everybody.
    """
    chance = np.random.default_rng(seed)
    popular = 1 / np.arange(1, products + 1) ** 0.6
    chance.shuffle(popular)
    liked_by = chance.integers(0, types, products)
    likes = np.where(liked_by == np.arange(types)[:, None], 6.0, 0.5)
    after, instead = np.zeros((2, products, products))
    for _pair in range(products):
        one, two = chance.choice(products, 2, replace=False)
        after[one, two] = chance.uniform(0.5, 2.0)
    for _pair in range(products // 2):
        one, two = chance.choice(products, 2, replace=False)
        instead[one, two] = instead[two, one] = chance.uniform(1.0, 4.0)
    mixture = chance.dirichlet(np.full(types, 0.15), clients)
    taste = np.log(popular) + np.log(mixture @ likes)
    owned = np.zeros((clients, products), dtype=bool)
    wanted = 2 + chance.poisson(1.5, clients)
    for turn in range(wanted.max()):
        buying = np.flatnonzero(wanted > turn)
        pull = taste[buying] + owned[buying] @ (after - instead)
        pull = np.where(owned[buying], -np.inf, pull)
        choice = (pull + chance.gumbel(size=pull.shape)).argmax(axis=1)
        owned[buying, choice] = True
    return owned


def load(path):
    """Return flags from a CSV file, clients × products.

    Either a row for each purchase (client, product), or a row for each client with a
    column of 0 and 1 for each product; other columns are left out.
    """
    with Path(path).open(newline="", encoding="utf-8-sig") as file:
        rows = list(csv.reader(file))
    heading = [name.strip().lower() for name in rows[0]]
    client = next((heading.index(n) for n in CLIENT_NAMES if n in heading), 0)
    product = next((heading.index(n) for n in PRODUCT_NAMES if n in heading), None)
    if product is None and len(heading) > 2:
        return _wide(rows[1:], client)
    bought = rows if product is None else rows[1:]
    product = (1 if client == 0 else 0) if product is None else product
    pairs = [(row[client], row[product]) for row in bought if len(row) > 1]
    clients = {name: n for n, name in enumerate(dict.fromkeys(c for c, _p in pairs))}
    names = {name: n for n, name in enumerate(sorted({p for _c, p in pairs}))}
    owned = np.zeros((len(clients), len(names)), dtype=bool)
    for who, what in pairs:
        owned[clients[who], names[what]] = True
    return owned


def _wide(rows, client):
    """Return the flags of the columns that hold nothing but 0 and 1."""
    columns = [
        column
        for column in range(len(rows[0]))
        if column != client and {row[column].strip() for row in rows} <= {"0", "1", ""}
    ]
    return np.array([[row[c].strip() not in NO for c in columns] for row in rows])


def hold_out(owned, seed=1):
    """Return what clients with two products or more had left, and the one hidden."""
    chance = np.random.default_rng(seed)
    owned = owned[owned.sum(axis=1) >= 2]
    draw = np.where(owned, chance.random(owned.shape), -1.0)
    hidden = draw.argmax(axis=1)
    left = owned.copy()
    left[np.arange(len(left)), hidden] = False
    return left, hidden
