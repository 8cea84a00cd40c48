import os
import secrets
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch

import psycopg2

from odoo import sql_db
from odoo.tools import SQL, mute_logger

from .. import (
    use_log_anchor,
    use_log_epoch,
    use_log_verify,
    use_log_writer,
    vault_process,
)
from ..models.insurance_use_record import BUFFER
from ..tools import canonical
from .common import ArchiveCase


class UseLogCase(ArchiveCase):
    """The real log: what is written here stays in the database of the tests.

    So each class begins a new chain after an epoch that seals all that was there.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.log = cls.env["insurance.use.log"]
        cls.database = cls.env.cr.dbname
        cls.keyring = vault_process.log_keys({}, create=True)
        use_log_writer.stop_all()
        cls.addClassCleanup(use_log_writer.stop_all)
        cls.seal(everything=True)
        with cls.cursor() as cr:
            cr.execute("SELECT coalesce(max(id), 0) FROM insurance_use_epoch")
            cls.base = cr.fetchone()[0]

    def setUp(self):
        super().setUp()
        self.seen = set()

    @classmethod
    def cursor(cls):
        return use_log_epoch.open_cursor(cls.database)

    @classmethod
    def seal(cls, everything=False):
        with cls.cursor() as cr:
            return use_log_epoch.seal(cr, cls.keyring, everything)

    def record(self, action="reveal", archives=None, user=None, **event):
        log = self.log.with_user(user or self.agent)
        archives = self.archive if archives is None else archives
        return log._record(action, archives=archives, **event)

    def row(self, event_id):
        """Return the stored event as a dict, read by a connection of its own."""
        with self.cursor() as cr:
            cr.execute("SELECT * FROM insurance_use_log WHERE id = %s", [event_id])
            return cr.dictfetchone()

    def rows(self):
        """Return the events of the current chain, but for those of the writer."""
        writer = use_log_writer.writer(self.database)
        with self.cursor() as cr:
            cr.execute(
                "SELECT * FROM insurance_use_log"
                " WHERE writer = %s AND action NOT LIKE 'writer%%' ORDER BY n",
                [writer.writer_id],
            )
            return cr.dictfetchall()

    def end_transaction(self):
        """Hand over what the transaction gathered, as its commit does."""
        self.hand_over()
        # the writer works in order: when this is committed, the rest is
        self.record("login", archives=self.env["insurance.archive"])

    def hand_over(self, committed=True):
        gathered = self.env.cr.postcommit.data.get(BUFFER, {})
        self.log._hand_over(gathered, committed)

    def uses(self):
        """Return the events that came to the log since the last time."""
        self.end_transaction()
        rows = [row for row in self.rows() if row["id"] not in self.seen]
        self.seen.update(row["id"] for row in rows)
        return [row for row in rows if row["action"] != "login"]

    def old_chain(self, cr, *dates, writer=None, begin=(0, canonical.ORIGIN)):
        """Append a chain of events of these dates, right in every code.

        Return (writer, last number, last code), to go on with.
        """
        writer = writer or secrets.randbits(62)
        n, mac = begin
        for date in dates:
            n += 1
            event = {
                "writer": writer,
                "n": n,
                "date": date,
                "user_id": self.agent.id,
                "action": "view",
                "result": "done",
                "archive_id": self.archive.id,
            }
            row = [event.get(name) for name in canonical.EVENT_FIELDS]
            body = canonical.event_bytes(row)
            mac = self.keyring.audit_mac(canonical.chained(mac, body))
            columns = SQL(", ").join(map(SQL.identifier, use_log_writer.COLUMNS))
            cr.execute(
                SQL(
                    "INSERT INTO insurance_use_log (%s) VALUES %s",
                    columns,
                    (*row, mac),
                )
            )
        return writer, n, mac

    def verify(self, cr=None, anchors=(), **options):
        options.setdefault("first", self.base + 1)
        if cr is not None:
            return use_log_verify.verify(cr, self.keyring, anchors, **options)
        with self.cursor() as own:
            return use_log_verify.verify(own, self.keyring, anchors, **options)

    def file_anchor(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        path = str(Path(folder.name) / "anchors" / "log")
        return use_log_anchor.FileAnchor(path, self.database, outside=True)

    def superuser_cursor(self):
        """Return a cursor of somebody who may do all in the database server."""
        _database, dsn = sql_db.connection_info_for(self.database)
        superuser = os.environ.get("INSURANCE_PG_SUPERUSER")
        if superuser:
            dsn["user"] = superuser
        pool = sql_db.ConnectionPool(maxconn=1)
        self.addCleanup(pool.close_all)
        cr = sql_db.Connection(pool, self.database, dsn).cursor()
        cr.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
        if not cr.fetchone()[0]:
            cr.close()
            self.skipTest(
                "Acts as the database server's superuser: name its role in "
                "INSURANCE_PG_SUPERUSER."
            )
        return cr

    @contextmanager
    def tampering(self):
        """Give a cursor that the triggers do not stop; nothing of it stays."""
        cr = self.superuser_cursor()
        try:
            cr.execute("SET LOCAL session_replication_role = replica")
            yield cr
        finally:
            cr.rollback()
            cr.close()

    @contextmanager
    def without_database(self):
        """Let the writer find no database; its warnings are expected."""
        use_log_writer.stop_all()
        with (
            patch.object(use_log_writer, "connection_parameters", self.refused),
            mute_logger(use_log_writer.__name__),
        ):
            yield

    @staticmethod
    def refused(database):
        raise psycopg2.OperationalError("Connection refused")

    def seconds(self, action):
        start = time.monotonic()
        action()
        return time.monotonic() - start
