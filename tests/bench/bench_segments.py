"""Figures and classes of many clients, beside SQL written by hand for the same result.

BENCH_CLIENTS sets how many (20,000; the product's own figures are for 1,000,000).
Both sides write the same rows; what they write is compared once.
"""

import os
import resource
import time
from types import SimpleNamespace

import harness
import segment_data
import segment_sql
from dateutil.relativedelta import relativedelta

from odoo import fields

CLIENTS = int(os.environ.get("BENCH_CLIENTS", "20000"))
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "3"))
#: ids in a chunk, about what a sweep settles on
CHUNK = 20_000
MEMORY_MB = 300
CLASS_COLUMNS = """
    archive_id, client_type, lifecycle_stage, protection_need, protection_need_points,
    protection_need_gap, behaviour, behaviour_points, behaviour_gap, value_tier,
    value_tier_points, value_tier_gap, closest_gap
"""


class Bench:
    def __init__(self, env):
        from odoo.addons.insurance_client_archive.models import (
            insurance_client_feature_refresh as refresh,
        )

        self.env = env
        self.Scope = refresh.Scope
        self.Feature = env["insurance.client.feature"]
        self.Class = env["insurance.client.class"]
        self.day = fields.Date.today()
        self.first, self.last = segment_data.invent(env, CLIENTS, self.day)
        self.cards = env["insurance.scorecard"]._active()
        self.values = {
            "day": self.day,
            **{name: card.id for name, card in self.cards.items()},
            **{f"m{n}": self.day - relativedelta(months=n) for n in (12, 24, 36)},
        }
        self.changed = []

    def empty(self):
        """Forget what is known of everybody: both sides begin with nothing."""
        self.env.cr.execute(
            "DELETE FROM insurance_client_class_change;"
            "UPDATE insurance_archive SET client_type = NULL, lifecycle_stage = NULL,"
            " protection_need = NULL, behaviour = NULL, value_tier = NULL"
            " WHERE value_tier IS NOT NULL;"
            "DELETE FROM insurance_client_class_override;"
            "TRUNCATE insurance_client_class, insurance_client_feature;"
        )
        self.env.cr.commit()
        self.env.invalidate_all()

    def undone(self, action):
        """Run and roll back, so that each round finds the same."""

        def run():
            with self.env.cr.savepoint(flush=False) as savepoint:
                action()
                savepoint.rollback()
            self.env.invalidate_all(flush=False)

        return run

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

    def everything(self):
        for scope in self.chunks():
            self.Feature._refresh(scope, self.day)
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

    # --- the same result

    def rows(self, query):
        self.env.cr.execute(query)
        return self.env.cr.fetchall()

    def assert_same(self):
        """Compare row for row, in the database: a million rows need no memory here."""
        columns = [
            name
            for name, field in self.Feature._feature_fields().items()
            if field.feature_source != "feedback"
        ]
        for table, listed, ours, by_hand in (
            (
                "insurance_client_feature",
                ", ".join(["archive_id", *columns]),
                self.features,
                self.features_by_hand,
            ),
            (
                "insurance_client_class",
                CLASS_COLUMNS,
                self.classes,
                self.classes_by_hand,
            ),
        ):
            digest = (
                f"SELECT count(*), sum(hashtextextended(row({listed})::text, 0))"
                f" FROM {table}"
            )
            found = []
            for action in (by_hand, ours):
                with self.env.cr.savepoint(flush=False) as savepoint:
                    action()
                    found.append(self.rows(digest))
                    if table == "insurance_client_class" or action is by_hand:
                        savepoint.rollback()
            assert found[0] == found[1], (table, found)
        self.env.cr.commit()

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
    started = time.perf_counter()
    bench.assert_same()
    checked = time.perf_counter() - started
    draft = bench.cards["value_tier"]
    compare, undone = harness.compare, bench.undone
    settings = {"rounds": ROUNDS, "warmup": 0}
    with_features = SimpleNamespace()
    # the features are there now, the classes are not
    with_features.classes = compare(
        f"classify {CLIENTS} clients",
        baseline=undone(bench.classes_by_hand),
        subject=undone(bench.classes),
        limit=1.5,
        note=f"same rows as by hand, compared in {checked:.0f} s",
        **settings,
    )
    env.cr.execute("TRUNCATE insurance_client_feature")
    env.cr.commit()
    features = compare(
        f"figures of {CLIENTS} clients",
        baseline=undone(bench.features_by_hand),
        subject=undone(bench.features),
        limit=1.5,
        **settings,
    )

    def by_hand():
        bench.features_by_hand()
        bench.classes_by_hand()

    full = compare(
        "both, in one go",
        baseline=undone(by_hand),
        subject=undone(bench.everything),
        limit=1.5,
        **settings,
    )
    bench.everything()
    env.cr.commit()
    env.cr._cnx.autocommit = True
    for table in ("feature", "class", "class_change"):
        env.cr.execute(f"VACUUM ANALYZE insurance_client_{table}")
    env.cr.execute("VACUUM ANALYZE insurance_archive")
    env.cr._cnx.autocommit = False
    bench.change_some()
    incremental = compare(
        f"{len(bench.changed)} changed clients, beside all",
        baseline=lambda: None,
        subject=undone(bench.incremental),
        **settings,
    )
    # beside the first full run of this very process
    incremental.baseline_ms = full.subject_ms
    incremental.ratio = incremental.subject_ms / full.subject_ms
    incremental.ratio_low = incremental.ratio_high = incremental.ratio
    incremental.limit = 0.05
    preview = compare(
        "preview of a version",
        baseline=bench.preview_by_hand,
        subject=lambda: draft._preview(env.companies.ids),
        rounds=7,
        limit=1.5,
    )
    peak = peak_mb()
    full.note = f"peak memory {peak:.0f} MB, of which Odoo {before:.0f} MB"
    env.cr.rollback()
    env.cr.close()
    harness.report(
        __file__, [features, with_features.classes, full, incremental, preview]
    )
    if peak > MEMORY_MB:
        raise SystemExit(f"The process has grown to {peak:.0f} MB.")


if __name__ == "__main__":
    main()
