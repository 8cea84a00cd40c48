"""Kill workers with SIGKILL while all clients get new figures and classes.

No benchmark but an experiment: scripts/bench tests/bench/kill_segments.py
``KILL_CLIENTS`` clients (100,000), ``KILL_TIMES`` kills (10) in each of the two sweeps,
two workers at a time. Each client must be classified exactly once, and figures, classes
and history must be those of a run that nobody has disturbed.
"""

import os
import sys
import tempfile
import time
from pathlib import Path

import harness
import psycopg2
import segment_data

from odoo import fields

CLIENTS = int(os.environ.get("KILL_CLIENTS", "100000"))
KILLS = int(os.environ.get("KILL_TIMES", "10"))
KINDS = ("segment_refresh", "segment_classify")


def begin(env, kind):
    """Forget everybody's class and start the sweep; return it."""
    import segment_rows
    import sweep_workers

    segment_rows.forget(env.cr, figures=kind == "segment_refresh")
    env["insurance.sweep"].search([("kind", "=", kind)]).unlink()
    env.cr.execute(
        sweep_workers.counter(
            segment_rows.CLASSES, "archive_id", events=("INSERT", "UPDATE")
        )
    )
    sweep = env["insurance.client.class"]._start_sweep(kind)
    env.cr.commit()
    return sweep


def run(env, workers, kind, kills):
    """Return what is on file after a sweep; None when a client was not written once."""
    import segment_rows
    import sweep_workers

    from odoo import sql_db

    sweep = begin(env, kind)
    total = sweep.total_count
    _name, parameters = sql_db.connection_info_for(env.cr.dbname)
    watcher = sweep_workers.Watcher(psycopg2.connect(**parameters))
    begun = time.monotonic()
    killed = sweep_workers.kill_again_and_again(workers, watcher, total, kills)
    seconds = time.monotonic() - begun
    times, _marks = watcher.writes()
    watcher.connection.close()
    env.cr.rollback()
    env.invalidate_all()
    print(
        f"{kind}: {total:,} clients, {killed} workers killed, {seconds:.1f} s;"
        f" classified so often: {times}; sweep {sweep.state},"
        f" {sweep.done_count:,} done, {sweep.error_count} errors",
        flush=True,
    )
    once = (times, sweep.state, sweep.done_count) == ({1: total}, "done", total)
    found = segment_rows.digest(env.cr)
    env.cr.commit()
    return found if once else None


def main():
    sys.path.insert(0, str(Path(__file__).parents[1]))
    import sweep_workers

    env = harness.environment()
    segment_data.invent(env, CLIENTS, fields.Date.today())
    passed = True
    with tempfile.TemporaryDirectory() as folder:
        workers = sweep_workers.Workers(folder, max_chunk=1_000_000)
        for kind in KINDS:
            undisturbed = run(env, workers, kind, 0)
            disturbed = run(env, workers, kind, KILLS)
            same = undisturbed is not None and disturbed == undisturbed
            print(f"{kind}: the same, row for row: {same}\n{disturbed}", flush=True)
            passed &= same
        workers.close()
    sys.exit(0 if passed else 1)


if __name__ == "__main__":
    main()
