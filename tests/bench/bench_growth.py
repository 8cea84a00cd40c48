"""The real sweeps over more and more clients: does a client cost more among many?

``BENCH_SIZES`` are the numbers of clients (2000,20000); ``BENCH_CLIENTS=1000000`` is
short for 10000,100000,1000000, the product's own figures. The ratio is what a client
costs, in processor time, beside what one cost at the size before: 1 is linear. Sizes
are measured an hour apart, and how long something takes says what else the machine did.
The last tables are the sweep beside one statement for all, and the preview beside SQL
written by hand, in turns and by the clock.
"""

import os
import resource
import time
from typing import NamedTuple

import harness
import segment_data
import segment_rows
import segment_sql

from odoo import fields

SIZES = [int(size) for size in os.environ.get("BENCH_SIZES", "2000,20000").split(",")]
# BENCH_CLIENTS=1000000 is short for all steps up to there
if "BENCH_CLIENTS" in os.environ and "BENCH_SIZES" not in os.environ:
    LARGEST = int(os.environ["BENCH_CLIENTS"])
    STEPS = (10_000, 100_000, 1_000_000)
    SIZES = [*(size for size in STEPS if size < LARGEST), LARGEST]
#: caches that held all of a small table do not hold a large one
LIMIT = 1.5
OVERHEAD = 1.5
#: how often a sweep and one statement are compared
TURNS = int(os.environ.get("BENCH_ROUNDS", "4"))
CHANGED = """
    UPDATE insurance_policy SET annual_premium = annual_premium + 30000
    WHERE archive_id %% 100 = %s RETURNING archive_id
"""


class Spent(NamedTuple):
    wall: float
    work: float  # processor seconds of this process and of PostgreSQL's


class Growth:
    def __init__(self, env):
        self.env = env
        self.day = fields.Date.today()
        self.clients = env["insurance.archive"].search_count([])
        self.spent = []  # for each size {what: milliseconds of work for a client}
        self.overheads = []

    def grow(self, size):
        if size > self.clients:
            segment_data.invent(self.env, size - self.clients, self.day)
        self.clients = size
        segment_rows.forget(self.env.cr)
        self.env.cr.commit()
        segment_data.vacuum(self.env, segment_rows.TABLES)

    def spent_on(self, action):
        begun = time.perf_counter()
        work = harness.work(self.env.cr, action)
        return Spent(time.perf_counter() - begun, work)

    def sweep(self, kind):
        """Return what a sweep costs as of the next day."""
        self.day = fields.Date.add(self.day, days=1)
        sweeps = self.env["insurance.sweep"]
        sweep = sweeps._start(kind, {"day": fields.Date.to_string(self.day)})
        spent = self.spent_on(lambda: sweeps._run_to_end(sweep))
        self.env.invalidate_all()
        assert (sweep.state, sweep.error_count) == ("done", 0), sweep.message
        assert sweep.done_count >= self.clients, sweep.done_count
        return spent

    def statement(self):
        """Return what the same costs in one statement for each table."""
        from odoo.addons.insurance_client_archive.client_scope import Scope

        self.day = fields.Date.add(self.day, days=1)

        def run():
            scope = Scope()
            self.env["insurance.client.feature"]._refresh(scope, self.day)
            self.env["insurance.client.class"]._classify(scope, self.day)
            self.env.cr.commit()

        return self.spent_on(run)

    def side_by_side(self):
        """Time one statement and the sweep in turns; neither meets dead rows."""
        tables = ("insurance_archive", *segment_rows.TABLES)
        pairs = []
        for turn in range(TURNS):
            sides = [self.statement, lambda: self.sweep("segment_refresh")]
            spent = {}
            for place in (1, 0) if turn % 2 else (0, 1):
                spent[place] = sides[place]()
                segment_data.vacuum(self.env, tables)
            pairs.append((spent[0], spent[1]))
        return pairs

    def changed(self, rest):
        self.env.cr.execute(CHANGED, [rest])
        archive_ids = sorted({row[0] for row in self.env.cr.fetchall()})
        self.env.cr.commit()

        def run():
            self.env["insurance.client.class"]._refresh(archive_ids, self.day)
            self.env.cr.commit()

        spent = self.spent_on(run)
        return Spent(*(s * self.clients / len(archive_ids) for s in spent))

    def preview(self):
        card = self.env["insurance.scorecard"]._active()["value_tier"]
        return self.spent_on(lambda: card._preview(self.env.companies.ids))

    def preview_by_hand(self):
        """Return the result of a preview beside SQL written by hand."""
        values = {"companies": self.env.companies.ids}

        def by_hand():
            self.env.cr.execute(segment_sql.PREVIEW, values)
            return self.env.cr.fetchall()

        return harness.compare(
            f"preview beside SQL by hand, {self.clients:,} clients",
            baseline=by_hand,
            subject=self.preview,
            rounds=5,
            warmup=1,
            limit=OVERHEAD,
        )

    def measure(self, size):
        self.grow(size)
        spent = {"first run: figures, classes, history": self.sweep("segment_refresh")}
        segment_data.vacuum(self.env, ("insurance_archive", *segment_rows.TABLES))
        # the classes are there now, as in every run but the first
        pairs = self.side_by_side()
        spent["next run"] = min((pair[1] for pair in pairs), key=lambda s: s.work)
        spent["classes alone"] = self.sweep("segment_classify")
        spent["of those who changed, each"] = self.changed(7)
        spent["preview of a version"] = min(self.preview() for _turn in "abc")
        self.spent.append({name: s.work * 1000 / size for name, s in spent.items()})
        self.overheads += [
            harness.from_pairs(
                f"sweep beside one statement, {size:,} clients",
                [(before.wall, after.wall) for before, after in pairs],
                OVERHEAD,
            ),
            self.preview_by_hand(),
        ]
        print(
            f"{size:>9,} clients: "
            + ", ".join(
                f"{name} {s.wall:.1f} s (work {s.work:.1f})"
                for name, s in spent.items()
            ),
            flush=True,
        )

    def results(self):
        for name in self.spent[0]:
            costs = [spent[name] for spent in self.spent]
            for size, before, after in zip(SIZES[1:], costs, costs[1:], strict=False):
                yield harness.from_pairs(
                    f"{name}: a client of {size:,}",
                    [(before / 1000, after / 1000)],
                    LIMIT,
                )


def main():
    env = harness.environment()
    growth = Growth(env)
    for size in SIZES:
        growth.measure(size)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    growth.overheads[-1].note = f"peak memory {peak:.0f} MB"
    env.cr.close()
    harness.report(__file__, [*growth.results(), *growth.overheads])


if __name__ == "__main__":
    main()
