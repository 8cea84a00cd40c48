"""Odoo's own processes, with a keyring, a ledger and databases of these tests."""

import configparser
import json
import os
import shutil
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import psycopg2
import pytest
from psycopg2 import sql

SECTION = "insurance_client_archive"


class Answer(NamedTuple):
    code: int
    said: dict
    output: str


class Server:
    """A configuration file, and commands that are run with it."""

    #: seconds after which a command has stopped
    timeout = 300

    def __init__(self, folder):
        self.folder = folder
        self.configuration = folder / "odoo.conf"
        self.keyring = folder / "keyring"
        self.ledger = folder / "destruction.ledger"
        known = configparser.RawConfigParser()
        known.read(os.environ["ODOO_RC"])
        self.options = {
            name: known["options"][name] for name in ("addons_path", "data_dir")
        }
        self.databases = []
        #: of its processes; goes before the configuration where PostgreSQL is named
        self.environment = {"ODOO_RC": str(self.configuration)}

    def configure(self, **section):
        parser = configparser.RawConfigParser()
        parser["options"] = {**self.options, "list_db": "False", "log_level": "warn"}
        parser[SECTION] = {
            "keyring": self.keyring,
            "destruction_ledger": self.ledger,
            **section,
        }
        with open(self.configuration, "w") as file:
            parser.write(file)

    def use_keys_of_the_template(self):
        """Take the keyring with which the demo clients were sealed, and the ledger.

        The template knows its place in the ledger of this checkout. What was destroyed
        since then in other databases with the same clients is none of its business.
        """
        # the addons are there once the configuration is read
        from odoo.addons.insurance_client_archive.tools import keyring

        data = Path(self.options["data_dir"])
        shutil.copy(data / "insurance_client_archive.keyring", self.keyring)
        name = keyring.load(str(self.keyring)).public_key().hex()[:16]
        made = data / "insurance_use_log" / f"destruction-{name}.ledger"
        place = self._place_of(os.environ["TEMPLATE"])
        if place:
            entries = made.read_text().splitlines(keepends=True)[:place]
            self.ledger.write_text("".join(entries))

    def _place_of(self, database):
        query = (
            "SELECT split_part(value, ':', 1)::integer"
            " FROM insurance_vault_fingerprint WHERE name = 'ledger' AND value <> ''"
        )
        found = self.ask(database, query)
        return found[0][0] if found else 0

    def odoo(self, *arguments, script=None):
        return subprocess.run(
            [sys.executable, "-m", "odoo", *map(str, arguments)],
            env={**os.environ, **self.environment},
            input=script,
            stdin=None if script else subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=self.timeout,
            check=False,
        )

    def keys(self, *arguments):
        """Run ``odoo insurance keys …`` and read its answer."""
        done = self.odoo("insurance", "keys", *arguments, "--json")
        assert "Traceback" not in done.stderr, done.stderr
        last = done.stdout.strip().splitlines()[-1:]
        return Answer(done.returncode, json.loads(last[0]) if last else {}, done.stderr)

    def shell(self, database, script):
        """Run Python in ``odoo shell``, and return what it printed."""
        done = self.odoo("shell", "-d", database, "--no-http", script=script)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def copy(self, source, target):
        with _postgres() as cr:
            cr.execute(
                sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(
                    sql.Identifier(target), sql.Identifier(source)
                )
            )
        self.databases.append(target)
        return target

    def ask(self, database, query, *arguments):
        connection = psycopg2.connect(dbname=database)
        try:
            with connection, connection.cursor() as cr:
                cr.execute(query, arguments)
                return cr.fetchall()
        finally:
            connection.close()

    def close(self):
        with _postgres() as cr:
            for name in self.databases:
                cr.execute(
                    sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(name))
                )
        for name in self.databases:
            anchors = Path(self.options["data_dir"], "insurance_use_log")
            (anchors / f"{name}.anchors").unlink(missing_ok=True)


@contextmanager
def _postgres():
    connection = psycopg2.connect(dbname="postgres")
    try:
        # databases are made outside of transactions
        connection.autocommit = True
        with connection.cursor() as cr:
            yield cr
    finally:
        connection.close()


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    server = Server(tmp_path_factory.mktemp("keys"))
    server.configure()
    yield server
    server.close()


@pytest.fixture(scope="module")
def database(server, request):
    """A copy of the template with demo clients, and the keyring it was made with."""
    server.use_keys_of_the_template()
    name = f"{os.environ['SCRATCH']}_{request.module.__name__}"
    return server.copy(os.environ["TEMPLATE"], name)
