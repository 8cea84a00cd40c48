"""A PostgreSQL of our own, which may be restarted and crashed, with a copy of the
test database. The programs are those that ``make test`` has found (PG_BIN).
"""

import fcntl
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import psycopg2

SETTINGS = """
listen_addresses = ''
timezone = 'UTC'
max_connections = 60
# the machine itself is not switched off: what PostgreSQL has written stays
fsync = off
"""
ODOO = "odoo"
PORT = "5432"


class Cluster:
    def __init__(self):
        self.bin = Path(os.environ["PG_BIN"])
        self.owner = os.environ["PG_USER"]
        # a path of a socket may have 107 bytes: checkouts lie deeper than that
        self.folder = Path(tempfile.mkdtemp(prefix="insurance-faults-", dir="/tmp"))
        if os.geteuid() == 0:
            shutil.chown(self.folder, self.owner)
        self.data = self.folder / "data"
        self.database = ""

    def start(self):
        self._as_owner("initdb", "-D", self.data, "-U", "cluster_owner", "-A", "trust")
        with open(self.data / "postgresql.conf", "a") as file:
            file.write(SETTINGS)
        self._control("start")
        with self.connect("postgres", "cluster_owner") as connection:
            with connection.cursor() as cr:
                # no superuser, as in production
                cr.execute(f"CREATE ROLE {ODOO} LOGIN CREATEDB")
        connection.close()

    def restart(self, mode):
        """Stop all connections at once (``fast``) or crash (``immediate``)."""
        self._control("restart", "-m", mode)

    def remove(self):
        if (self.data / "postmaster.pid").exists():
            self._control("stop", "-m", "immediate")
        shutil.rmtree(self.folder, ignore_errors=True)

    def copy(self, source, target):
        """Copy a database from the server of the tests."""
        dump = self.folder / "dump"
        # no command of this checkout may clone the template meanwhile
        with open(Path(os.environ["LOCAL"], "lock"), "w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            self._run("pg_dump", "-Fd", "-Z0", "-j2", "-f", dump, source)
        own = {"PGHOST": str(self.folder), "PGPORT": PORT, "PGUSER": ODOO}
        self._run("createdb", "-T", "template0", target, **own)
        restore = ("pg_restore", "--no-owner", "--no-comments", "-j2", "-d", target)
        self._run(*restore, dump, **own)
        shutil.rmtree(dump)
        self.database = target

    def connect(self, database=None, user=ODOO):
        return psycopg2.connect(
            host=self.folder,
            port=PORT,
            user=user,
            dbname=database or self.database,
            application_name="faults",
        )

    def ask(self, query, *args):
        connection = self.connect()
        try:
            with connection, connection.cursor() as cr:
                cr.execute(query, args)
                return cr.fetchall()
        finally:
            connection.close()

    def _control(self, command, *options):
        log, socket = self.folder / "log", f"-k {self.folder}"
        place = ("-D", self.data, "-w", "-l", log, "-o", socket)
        self._as_owner("pg_ctl", command, *place, *options)

    def _as_owner(self, program, *args):
        runuser = ("runuser", "-u", self.owner, "--") if os.geteuid() == 0 else ()
        self._run(program, *args, prefix=runuser)

    def _run(self, program, *args, prefix=(), **environment):
        libraries = os.environ.get("PG_LIBS")
        if libraries:
            environment["LD_LIBRARY_PATH"] = libraries
        with open(os.devnull, "w") as nowhere:
            result = subprocess.run(
                # runuser keeps the environment
                [*prefix, self.bin / program, *args],
                env={**os.environ, **environment},
                cwd="/",
                stdin=subprocess.DEVNULL,
                # a pipe would stay open in the server that pg_ctl starts
                stdout=nowhere,
                stderr=nowhere if program == "pg_ctl" else subprocess.PIPE,
                text=True,
                check=False,
            )
        if result.returncode:
            raise RuntimeError(f"{program}: {result.stderr or self._log()}")

    def _log(self):
        log = self.folder / "log"
        return log.read_text()[-2000:] if log.exists() else ""
