"""Many users at once on a server with several processes, beside Odoo without us.

Two servers of the same make stand side by side; one has the addon and as many archives
as the other has contacts. The same users work on them in turns: 80 % lists of 80 rows,
15 % forms, 5 % sealed values (beside them: one plain field). At the end every answer is
looked for in the use log, and the log is verified.

``BENCH_SECONDS`` (default 60) is the time under load with the addon, in turns with half
as much without it; ``BENCH_USERS`` (32), ``BENCH_WORKERS`` (4), ``BENCH_ROWS`` (3200).
"""

import collections
import configparser
import contextlib
import math
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import harness
import load_data
import psycopg2
from load_phase import Phase
from load_users import ArchiveUser, ContactUser
from prefork import PreforkServer, until

SECONDS = float(os.environ.get("BENCH_SECONDS", "60"))
USERS = int(os.environ.get("BENCH_USERS", "32"))
WORKERS = int(os.environ.get("BENCH_WORKERS", "4"))
ROWS = int(os.environ.get("BENCH_ROWS", "3200"))
TURNS = max(3, round(SECONDS / 60))
MIX = {"list": 80, "form": 15, "reveal": 5}
CONNECTIONS = """
    SELECT CASE WHEN application_name LIKE 'odoo%%' THEN 'Odoo' ELSE application_name
           END, count(*)
      FROM pg_stat_activity WHERE datname = %s GROUP BY 1
"""
DB = Path(__file__).parents[2] / "scripts" / "tools" / "db.py"
ARCHIVE_GROUPS = ["base.group_user", "insurance_client_archive.group_agent"]
CONTACT_GROUPS = ["base.group_user", "base.group_partner_manager"]


class Side:
    """One of the two servers, its users, and what they were answered."""

    def __init__(self, folder, database, make_user):
        self.database = database
        parser = configparser.RawConfigParser()
        parser.read(os.environ["ODOO_RC"])
        options = {**parser["options"], "db_name": database}
        for name in ("http_port", "http_interface", "max_cron_threads"):
            options.pop(name, None)
        # tries after a conflict are no errors, but they are counted
        options["log_handler"] = ":WARNING,odoo.service.model:INFO"
        self.server = PreforkServer(folder, options, WORKERS)
        self.make_user = make_user
        self.users = []
        self.phases = []

    def start(self):
        self.server.start()
        logins = [f"load{number}" for number in range(USERS)]
        self.users = [self.make_user(self.server.port, login) for login in logins]

    def run(self, seconds, mix=MIX):
        phase = Phase(self.users, mix)
        phase.run(seconds)
        self.phases.append(phase)
        return phase

    def watch(self):
        """Print memory and threads of the workers, and connections by their name."""
        memory = [round(size) for _pid, size in sorted(self.server.memory().items())]
        threads = sorted(self.server.threads().values())
        with psycopg2.connect(dbname="postgres") as connection:
            with connection.cursor() as cr:
                cr.execute(CONNECTIONS, [self.database])
                connections = dict(cr.fetchall())
        connection.close()
        print(f"MB {memory}, threads {threads}, {connections}", flush=True)


def fill(env, without):
    """Fill both databases, and make the one without our addon."""
    db("clone", os.environ["CORE"], without)
    user_ids = load_data.make_users(env, USERS, ARCHIVE_GROUPS)
    parameters = env["insurance.parameter"]
    parameters.search([("key", "=", "vault_reveals_per_hour")]).value = "1000000"
    load_data.make_archives(env, ROWS, user_ids)
    env.cr.commit()
    with other_environment(without) as other:
        user_ids = load_data.make_users(other, USERS, CONTACT_GROUPS)
        load_data.make_contacts(other, ROWS, user_ids)


@contextlib.contextmanager
def other_environment(database):
    import odoo.api
    from odoo import sql_db
    from odoo.modules.registry import Registry

    with Registry(database).cursor() as cr:
        yield odoo.api.Environment(cr, odoo.api.SUPERUSER_ID, {})
    Registry.delete(database)
    sql_db.close_db(database)


def db(*command):
    subprocess.run([sys.executable, DB, *command], check=True)


def in_turns(name, plain, ours, seconds, turns, **options):
    """Run both sides alternately; return results for throughput and waiting times."""
    pairs = []
    for turn in range(turns):
        # the plain side gets half the time; neither always runs first
        runs = [(plain, seconds / turns / 2), (ours, seconds / turns)]
        done = {
            side.database: side.run(length, **options)
            for side, length in (reversed(runs) if turn % 2 else runs)
        }
        pairs.append((done[plain.database], done[ours.database]))
        ours.watch()
    yield result(f"{name}: a request (1 / rate)", pairs, Phase.milliseconds)
    for kind in options.get("mix", MIX):
        for share in (50, 95):
            yield result(
                f"{name}: {kind} p{share}",
                pairs,
                lambda phase, kind=kind, share=share: phase.percentile(kind, share),
            )


def result(name, pairs, measure):
    measured = [(measure(plain), measure(ours)) for plain, ours in pairs]
    # a short turn may have passed without a rare kind of request
    measured = [pair for pair in measured if not math.isnan(sum(pair))]
    before, after = zip(*measured, strict=True)
    ratios = [mine / plain for plain, mine in measured]
    low, ratio, high = statistics.quantiles(ratios, n=4, method="inclusive")
    return harness.Result(
        name=name,
        rounds=len(measured),
        baseline_ms=statistics.median(before),
        subject_ms=statistics.median(after),
        ratio=ratio,
        ratio_low=low,
        ratio_high=high,
    )


def check(env, side, since):
    """Compare what users were answered with what is in the log; return a sentence."""
    phases = side.phases
    errors = [error for phase in phases for error in phase.errors]
    assert not errors, collections.Counter(map(str, errors)).most_common(5)
    answered = sum((phase.uses for phase in phases), collections.Counter())
    answered.update(user.use("list", user.first_page) for user in side.users)

    def recorded():
        env.cr.rollback()
        env.cr.execute(
            """
            SELECT user_id, action, archive_id, ids_hash, note
              FROM insurance_use_log
              LEFT JOIN insurance_use_note USING (writer, n)
             WHERE id > %s AND result = 'done' AND (action IN ('view', 'reveal')
                   OR action = 'list' AND ids_hash IS NOT NULL)
            """,
            [since],
        )
        return collections.Counter(env.cr.fetchall())

    until(lambda: recorded().total() >= answered.total(), "all is in the log", 30)
    log = recorded()
    lost, surplus = answered - log, log - answered
    assert not lost and not surplus, (list(lost)[:5], list(surplus)[:5])
    found = env["insurance.use.check"].new({"whole": True})._verify()
    assert found["state"] == "ok", found
    kinds = collections.Counter(action for _user, action, *_rest in log.elements())
    return (
        f"{answered.total()} uses answered, {log.total()} in the log {dict(kinds)}, "
        f"0 lost, 0 errors shown; {len(side.server.log_lines('tries left'))} tries "
        f"repeated; verified: {found['done_count']} records, "
        f"epoch {found['last_epoch']}"
    )


def measure(env, plain, ours):
    env.cr.execute("SELECT coalesce(max(id), 0) FROM insurance_use_log")
    [since] = env.cr.fetchone()
    for side in (plain, ours):
        side.start()
        side.run(5)  # caches, first connections
    ours.watch()
    results = list(in_turns(f"{USERS} users", plain, ours, SECONDS, TURNS))
    rate = statistics.median(phase.rate for phase in ours.phases[1:])
    results[0].note = f"{rate:.0f} requests/s with the addon"
    reveals = list(
        in_turns(
            f"{USERS} users, reveals only",
            plain,
            ours,
            max(6, SECONDS / 10),
            3,
            mix={"reveal": 100},
        )
    )
    reveals[0].note = f"{1000 / reveals[0].subject_ms:.0f} reveals/s"
    print(check(env, ours, since), flush=True)
    return results + reveals


def main():
    started = time.monotonic()
    env = harness.environment()
    without = f"{env.cr.dbname}_plain"
    sides = []
    with tempfile.TemporaryDirectory(prefix="bench-load-") as folder:
        try:
            fill(env, without)
            sides += [
                Side(Path(folder, "plain"), without, ContactUser),
                Side(Path(folder, "ours"), env.cr.dbname, ArchiveUser),
            ]
            print(f"prepared in {time.monotonic() - started:.0f} s", flush=True)
            results = measure(env, *sides)
        finally:
            for side in sides:
                side.server.stop()
            env.cr.close()
            db("drop", without)
    harness.report(__file__, results)


if __name__ == "__main__":
    main()
