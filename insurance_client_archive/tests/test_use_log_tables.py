import psycopg2

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .. import use_log_schema
from .common_use_log import UseLogCase


@tagged("post_install", "-at_install")
class TestUseLogTables(UseLogCase):
    """Append only, whoever asks."""

    def refused(self, query):
        with self.cursor() as cr, mute_logger("odoo.sql_db"):
            with self.assertRaises(psycopg2.Error) as caught:
                cr.execute(query)
            self.assertEqual(caught.exception.pgcode, "23001")
            cr.rollback()

    def test_sql_that_changes_or_deletes_is_refused(self):
        self.record(purpose="other", purpose_text="a note")
        self.seal()
        # records of pruning are looked at where there are some
        for table in use_log_schema.TABLES[:-1]:
            column = "count" if table == "insurance_use_epoch" else "n"
            with self.subTest(table=table):
                self.refused(f"UPDATE {table} SET {column} = {column} + 1")
                self.refused(f"DELETE FROM {table}")
                self.refused(f"TRUNCATE {table}")

    def test_a_partition_is_as_closed_as_the_whole(self):
        self.record()
        with self.cursor() as cr:
            cr.execute(
                "SELECT inhrelid::regclass::text FROM pg_inherits"
                " WHERE inhparent = 'insurance_use_log'::regclass"
            )
            partitions = [name for (name,) in cr.fetchall()]
        self.assertGreaterEqual(len(partitions), 4)
        for partition in partitions:
            self.refused(f"TRUNCATE {partition}")

    def test_this_month_has_its_own_partition(self):
        event_id = self.record()
        with self.cursor() as cr:
            cr.execute(
                "SELECT tableoid::regclass::text = 'insurance_use_log_'"
                " || to_char(date, 'YYYY_MM') FROM insurance_use_log WHERE id = %s",
                [event_id],
            )
            self.assertTrue(cr.fetchone()[0])

    def test_partitions_are_made_ahead(self):
        with self.cursor() as cr:
            self.assertEqual(use_log_schema.add_months(cr, ahead=4), 2)
            self.assertEqual(use_log_schema.add_months(cr, ahead=4), 0)
            cr.rollback()

    def test_no_table_of_the_log_refers_to_another(self):
        with self.cursor() as cr:
            cr.execute(
                "SELECT count(*) FROM pg_constraint WHERE contype = 'f'"
                " AND conrelid::regclass::text LIKE 'insurance_use_l%'"
            )
            self.assertEqual(cr.fetchone()[0], 0)

    def test_the_orm_refuses_too(self):
        event = self.log.browse(self.record())
        for action in (
            lambda: event.sudo().write({"action": "view"}),
            lambda: event.sudo().unlink(),
            lambda: self.log.sudo().create({"action": "view"}),
        ):
            with self.assertRaises(UserError):
                action()
        for user in (self.compliance, self.insurance_admin, self.supervisor):
            with self.assertRaises(AccessError):
                event.with_user(user).check_access("write")
