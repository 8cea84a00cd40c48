"""How long agents wait while all clients get figures and classes, and while not.

One sweep over ``BENCH_CLIENTS`` clients (20,000), nobody of whom is classified yet,
goes on and pauses in turns of ``BENCH_SECONDS`` (2); in each, ``BENCH_READERS`` agents
(2) with 300 clients each read a list, a form and the answer of a search, by the ORM and
in processes of their own.
"""

import collections
import os
import statistics
import sys
import tempfile

import harness
import load_data
import segment_data
import segment_rows
from readers import Reader

from odoo import fields, sql_db
from odoo.modules.registry import Registry

CLIENTS = int(os.environ.get("BENCH_CLIENTS", "20000"))
SECONDS = float(os.environ.get("BENCH_SECONDS", "2"))
READERS = int(os.environ.get("BENCH_READERS", "2"))
#: turns at most, fewer when the sweep has ended
TURNS = 12
#: put together for the percentiles
GROUPED = 4
OWN = 300
GROUPS = ["base.group_user", "insurance_client_archive.group_agent"]
LIMIT = 1.5


def fill(env):
    """Invent clients, let nobody be classified, and give each agent some of them."""
    first, _last = segment_data.invent(env, CLIENTS, fields.Date.today())
    segment_rows.forget(env.cr)
    user_ids = load_data.make_users(env, READERS, GROUPS)
    for number, user_id in enumerate(user_ids):
        env.cr.execute(
            "UPDATE insurance_archive SET agent_id = %s WHERE id >= %s AND id < %s",
            [user_id, first + number * OWN, first + (number + 1) * OWN],
        )
    env.cr.commit()
    return user_ids


def ask(readers):
    """Let all read at once; return {what was asked: seconds of each answer}."""
    for reader in readers:
        reader.begin(SECONDS)
    found = collections.defaultdict(list)
    for reader in readers:
        for name, times in reader.times().items():
            found[name] += times
    return found


def in_turns(env, sweep, workers, readers):
    """Return [(answers of a quiet server, answers while the sweep runs)]."""
    turns = []
    while len(turns) < TURNS and sweep.state == "running":
        worker = workers.start()
        busy = ask(readers)
        env.cr.rollback()
        env.invalidate_all()
        if sweep.state != "running":
            workers.wait(worker)
            break  # it has ended before the readers had
        sweep.action_pause()
        env.cr.commit()
        workers.wait(worker)
        quiet = ask(readers)
        turns.append((quiet, busy))
        env.cr.rollback()
        env.invalidate_all()
        sweep.action_resume()
        env.cr.commit()
    return turns


def percentile(times, share):
    return statistics.quantiles(times, n=100, method="inclusive")[share - 1]


def grouped(turns):
    """Put turns together: a few answers have no 95th percentile."""
    size = max(1, len(turns) // GROUPED)
    for first in range(0, len(turns) - size + 1, size):
        sides = zip(*turns[first : first + size], strict=True)
        yield [
            {name: [t for turn in side for t in turn[name]] for name in side[0]}
            for side in sides
        ]


def results(turns):
    groups = list(grouped(turns))
    for name in turns[0][0]:
        for share in (50, 95):
            pairs = [
                tuple(percentile(side[name], share) for side in group)
                for group in groups
            ]
            count = sum(len(side[name]) for turn in turns for side in turn)
            yield harness.from_pairs(
                f"{name}, p{share}", pairs, LIMIT, f"{count} answers"
            )


def main():
    import sweep_workers

    env = harness.environment()
    database = env.cr.dbname
    user_ids = fill(env)
    env.cr.close()
    sql_db.close_all()
    registry = Registry(database)
    # before anything is connected: processes do not share connections
    readers = [Reader(registry, user_id) for user_id in user_ids]
    with tempfile.TemporaryDirectory() as folder:
        workers = sweep_workers.Workers(folder, max_chunk=1_000_000)
        env = harness.environment()
        env["ir.cron"].search([]).active = False
        sweep = env["insurance.client.class"]._start_sweep("segment_refresh")
        env.cr.commit()
        ask(readers)  # caches, first connections
        turns = in_turns(env, sweep, workers, readers)
        done, total = sweep.done_count, sweep.total_count
        workers.close()
    for reader in readers:
        reader.end()
    env.cr.close()
    if len(turns) < 2:
        sys.exit("The sweep was too short: set BENCH_CLIENTS higher.")
    found = list(results(turns))
    found[0].note += f", {done:,} of {total:,} clients meanwhile"
    harness.report(__file__, found)


if __name__ == "__main__":
    main()
