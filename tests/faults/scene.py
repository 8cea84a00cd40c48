"""Cluster, gate, server and users together, and what must hold after each fault."""

import configparser
import os
import shutil
from pathlib import Path

import web_user
from cluster import Cluster
from gate import Gate
from load import Client, Load
from prefork import PreforkServer, until

#: demo users who have clients; the password is the login
LOGINS = ("agent", "agent2", "agent3", "agent4", "manager", "supervisor")
WORKERS = 3
LONG = os.environ.get("FAULTS") == "long"


class Scene:
    def __init__(self):
        self.cluster = Cluster()
        self.options = self._options()
        self.database = f"{os.environ['SCRATCH']}_faults"
        self.filestore = Path(self.options["data_dir"], "filestore", self.database)
        self.gate = self.server = None

    def build(self):
        self.cluster.start()
        self.cluster.copy(os.environ["TEMPLATE"], self.database)
        # the keyring in the data directory is that of the template, too
        template = self.filestore.with_name(os.environ["TEMPLATE"])
        shutil.copytree(template, self.filestore, copy_function=os.link)
        folder = self.cluster.folder
        self.gate = Gate(folder / "gate", folder / ".s.PGSQL.5432")
        self.server = PreforkServer(
            folder / "server",
            {**self.options, "db_name": self.database},
            workers=WORKERS,
            environment={
                "PGHOST": str(self.gate.folder),
                "PGPORT": "5432",
                "PGUSER": "odoo",
            },
        )
        self.server.start()
        self._allow_many_reveals()
        self.compliance = web_user.WebUser(self.server.port, "compliance").log_in()
        self.clients = [Client(self.server.port, login) for login in LOGINS]

    def close(self):
        if self.server:
            self.gate.open()
            if self.server.process:
                self.server.kill()
            self.gate.close()
        self.cluster.remove()
        shutil.rmtree(self.filestore, ignore_errors=True)
        anchors = Path(self.options["data_dir"], "insurance_use_log")
        (anchors / f"{self.database}.anchors").unlink(missing_ok=True)

    def load(self):
        return Load(self.clients)

    def _options(self):
        parser = configparser.RawConfigParser()
        parser.read(os.environ["ODOO_RC"])
        known = parser["options"]
        return {name: known[name] for name in ("addons_path", "data_dir")}

    def _allow_many_reveals(self):
        """Raise the limit of an hour, as an administrator does."""
        user = web_user.WebUser(self.server.port, "insadmin").log_in()
        domain = [("key", "=", "vault_reveals_per_hour")]
        ids = user.call("insurance.parameter", "search", domain)
        user.call("insurance.parameter", "write", ids, {"value": "1000000"})

    # --- what must hold

    def check_reveals(self, load):
        """Every value that was shown has its one committed record."""
        shown = load.tokens()
        assert shown
        recorded = dict(
            self.cluster.ask(
                "SELECT note, count(*) FROM insurance_use_log"
                " JOIN insurance_use_note USING (writer, n)"
                " WHERE action = 'reveal' AND result = 'done' GROUP BY note"
            )
        )
        assert {token: recorded.get(token) for token in shown} == shown

    def check_chains(self):
        """The whole log fits, as compliance sees it."""
        action = self._verify()
        [check] = self.compliance.call(
            "insurance.use.check",
            "read",
            [action["res_id"]],
            ["state", "misfit", "misfit_place"],
        )
        assert check["state"] == "ok", check

    def _verify(self):
        # after a restart of PostgreSQL Odoo gives out each idle connection of its pool
        # once more, and the request that gets it fails
        for _connection in range(5 * WORKERS):
            try:
                return self.compliance.call("insurance.use.check", "action_verify")
            except web_user.Refused as refusal:
                if not refusal.name.startswith("psycopg2."):
                    raise
        raise TimeoutError("no connection to the database works")

    def check_reads(self, load, since):
        """Every list and form has its record: nothing was killed meanwhile."""
        until(
            lambda: self.count_reads(since) == self._shown(load),
            f"{self._shown(load)} in the log, found {self.count_reads(since)}",
            seconds=10,
        )

    def _shown(self, load):
        return {"view": len(load.good("form")), "list": len(load.good("list"))}

    def count_reads(self, since):
        """Return the forms and lists recorded after the record *since*.

        A form also reads lists of what hangs under its one archive; they have no hash.
        """
        return dict(
            self.cluster.ask(
                "SELECT action, count(*) FROM insurance_use_log WHERE id > %s"
                " AND (action = 'view' OR action = 'list' AND ids_hash IS NOT NULL)"
                " GROUP BY action",
                since,
            )
        )

    def last_record(self):
        return self.cluster.ask("SELECT coalesce(max(id), 0) FROM insurance_use_log")[
            0
        ][0]

    def chains(self, pids, since):
        """Return {process: last action} of the chains of processes, and of new ones."""
        return dict(
            self.cluster.ask(
                """
                SELECT DISTINCT ON (log.writer) begun.content, log.action
                  FROM insurance_use_log begun
                  JOIN insurance_use_log log ON log.writer = begun.writer
                 WHERE begun.action = 'writer_start'
                   AND (begun.content LIKE ANY(%s) OR begun.id > %s)
                 ORDER BY log.writer, log.n DESC
                """,
                [f"pid={pid},%" for pid in pids],
                since,
            )
        )

    def check_nothing_is_stuck(self):
        """One connection of the log a process at most, and none in a transaction."""
        until(lambda: not self._busy(), "no connection is busy")
        [[count]] = self.cluster.ask(
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE application_name = 'insurance-use-log'"
        )
        assert count <= WORKERS
        # main thread, thread of the requests, writer of the log
        assert max(self.server.threads().values()) <= 3

    def _busy(self):
        return self.cluster.ask(
            "SELECT pid, state, query FROM pg_stat_activity"
            " WHERE datname = current_database() AND state <> 'idle'"
            " AND pid <> pg_backend_pid()"
        )
