"""The nightly work on more and more clients, beside SQL for all of them at once.

Signs of leaving beside one statement written by hand (``churn_sql.py``); service plans
and services due beside our own statements without ranges, progress and commits.
``BENCH_SIZES`` are the numbers of clients (2000,20000; our own figures are for
10000,100000): does a client cost more among many?
"""

import os
import resource

import churn_sql
import harness
import segment_data

from odoo import fields
from odoo.tools import SQL

SIZES = [int(size) for size in os.environ.get("BENCH_SIZES", "2000,20000").split(",")]
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "3"))
CHUNK = 5_000
LIMIT = 1.5
MEMORY_MB = 300
EVERYBODY = 2**31 - 2


class Nightly:
    def __init__(self, env):
        self.env = env
        self.clients = env["insurance.archive"].search_count([])
        self.rates = []  # for each size {what: milliseconds for a client}
        self.plans = env["insurance.service.plan"]
        self.lines = env["insurance.service.plan.line"].search([])

    def grow(self, size):
        """Add clients, and figures of all of them as of today."""
        from odoo.addons.insurance_client_archive.client_scope import Scope

        day = fields.Date.today()
        segment_data.invent(self.env, size - self.clients, day)
        self.clients = size
        Feature = self.env["insurance.client.feature"]
        [(last,)] = self.env.execute_query(SQL("SELECT max(id) FROM insurance_archive"))
        for first in range(1, last + 1, CHUNK):
            Feature._refresh(Scope(first, first + CHUNK - 1), day)
            self.env.cr.commit()
        segment_data.vacuum(self.env, ("insurance_client_feature",))

    def empty(self):
        """Both sides begin with nobody warned of, and nobody in a plan."""
        self.env.cr.execute(
            "DELETE FROM insurance_churn_reason; DELETE FROM insurance_churn_alert;"
            "DELETE FROM insurance_service_item; UPDATE insurance_archive"
            " SET service_plan_id = NULL, service_plan_fixed = NULL"
        )
        self.env["insurance.sweep"].search([]).unlink()
        self.env.cr.commit()
        self.env.invalidate_all()
        segment_data.vacuum(
            self.env,
            (
                "insurance_archive",
                "insurance_churn_alert",
                "insurance_churn_reason",
                "insurance_service_item",
            ),
        )

    def counts(self):
        """Return what was written."""
        self.env.cr.execute(
            "SELECT (SELECT count(*) FROM insurance_churn_alert),"
            " (SELECT sum(score) FROM insurance_churn_alert),"
            " (SELECT count(*) FROM insurance_churn_reason),"
            " (SELECT count(service_plan_id) FROM insurance_archive),"
            " (SELECT count(*) FROM insurance_service_item),"
            " (SELECT sum(extract(epoch FROM due_date)) FROM insurance_service_item)"
        )
        return self.env.cr.fetchone()

    def sweep(self, kind):
        sweeps = self.env["insurance.sweep"]
        sweep = sweeps._start(kind)
        sweeps._run_to_end(sweep)
        assert sweep.state == "done" and not sweep.error_count, sweep.message

    # --- ours

    def monitor(self):
        self.sweep("churn_monitor")

    def serve(self):
        self.sweep("service_plan")

    # --- plain

    def monitor_plain(self):
        self.env.cr.execute(churn_sql.WARNINGS)
        self.env.cr.commit()

    def serve_plain(self):
        self.plans.search([("active", "=", True)])._assign_range(0, EVERYBODY)
        for line in self.lines:
            line._plan_services()
        self.env.cr.commit()

    def side_by_side(self):
        """Return the pairs of times of both kinds of work, of the first night."""
        pairs = ([], [])
        for turn in range(ROUNDS):
            sides = [
                (self.monitor_plain, self.serve_plain),
                (self.monitor, self.serve),
            ]
            spent, found = {}, []
            for side in reversed(sides) if turn % 2 else sides:
                self.empty()
                spent[side] = [harness.seconds(action) for action in side]
                found.append(self.counts())
            assert found[0] == found[1], found
            for number, pair in enumerate(pairs):
                pair.append(tuple(spent[side][number] for side in sides))
        return pairs, found[0]

    def again(self):
        """Return the times of the next night, when little is new."""
        return [harness.seconds(action) for action in (self.monitor, self.serve)]

    def measure(self, size):
        """Return the results of one number of clients."""
        self.grow(size)
        (monitor, serve), written = self.side_by_side()
        results = [
            harness.from_pairs(f"signs of leaving, {size:,} clients", monitor, LIMIT),
            harness.from_pairs(f"plans and services, {size:,} clients", serve, LIMIT),
        ]
        results[0].note = f"{written[0]} warnings, {written[2]} reasons"
        results[1].note = f"{written[3]} clients in plans, {written[4]} services"
        seconds = {"signs of leaving": min(pair[1] for pair in monitor)}
        seconds["plans and services"] = min(pair[1] for pair in serve)
        for name, spent in zip(list(seconds), self.again(), strict=True):
            seconds[f"{name}, next night"] = spent
        self.rates.append({name: s * 1000 / size for name, s in seconds.items()})
        print(
            f"{size:>9,} clients: "
            + ", ".join(f"{name} {s:.1f} s" for name, s in seconds.items()),
            flush=True,
        )
        return results

    def growth(self):
        """Return the time for a client beside that at the size before: 1 is linear."""
        for name in self.rates[0]:
            costs = [rates[name] for rates in self.rates]
            for size, before, after in zip(SIZES[1:], costs, costs[1:], strict=False):
                yield harness.from_pairs(
                    f"{name}: a client of {size:,}",
                    [(before / 1000, after / 1000)],
                    LIMIT,
                )


def main():
    nightly = Nightly(harness.environment())
    results = [result for size in SIZES for result in nightly.measure(size)]
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    results[-1].note += f"; peak memory {peak:.0f} MB"
    nightly.env.cr.close()
    harness.report(__file__, [*results, *nightly.growth()])
    if peak > MEMORY_MB:
        raise SystemExit(f"The process has grown to {peak:.0f} MB.")


if __name__ == "__main__":
    main()
