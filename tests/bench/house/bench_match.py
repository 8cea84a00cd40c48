"""Matching: one client at the desk, and many as a sweep.

First one client against 500 products with 300 rules, as the button does it, with the
match stored: median, p95, queries. Then the sweep over ``BENCH_MATCH_CLIENTS`` clients
(2,000; the product's own figures are for 100,000) against the same products, with rules
and affinity, beside numpy alone: the same arithmetic on arrays that are in memory
already. The ratio is what reading the clients and writing the matches costs on top.
"""

import os
import resource
import statistics
import time

import harness
import match_data
import segment_data

from odoo import fields

CLIENTS = int(os.environ.get("BENCH_MATCH_CLIENTS", "2000"))
DESK = 40
CHUNK = 500
#: reading and writing beside the arithmetic alone
LIMIT = 6.0


def desk(env, products):
    """Match single clients as an agent does; print what it takes."""
    user = env.ref("insurance_client_archive.demo_user_agent", False) or env.user
    archives = env["insurance.archive"].search(
        [("agent_id", "=", user.id), ("state", "not in", ("restricted", "destroyed"))],
        limit=DESK,
    )
    archives = archives._processable("matching")
    spent, queries = [], []
    for archive in archives:
        env.invalidate_all()
        mine = archive.with_user(user)
        before = env.cr.sql_log_count
        start = time.perf_counter()
        mine._match(products.with_user(user))
        env.flush_all()
        spent.append((time.perf_counter() - start) * 1000)
        queries.append(env.cr.sql_log_count - before)
    env.cr.commit()
    spent, queries = spent[2:], queries[2:]  # the first ones fill caches
    p95 = statistics.quantiles(spent, n=20)[-1]
    print(
        f"one client, {len(products)} products, {match_data.RULES} rules:"
        f" p50 {statistics.median(spent):.0f} ms, p95 {p95:.0f} ms,"
        f" {statistics.median(queries):.0f} queries ({len(spent)} clients)"
    )


class Sweep:
    def __init__(self, env, products):
        from odoo.addons.insurance_client_archive.client_scope import Scope

        self.env, self.products, self.scope = env, products, Scope
        self.day = fields.Date.today()
        self.engine = env["insurance.match.engine"]
        env.cr.execute("SELECT id FROM insurance_archive ORDER BY id")
        self.ids = [row[0] for row in env.cr.fetchall()]
        self.clients = 0

    def chunks(self):
        for place in range(0, len(self.ids), CHUNK):
            yield self.scope(archive_ids=tuple(self.ids[place : place + CHUNK]))

    def whole(self):
        self.clients = 0
        for scope in self.chunks():
            self.clients += self.env["insurance.match"]._match_many(
                scope, self.products, self.day
            )
            self.env.cr.commit()

    def load(self):
        """Read one chunk of clients who may be matched, and all products."""
        rules = self.env["insurance.match.rule"]._compiled()
        library = self.engine._library(self.products, self.day, rules)
        for scope in self.chunks():
            facts = self.engine._facts(
                scope, self.day, library.kinds, rules, self.engine._learned_items()
            )
            if len(facts.rows) > CHUNK // 2:
                break
        return facts, library, rules

    def arithmetic(self, loaded, parameters, weights):
        import numpy as np

        facts, library, rules = loaded
        self.engine._evaluate(
            facts,
            library,
            rules,
            weights,
            parameters,
            self.engine._liked(facts, library, weights["affinity"]),
            np.zeros(len(library.ids), dtype=bool),
        )


def memory():
    """Return the most memory that this process has had, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main():
    env = harness.environment()
    products = match_data.products(env)
    match_data.rules(env)
    if env["insurance.policy"].search_count([], limit=1):
        env["insurance.affinity.run"]._learn_now()
    env.cr.commit()
    desk(env, products)
    spent = harness.seconds(
        lambda: segment_data.invent(env, CLIENTS, fields.Date.today(), talks=False)
    )
    env.cr.commit()
    print(f"{CLIENTS:,} clients invented in {spent:.0f} s", flush=True)
    sweep = Sweep(env, products)
    segment_data.vacuum(env, segment_data.TABLES)
    env["insurance.client.feature"]._refresh(sweep.scope(), sweep.day)
    env.cr.commit()
    loaded = sweep.load()
    parameters = env["insurance.archive"]._suitability_parameters()
    weights = sweep.engine._weights()
    sweep.arithmetic(loaded, parameters, weights)
    before = memory()
    pairs = []
    for _turn in range(1 if CLIENTS > 20_000 else 3):
        plain = min(
            harness.seconds(lambda: sweep.arithmetic(loaded, parameters, weights))
            for _again in range(3)
        ) / len(loaded[0].rows)
        spent = harness.seconds(sweep.whole)
        pairs.append((plain, spent / sweep.clients))
    rate = len(products) / statistics.median(after for _before, after in pairs)
    note = (
        f"{sweep.clients:,} clients x {len(products)}: {rate:,.0f} pairs/s,"
        f" numpy alone {len(products) / pairs[-1][0]:,.0f}; peak {memory():.0f} MB,"
        f" of which {before:.0f} MB before the sweep, one chunk in memory"
    )
    env.cr.close()
    harness.report(
        __file__,
        [harness.from_pairs("sweep, a client: beside numpy", pairs, LIMIT, note)],
    )


if __name__ == "__main__":
    main()
