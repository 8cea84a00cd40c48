"""The nightly work on all clients, beside one plain SQL statement for each table.

Signs of leaving, service plans and services due, for ``BENCH_CLIENTS`` clients
(20,000). The plain statements are ours without ranges, progress and commits: what a
person would write who had the whole table in mind.
"""

import os
import resource

import harness
import segment_data

from odoo import fields

CLIENTS = int(os.environ.get("BENCH_CLIENTS", "20000"))
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "3"))
LIMIT = 1.5
MEMORY_MB = 300
EVERYBODY = 2**31 - 2


class Nightly:
    def __init__(self, env):
        self.env = env
        self.alerts = env["insurance.churn.alert"]
        self.plans = env["insurance.service.plan"]
        self.signs = env["insurance.churn.indicator"].search([("active", "=", True)])
        self.lines = env["insurance.service.plan.line"].search([])

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
        self.alerts._monitor_range(self.signs, 0, EVERYBODY)
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


def main():
    env = harness.environment()
    segment_data.invent(env, CLIENTS, fields.Date.today())
    nightly = Nightly(env)
    (monitor, serve), written = nightly.side_by_side()
    next_night = nightly.again()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    results = [
        harness.from_pairs(f"signs of leaving, {CLIENTS} clients", monitor, LIMIT),
        harness.from_pairs(f"plans and services, {CLIENTS} clients", serve, LIMIT),
    ]
    results[0].note = f"{written[0]} warnings, {written[2]} reasons"
    results[1].note = f"{written[3]} clients in plans, {written[4]} services"
    for result, seconds in zip(results, next_night, strict=True):
        result.note += f"; next night {seconds:.1f} s"
    results[1].note += f"; peak memory {peak:.0f} MB"
    env.cr.close()
    harness.report(__file__, results)
    if peak > MEMORY_MB:
        raise SystemExit(f"The process has grown to {peak:.0f} MB.")


if __name__ == "__main__":
    main()
