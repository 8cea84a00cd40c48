"""Sweep workers in processes of their own, which can be killed.

Run as a program, it loads Odoo once and forks a worker for each line that it reads, as
Odoo's own server does with its workers.
"""

import configparser
import os
import select
import signal
import subprocess
import sys
from pathlib import Path

#: nothing here takes so long, unless it has stopped
TIMEOUT = 120
CHANNEL = "sweep_workers"
#: what takes the counting away again
NO_COUNTER = """
    DROP FUNCTION IF EXISTS sweep_count_writes CASCADE;
    DROP TABLE IF EXISTS sweep_writes;
"""


def counter(table, row_id, mark="0", events=("UPDATE",)):
    """Return SQL that counts the writes of each row, and tells when they are committed.

    :param row_id: column by which rows are known
    :param mark: column that is remembered of each write
    """
    triggers = "".join(
        f"""
        CREATE TRIGGER sweep_count_{event.lower()} AFTER {event} ON {table}
            REFERENCING NEW TABLE AS written
            FOR EACH STATEMENT EXECUTE FUNCTION sweep_count_writes();
        """
        for event in events
    )
    return f"""
        {NO_COUNTER}
        CREATE TABLE sweep_writes (row_id integer NOT NULL, mark integer NOT NULL);
        CREATE FUNCTION sweep_count_writes() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            INSERT INTO sweep_writes SELECT {row_id}, {mark} FROM written;
            NOTIFY {CHANNEL};
            RETURN NULL;
        END $$;
        {triggers}
    """


class Workers:
    """Forks workers on a database, with a keyring of their own if they need one.

    :param configuration: of another server than that of the tests
    :param database: another one than that of the tests
    """

    def __init__(
        self, folder, keyring=None, *, max_chunk, configuration=None, database=None
    ):
        config = configparser.RawConfigParser()
        config.read(configuration or os.environ["ODOO_RC"])
        if database:
            config.set("options", "db_name", database)
        section = "insurance_client_archive"
        if keyring and not config.has_section(section):
            config.add_section(section)
        if keyring:
            config.set(section, "keyring", str(keyring))
        path = Path(folder, "workers.conf")
        with path.open("w") as file:
            config.write(file)
        self.process = subprocess.Popen(
            [sys.executable, __file__, str(max_chunk)],
            env={**os.environ, "ODOO_RC": str(path)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._answer()

    def start(self):
        """Start a worker, which works until nothing is left; return its pid."""
        return int(self._ask("start"))

    def kill(self, pid):
        """End a worker as a crash does."""
        os.kill(pid, signal.SIGKILL)
        if self.wait(pid) != signal.SIGKILL:
            raise AssertionError("The worker had ended before it could be killed.")

    def wait(self, pid):
        """Wait until a worker has ended by itself; return its status."""
        return int(self._ask(f"wait {pid}"))

    def close(self):
        self.process.stdin.close()
        self.process.wait(TIMEOUT)
        self.process.stdout.close()

    def _ask(self, command):
        self.process.stdin.write(command + "\n")
        self.process.stdin.flush()
        return self._answer()

    def _answer(self):
        ready, _write, _error = select.select([self.process.stdout], [], [], TIMEOUT)
        if not ready:
            self.process.kill()
            raise AssertionError("The workers do not answer.")
        return self.process.stdout.readline()


class Watcher:
    """Sees on a connection of its own how many writes were committed."""

    def __init__(self, connection):
        self.connection = connection
        self.connection.autocommit = True
        with self.connection.cursor() as cr:
            cr.execute(f"LISTEN {CHANNEL}")

    def written(self):
        with self.connection.cursor() as cr:
            cr.execute("SELECT count(*) FROM sweep_writes")
            return cr.fetchone()[0]

    def wait_for(self, count):
        """Return as soon as *count* writes are committed."""
        while self.written() < count:
            if not select.select([self.connection], [], [], TIMEOUT)[0]:
                raise AssertionError(f"Only {self.written()} rows were written.")
            self.connection.poll()
            self.connection.notifies.clear()

    def writes(self):
        """Return {how often written: number of rows}, and the marks of the writes."""
        with self.connection.cursor() as cr:
            cr.execute(
                "SELECT times, count(*) FROM (SELECT count(*) AS times"
                " FROM sweep_writes GROUP BY row_id) counts GROUP BY times"
            )
            times = dict(cr.fetchall())
            cr.execute("SELECT DISTINCT mark FROM sweep_writes")
            return times, {mark for (mark,) in cr.fetchall()}


def kill_again_and_again(workers, watcher, total, kills):
    """Kill one of two workers after each further share of the rows."""
    running = [workers.start(), workers.start()]
    killed = 0
    for number in range(1, kills + 1):
        watcher.wait_for(total * number // (kills + 2))
        victim = running.pop(0)
        workers.kill(victim)
        killed += 1
        running.append(workers.start())
    statuses = [workers.wait(pid) for pid in running]
    if any(statuses):
        raise AssertionError(f"A worker has failed: {statuses}")
    return killed


def main(max_chunk):
    from odoo import sql_db, tools
    from odoo.modules.registry import Registry

    tools.config.parse_config([], setup_logging=False)
    registry = Registry(tools.config["db_name"][0])
    from odoo.addons.insurance_client_archive.models import insurance_sweep_claim

    insurance_sweep_claim.MAX_CHUNK = max_chunk
    sql_db.close_all()
    print("ready", flush=True)
    for line in sys.stdin:
        command, *arguments = line.split()
        if command == "wait":
            _pid, status = os.waitpid(int(arguments[0]), 0)
            print(status, flush=True)
            continue
        if pid := os.fork():
            print(pid, flush=True)
        else:
            work(registry)
            os._exit(0)


def work(registry):
    from odoo import SUPERUSER_ID, api

    with registry.cursor() as cr:
        sweeps = api.Environment(cr, SUPERUSER_ID, {})["insurance.sweep"]
        while sweeps._running():
            sweeps._work()


if __name__ == "__main__":
    main(int(sys.argv[1]))
