"""Attacks on the use log by whoever rules the database, on databases of their own.

The tables, the writer, the seal, the anchor and the verification are the real ones;
`createdb -T` makes the copies. Each attack is what a superuser could do in a minute.
"""

import os
import shutil
import tempfile
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg2

from odoo import sql_db
from odoo.tests import BaseCase, tagged
from odoo.tools import mute_logger

from odoo.addons.insurance_client_archive import (
    use_log_anchor,
    use_log_epoch,
    use_log_schema,
    use_log_verify,
    use_log_writer,
    vault_process,
)

LOG = f"insurance_attack_{os.getpid()}"
#: what the log needs of the rest of the addon
SURROUNDINGS = """
    CREATE TABLE insurance_vault_fingerprint (name varchar, value varchar);
    CREATE TABLE insurance_vault_key (id integer);
    CREATE TABLE insurance_parameter (key varchar, value varchar, minimum varchar);
    INSERT INTO insurance_parameter VALUES ('use_record_years', '5', '5');
"""
UNGUARDED = "SET session_replication_role = replica"


@tagged("post_install", "-at_install")
class TestUseLogAttacks(BaseCase):
    """Two sealed epochs of ten uses, the last two uses not sealed yet."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.keyring = vault_process.log_keys({}, create=True)
        cls.addClassCleanup(cls.drop, LOG)
        cls.administer(f"CREATE DATABASE {LOG}")
        with cls.cursor(LOG) as cr:
            cr.execute(SURROUNDINGS)
            use_log_schema.install(cr)
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.path = str(Path(folder.name) / "anchors")
        cls.use(LOG, 10)
        cls.seal(LOG)
        cls.use(LOG, 10)
        cls.seal(LOG)
        cls.use(LOG, 2)

    def setUp(self):
        super().setUp()
        path = f"{self.path}.{self._testMethodName}"
        shutil.copy(self.path, path)
        # the anchors of a test are its own
        self.path = path
        # the second of the chains: an event of the writer, then ten uses
        with self.cursor(LOG) as cr:
            cr.execute(
                "SELECT writer FROM insurance_use_leaf WHERE epoch_id = 2"
                " GROUP BY writer HAVING count(*) > 2"
            )
            (self.writer,) = cr.fetchone()

    @classmethod
    def administer(cls, *statements):
        _name, parameters = sql_db.connection_info_for("postgres")
        with closing(psycopg2.connect(**parameters)) as connection:
            connection.autocommit = True
            with connection.cursor() as cr:
                for statement in statements:
                    cr.execute(statement)

    @classmethod
    def drop(cls, database):
        sql_db.close_db(database)
        cls.administer(f"DROP DATABASE IF EXISTS {database}")

    @classmethod
    def cursor(cls, database):
        return use_log_epoch.open_cursor(database)

    @classmethod
    def use(cls, database, count):
        writer = use_log_writer.Writer(database)
        for archive in range(1, count + 1):
            writer.submit(
                {
                    "user_id": 7,
                    "action": "reveal",
                    "result": "done",
                    "archive_id": archive,
                    "content": "id_number",
                    "purpose": "claim",
                },
                timeout=20,
            )
        writer.stop()

    @classmethod
    def seal(cls, database, path=None):
        anchor = cls.anchor(path)
        with cls.cursor(database) as cr:
            use_log_epoch.seal(cr, cls.keyring, everything=True)
            cr.execute(
                "SELECT id AS epoch, encode(hash, 'hex') AS hash"
                " FROM insurance_use_epoch WHERE id > %s ORDER BY id",
                [anchor.last()],
            )
            anchor.append(cr.dictfetchall())

    @classmethod
    def anchor(cls, path=None):
        return use_log_anchor.FileAnchor(path or cls.path, "the log", outside=True)

    def verify(self, database, with_anchor=True):
        anchors = [self.anchor(self.path)] if with_anchor else []
        with self.cursor(database) as cr:
            return use_log_verify.verify(cr, self.keyring, anchors)

    @contextmanager
    def copy(self, name="copy"):
        """createdb -T: a copy that may be spoiled."""
        database = f"{LOG}_{name}"
        sql_db.close_db(LOG)
        self.administer(f"CREATE DATABASE {database} TEMPLATE {LOG}")
        try:
            yield database
        finally:
            self.drop(database)

    def attacked(self, *statements, **options):
        """Return what verification finds after a superuser's statements."""
        with self.copy() as database:
            with self.superuser(database) as connection, connection.cursor() as cr:
                cr.execute(UNGUARDED)
                for statement, *params in statements:
                    cr.execute(statement, params)
                    self.assertTrue(cr.rowcount, statement)
            return self.verify(database, **options)

    @contextmanager
    def superuser(self, database):
        """Give a connection of somebody who may do all in the database server."""
        _name, parameters = sql_db.connection_info_for(database)
        parameters["user"] = os.environ.get(
            "INSURANCE_PG_SUPERUSER", parameters.get("user")
        )
        with closing(psycopg2.connect(**parameters)) as connection:
            with connection.cursor() as cr:
                cr.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
                if not cr.fetchone()[0]:
                    self.skipTest(
                        "Acts as the database server's superuser: name its role in "
                        "INSURANCE_PG_SUPERUSER."
                    )
            yield connection
            connection.commit()

    def test_the_untouched_log_fits(self):
        found = self.verify(LOG)
        self.assertEqual((found.kind, found.epochs, found.anchored), ("", 2, 2))
        # twenty-two uses, and the beginning and end of three chains
        self.assertEqual(found.events, 28)

    def test_the_application_changes_and_deletes_nothing(self):
        for statement in (
            "UPDATE insurance_use_log SET user_id = 8",
            "DELETE FROM insurance_use_log",
            "TRUNCATE insurance_use_log",
            "DELETE FROM insurance_use_epoch",
            "TRUNCATE insurance_use_leaf",
        ):
            with self.subTest(statement), self.cursor(LOG) as cr:
                with mute_logger("odoo.sql_db"), self.assertRaises(psycopg2.Error) as e:
                    cr.execute(statement)
                self.assertIn("append only", str(e.exception))
                cr.rollback()
        self.assertEqual(self.verify(LOG).kind, "")

    def test_an_altered_row_is_named(self):
        found = self.attacked(
            (
                "UPDATE insurance_use_log SET user_id = 8 WHERE writer = %s AND n = 5",
                self.writer,
            )
        )
        self.assertEqual(
            (found.kind, found.epoch, found.writer, found.n), ("mac", 2, self.writer, 5)
        )

    def test_a_deleted_row_in_the_middle_is_named(self):
        found = self.attacked(
            (
                "DELETE FROM insurance_use_log WHERE writer = %s AND n = 5",
                self.writer,
            )
        )
        self.assertEqual(
            (found.kind, found.epoch, found.writer, found.n),
            ("missing", 2, self.writer, 5),
        )

    def test_a_deleted_sealed_tail_is_named(self):
        found = self.attacked(
            (
                "DELETE FROM insurance_use_log WHERE writer = %s AND n > 8",
                self.writer,
            ),
            (
                "DELETE FROM insurance_use_leaf WHERE writer = %s AND n > 8",
                self.writer,
            ),
        )
        self.assertEqual(
            (found.kind, found.epoch, found.writer, found.n),
            ("missing", 2, self.writer, 9),
        )

    def tail_and_epoch(self):
        younger = "SELECT log_id FROM insurance_use_leaf WHERE epoch_id = 1"
        return (
            (f"DELETE FROM insurance_use_log WHERE id NOT IN ({younger})",),
            ("DELETE FROM insurance_use_leaf WHERE epoch_id = 2",),
            ("DELETE FROM insurance_use_epoch WHERE id = 2",),
        )

    def test_a_deleted_tail_with_its_epoch_is_named_by_the_anchor(self):
        found = self.attacked(*self.tail_and_epoch())
        self.assertEqual((found.kind, found.epoch), ("anchor_missing", 2))

    def test_inside_the_database_alone_a_tail_with_its_epoch_is_not_missed(self):
        # the limit that the documentation names
        self.assertEqual(
            self.attacked(*self.tail_and_epoch(), with_anchor=False).kind, ""
        )

    def test_an_older_database_is_named_by_the_anchor(self):
        with self.copy() as newer:
            self.use(newer, 5)
            self.seal(newer, self.path)
            self.assertEqual(self.verify(newer).kind, "")
        # the database as it was before the copy went on
        found = self.verify(LOG)
        self.assertEqual((found.kind, found.epoch), ("anchor_missing", 3))

    def test_an_older_database_that_goes_on_is_named_by_the_anchor(self):
        with self.copy("older") as older, self.copy() as newer:
            self.use(newer, 5)
            self.seal(newer, self.path)
            self.use(older, 5)
            with self.cursor(older) as cr:
                use_log_epoch.seal(cr, self.keyring, everything=True)
            found = self.verify(older)
        self.assertEqual((found.kind, found.epoch), ("anchor", 3))
