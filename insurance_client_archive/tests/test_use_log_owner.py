import datetime

import psycopg2

from odoo.tests import tagged
from odoo.tools import file_open, mute_logger

from .. import use_log_epoch, use_log_schema, use_log_writer
from .common_use_log import UseLogCase

APP = "insurance_test_app"
HEADERS = ("insurance_use_epoch", "insurance_use_pruned")
INSERT = (
    "INSERT INTO insurance_use_log (writer, n, date, user_id, action, result, mac)"
    " VALUES (1, 1, now(), 1, 'view', 'done', '')"
)


@tagged("post_install", "-at_install")
class TestUseLogOwner(UseLogCase):
    """With the script for a role of its own, SQL of Odoo's role is stopped, too."""

    def setUp(self):
        super().setUp()
        self.record(purpose="other", purpose_text="a note")
        self.seal()
        # nobody else may be in the tables: the script locks them
        use_log_writer.stop_all()
        self.own = self.superuser_cursor()
        self.addCleanup(self.leave)
        self.own.execute(f"CREATE ROLE {APP} NOLOGIN")
        self.own.execute(f"GRANT USAGE ON SCHEMA public TO {APP}")
        self.own.execute("SELECT set_config('insurance.app_role', %s, true)", [APP])
        with file_open("insurance_client_archive/security/use_log_owner.sql") as script:
            self.own.execute(script.read())
        self.own.execute(f"SET LOCAL ROLE {APP}")

    def leave(self):
        # roles, too, belong to the transaction
        self.own.rollback()
        self.own.close()

    def refused(self, query):
        with self.subTest(query=query), mute_logger("odoo.sql_db"):
            self.own.execute("SAVEPOINT attempt")
            with self.assertRaises(psycopg2.errors.InsufficientPrivilege):
                self.own.execute(query)
            self.own.execute("ROLLBACK TO SAVEPOINT attempt")

    def test_odoo_appends_and_reads(self):
        self.own.execute(INSERT)
        self.own.execute("SELECT count(*) FROM insurance_use_log")
        self.assertTrue(self.own.fetchone()[0])

    def test_odoo_changes_nothing(self):
        for table in use_log_schema.TABLES:
            column = "count" if table in HEADERS else "n"
            self.refused(f"UPDATE {table} SET {column} = 1")
            self.refused(f"TRUNCATE {table}")
            self.refused(f"ALTER TABLE {table} DISABLE TRIGGER ALL")
            self.refused(f"DROP TABLE {table}")
            if table != "insurance_use_note":
                self.refused(f"DELETE FROM {table}")

    def test_odoo_cannot_get_round_the_triggers(self):
        self.refused("SET session_replication_role = replica")
        self.refused(
            "ALTER TABLE insurance_use_log DETACH PARTITION insurance_use_log_rest"
        )
        self.refused("DROP TABLE insurance_use_log_rest")
        self.refused(
            "INSERT INTO insurance_use_log_rest SELECT * FROM insurance_use_log"
        )

    def test_the_next_months_are_made_all_the_same(self):
        self.assertEqual(use_log_schema.add_months(self.own, ahead=4), 2)

    def test_the_owner_deletes_only_what_is_past_its_time(self):
        self.own.execute("RESET ROLE")
        now = datetime.datetime.now()
        self.old_chain(self.own, now)
        young = use_log_epoch.seal(self.own, self.keyring, everything=True)
        self.old_chain(self.own, now - datetime.timedelta(days=6 * 366))
        old = use_log_epoch.seal(self.own, self.keyring, everything=True)
        self.own.execute(f"SET LOCAL ROLE {APP}")
        self.own.execute("SELECT coalesce(max(id), 0) + 1 FROM insurance_use_pruned")
        number = self.own.fetchone()[0]
        prune = f"SELECT insurance_use_log_prune({number})"
        for epoch in (young, old):
            self.own.execute("SAVEPOINT attempt")
            # nobody can keep Odoo's role from writing what nobody has approved
            self.own.execute(
                "INSERT INTO insurance_use_pruned SELECT %s, now(), id, id, count,"
                " now() + interval '1 day', root, heads, 1, 2, hash, signature,"
                " public_key FROM insurance_use_epoch WHERE id = %s",
                [number, epoch],
            )
            if epoch == young:
                with mute_logger("odoo.sql_db"), self.assertRaises(psycopg2.Error):
                    self.own.execute(prune)
                self.own.execute("ROLLBACK TO SAVEPOINT attempt")
        self.own.execute(prune)
        self.assertEqual(self.own.fetchone()[0], 1)
        # but it shows
        found = self.verify(self.own, first=old)
        self.assertEqual((found.kind, found.epoch), ("pruned", old))

    def test_odoo_cannot_shorten_the_time(self):
        self.refused(
            "CREATE OR REPLACE FUNCTION insurance_use_log_keep() RETURNS interval"
            " AS $$SELECT interval '1 day'$$ LANGUAGE sql"
        )
        self.own.execute(
            "SELECT insurance_use_log_keep() = interval '5 years',"
            " insurance_use_log_drop_months()"
        )
        self.assertEqual(self.own.fetchone(), (True, 0))

    def test_an_update_of_the_addon_leaves_the_tables_alone(self):
        use_log_schema.install(self.own)
        self.refused("DELETE FROM insurance_use_log")

    def test_the_level_says_so(self):
        checks = self.env(cr=self.own)["insurance.use.check"]
        self.assertFalse(checks._is_changeable())
