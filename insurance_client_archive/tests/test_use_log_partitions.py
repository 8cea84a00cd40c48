import datetime

import psycopg2

from odoo.tests import tagged
from odoo.tools import SQL

from .. import use_log_schema
from .common_use_log import UseLogCase


@tagged("post_install", "-at_install")
class TestUseLogPartitions(UseLogCase):
    """A table for each month, made before the month begins."""

    def setUp(self):
        super().setUp()
        self.own = self.cursor()
        self.addCleanup(self.own.close)
        self.addCleanup(self.own.rollback)

    def sql(self, query, *params):
        self.own.execute(query, params)
        return self.own.fetchall()

    def partitions(self):
        rows = self.sql(
            "SELECT inhrelid::regclass::text FROM pg_inherits"
            " WHERE inhparent = 'insurance_use_log'::regclass"
        )
        return {name for (name,) in rows}

    def month(self, ahead):
        today = datetime.date.today()
        count = today.year * 12 + today.month - 1 + ahead
        return datetime.date(count // 12, count % 12 + 1, 1)

    def name(self, ahead):
        return f"insurance_use_log_{self.month(ahead):%Y_%m}"

    def test_months_ahead_are_made_once(self):
        # a database of last month may lack one that is ahead by now
        use_log_schema.add_months(self.own)
        self.assertEqual(use_log_schema.add_months(self.own, ahead=4), 2)
        self.assertIn(self.name(4), self.partitions())
        self.assertEqual(use_log_schema.add_months(self.own, ahead=4), 0)

    def test_a_day_is_read_from_its_month_alone(self):
        day = f"{self.month(1):%Y-%m}"
        found = self.log._search(
            [("date", ">=", f"{day}-10 00:00:00"), ("date", "<", f"{day}-11 00:00:00")]
        )
        self.own.execute(SQL("EXPLAIN %s", found.select()))
        plan = "\n".join(line for (line,) in self.own.fetchall())
        self.assertIn(self.name(1), plan)
        for other in self.partitions() - {self.name(1)}:
            self.assertNotIn(other, plan)

    def test_one_archive_is_read_by_its_index_in_every_month(self):
        found = self.log._search([("archive_id", "=", self.archive.id)], limit=20)
        self.own.execute("SET LOCAL enable_seqscan = off")
        self.own.execute(SQL("EXPLAIN %s", found.select()))
        plan = "\n".join(line for (line,) in self.own.fetchall())
        self.assertIn("archive_id", plan)
        self.assertNotIn("Seq Scan on insurance_use_log_", plan)

    def test_a_time_without_a_month_goes_to_the_rest(self):
        far = datetime.datetime.combine(self.month(30), datetime.time(12))
        writer, _n, _mac = self.old_chain(self.own, far)
        found = self.sql(
            "SELECT tableoid::regclass::text FROM insurance_use_log WHERE writer = %s",
            writer,
        )
        self.assertEqual(found, [("insurance_use_log_rest",)])

    def test_a_month_that_began_in_the_rest_stays_there(self):
        use_log_schema.add_months(self.own)  # as above
        far = datetime.datetime.combine(self.month(4), datetime.time(12))
        self.old_chain(self.own, far)
        # of the two missing months the one with a record is left out
        self.assertEqual(use_log_schema.add_months(self.own, ahead=4), 1)
        self.assertNotIn(self.name(4), self.partitions())
        self.assertEqual(use_log_schema.add_months(self.own, ahead=5), 1)
        self.assertIn(self.name(5), self.partitions())

    def test_a_chain_over_months_and_the_rest_is_recounted(self):
        start = self.month(0)
        dates = [
            datetime.datetime.combine(self.month(step), datetime.time(1))
            for step in (-30, -1, 0, 1, 30)
        ]
        self.seal()
        self.old_chain(self.own, *dates)
        found = self.verify(self.own)
        self.assertEqual(found.kind, "", start)
        self.assertGreaterEqual(found.unsealed, 5)

    def test_sealing_goes_on_when_no_month_can_be_made(self):
        self.record()
        self.patch(use_log_schema, "add_months", self._locked)
        with self.assertLogs("odoo.addons.insurance_client_archive") as logs:
            self.env["insurance.use.epoch"]._cron_seal()
        self.assertIn("month", logs.output[0])
        with self.cursor() as cr:
            cr.execute("SELECT max(id) FROM insurance_use_epoch")
            self.assertGreater(cr.fetchone()[0], self.base)

    @staticmethod
    def _locked(cr):
        raise psycopg2.errors.LockNotAvailable
