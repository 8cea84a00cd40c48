"""Figures and classes of many clients, beside SQL written by hand for the same result.

BENCH_CLIENTS sets how many (20,000; the product's own figures are for 1,000,000).
Both sides begin with nothing, in turns, and what they write is compared each time, row
for row. At the end one client in a hundred changes, and a version is previewed.
"""

import os
import resource

import harness
import segment_data
import segment_rows
import segment_sql
from dateutil.relativedelta import relativedelta

from odoo import fields

CLIENTS = int(os.environ.get("BENCH_CLIENTS", "20000"))
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "3"))
#: ids in a chunk, about what a sweep settles on
CHUNK = 5_000
MEMORY_MB = 300
CLASS_COLUMNS = """
    archive_id, client_type, lifecycle_stage, protection_need, protection_need_points,
    protection_need_gap, behaviour, behaviour_points, behaviour_gap, value_tier,
    value_tier_points, value_tier_gap, closest_gap
"""
HISTORY_COLUMNS = "archive_id, dimension, old_code, new_code, new_segment_id, points"


class Bench:
    def __init__(self, env):
        from odoo.addons.insurance_client_archive.client_scope import Scope

        self.env = env
        self.Scope = Scope
        self.Feature = env["insurance.client.feature"]
        self.Class = env["insurance.client.class"]
        self.day = fields.Date.today()
        self.first, self.last = segment_data.invent(env, CLIENTS, self.day)
        self.cards = env["insurance.scorecard"]._active()
        self.values = {
            "day": self.day,
            "companies": env.companies.ids,
            **{name: card.id for name, card in self.cards.items()},
            **{f"m{n}": self.day - relativedelta(months=n) for n in (12, 24, 36)},
        }
        self.changed = []

    def empty(self):
        """Forget what is known of everybody: both sides begin with nothing."""
        segment_rows.forget(self.env.cr)
        self.env.cr.execute("DELETE FROM insurance_client_class_override")
        self.env.cr.commit()
        self.env.invalidate_all()

    def chunks(self):
        for first in range(1, self.last + 1, CHUNK):
            yield self.Scope(first, min(self.last, first + CHUNK - 1))

    # --- ours

    def features(self):
        for scope in self.chunks():
            self.Feature._refresh(scope, self.day)

    def classes(self):
        for scope in self.chunks():
            self.Class._classify(scope, self.day)

    def incremental(self):
        self.Class._refresh(self.changed, self.day)

    # --- by hand

    def features_by_hand(self):
        self.env.cr.execute(segment_sql.FEATURES, self.values)

    def classes_by_hand(self):
        self.env.cr.execute(segment_sql.classes(), self.values)

    def preview_by_hand(self):
        self.env.cr.execute(segment_sql.PREVIEW, self.values)
        return self.env.cr.fetchall()

    # --- side by side

    def digests(self, *listed):
        """Sum up rows in the database: a million of them need no memory here."""
        found = []
        for table, columns in listed:
            self.env.cr.execute(
                f"SELECT count(*), sum(hashtextextended(row({columns})::text, 0))"
                f" FROM insurance_{table}"
            )
            found.append((table, *self.env.cr.fetchone()))
        return found

    def side_by_side(self, by_hand, ours, *written):
        """Time both from the same begin and compare what they write; keep the last."""
        pairs = []
        for turn in range(ROUNDS):
            sides = [by_hand, ours]
            spent, found = {}, []
            for side in reversed(sides) if turn % 2 else sides:
                if spent or turn:
                    self.env.cr.rollback()
                    self.vacuum()
                self.env.invalidate_all(flush=False)
                spent[side] = harness.seconds(side)
                found.append(self.digests(*written))
            assert found[0] == found[1], found
            pairs.append((spent[by_hand], spent[ours]))
        self.env.cr.commit()
        self.vacuum()
        return pairs

    def vacuum(self):
        """Leave no side the dead rows of the other one."""
        segment_data.vacuum(self.env, ("insurance_archive", *segment_rows.TABLES))

    def change_some(self):
        """Let one client in a hundred pay more."""
        self.env.cr.execute(
            "UPDATE insurance_policy SET annual_premium = annual_premium + 30000"
            " WHERE archive_id %% 100 = 7 AND archive_id >= %s RETURNING archive_id",
            [self.first],
        )
        self.changed = sorted({row[0] for row in self.env.cr.fetchall()})


def peak_mb():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main():
    env = harness.environment()
    before = peak_mb()
    bench = Bench(env)
    bench.empty()
    names = ", ".join(["archive_id", *bench.Feature._feature_fields()])
    features = bench.side_by_side(
        bench.features_by_hand, bench.features, ("client_feature", names)
    )
    classes = bench.side_by_side(
        bench.classes_by_hand,
        bench.classes,
        ("client_class", CLASS_COLUMNS),
        ("client_class_change", HISTORY_COLUMNS),
    )
    both = [
        (figures[0] + scores[0], figures[1] + scores[1])
        for figures, scores in zip(features, classes, strict=True)
    ]
    full = harness.from_pairs("both", both, limit=1.5)
    bench.change_some()
    incremental = harness.from_pairs(
        f"{len(bench.changed)} changed clients, beside all of them",
        [(full.subject_ms / 1000, harness.seconds(bench.incremental))],
        limit=0.05,
    )
    env.cr.commit()
    preview = harness.compare(
        "preview of a version",
        baseline=bench.preview_by_hand,
        subject=lambda: bench.cards["value_tier"]._preview(env.companies.ids),
        rounds=7,
        limit=1.5,
    )
    peak = peak_mb()
    full.note = f"peak memory {peak:.0f} MB, of which Odoo {before:.0f} MB"
    env.cr.close()
    harness.report(
        __file__,
        [
            harness.from_pairs(f"figures of {CLIENTS} clients", features, limit=1.5),
            harness.from_pairs(f"classes of {CLIENTS} clients", classes, limit=1.5),
            full,
            incremental,
            preview,
        ],
    )
    if peak > MEMORY_MB:
        raise SystemExit(f"The process has grown to {peak:.0f} MB.")


if __name__ == "__main__":
    main()
