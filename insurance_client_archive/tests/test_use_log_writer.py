import contextlib
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from unittest.mock import patch

import psycopg2

from odoo.tests import tagged
from odoo.tools import mute_logger

from .. import use_log_writer
from ..models.insurance_use_record import UseLogUnavailable
from ..tools import canonical
from .common_use_log import UseLogCase


@tagged("post_install", "-at_install")
class TestUseLogWriter(UseLogCase):
    """One chain for a process, committed apart from the request."""

    def setUp(self):
        super().setUp()
        use_log_writer.stop_all()

    def test_a_use_is_committed_when_the_call_returns(self):
        event_id = self.record(content=["id_number"], purpose="claim", grant_id=7)
        row = self.row(event_id)
        self.assertEqual(row["user_id"], self.agent.id)
        self.assertEqual(row["archive_id"], self.archive.id)
        self.assertEqual(row["content"], "id_number")
        self.assertEqual(row["purpose"], "claim")
        self.assertEqual(row["grant_id"], 7)
        self.assertEqual(row["tier"], "agent")
        self.assertEqual(row["result"], "done")

    def test_a_rolled_back_request_keeps_its_record(self):
        with self.assertRaises(ConnectionError), self.env.cr.savepoint():
            event_id = self.record()
            raise ConnectionError
        self.assertTrue(self.row(event_id))

    def test_numbers_have_no_gap_when_many_threads_write(self):
        writer = use_log_writer.writer(self.database)
        event = {"user_id": 1, "action": "view", "result": "done", "count": 1}
        with ThreadPoolExecutor(16) as pool:
            ids = list(pool.map(lambda _turn: writer.submit(dict(event)), range(320)))
        self.assertEqual(len(set(ids)), 320)
        with self.cursor() as cr:
            cr.execute(
                "SELECT n FROM insurance_use_log WHERE writer = %s ORDER BY n",
                [writer.writer_id],
            )
            numbers = [n for (n,) in cr.fetchall()]
        self.assertEqual(numbers, list(range(1, len(numbers) + 1)))
        self.assertTrue(self.verify().ok)

    def test_a_chain_begins_and_ends_with_the_writer(self):
        self.record()
        writer = use_log_writer.writer(self.database)
        use_log_writer.stop_all()
        with self.cursor() as cr:
            cr.execute(
                "SELECT action FROM insurance_use_log WHERE writer = %s ORDER BY n",
                [writer.writer_id],
            )
            actions = [action for (action,) in cr.fetchall()]
        self.assertEqual((actions[0], actions[-1]), ("writer_start", "writer_stop"))

    def test_the_next_use_after_the_end_begins_a_new_chain(self):
        first = self.row(self.record())
        use_log_writer.stop_all()
        second = self.row(self.record())
        self.assertNotEqual(first["writer"], second["writer"])
        self.assertEqual(second["n"], 2)

    def test_a_use_is_refused_within_two_seconds_when_the_database_is_gone(self):
        def refused():
            with self.assertRaises(UseLogUnavailable):
                self.record()

        self.assertLess(use_log_writer.WAIT_SECONDS, 2)
        with self.without_database():
            refused()
            # nobody waits in a queue behind those who waited in vain
            self._without_waiting(refused)
            use_log_writer.stop_all(timeout=0.1)

    def _without_waiting(self, action):
        """Show that nothing is waited for: by a wait that no load is as long as."""
        with patch.object(use_log_writer, "WAIT_SECONDS", 120):
            self.assertLess(self.seconds(action), 60)

    def test_a_use_is_recorded_again_as_soon_as_the_database_is_back(self):
        with self.without_database(), self.assertRaises(UseLogUnavailable):
            self.record()
        # the refused use alone is behind: the writer finds out by itself
        deadline = time.monotonic() + 10
        event_id = None
        while event_id is None and time.monotonic() < deadline:
            with contextlib.suppress(UseLogUnavailable):
                event_id = self.record()
        self.assertTrue(self.row(event_id))
        self.assertTrue(self.verify().ok)

    def test_a_list_does_not_wait_when_the_database_is_gone(self):
        with self.without_database():
            self.log._record("list", archives=self.archive, wait=False)
            self._without_waiting(self.hand_over)
            use_log_writer.stop_all(timeout=0.1)

    def test_what_nobody_waits_for_is_written_when_the_database_is_back(self):
        with self.without_database():
            self.log._record("list", archives=self.archive, wait=False)
            self.hand_over()
        self.record("login")
        self.assertIn("list", [row["action"] for row in self.rows()])

    def test_a_connection_that_breaks_loses_nothing(self):
        self.record()
        with self.cursor() as cr:
            cr.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE application_name = %s AND datname = current_database()"
                " AND pid <> pg_backend_pid()",
                [use_log_writer.APPLICATION],
            )
        with mute_logger(use_log_writer.__name__):
            event_id = self.record()
        self.assertEqual(self.row(event_id)["n"], 3)
        self.assertTrue(self.verify().ok)

    def test_a_commit_whose_answer_is_lost_is_not_written_twice(self):
        # psycopg2 knows several names for a connection that breaks in the middle
        for error in (
            psycopg2.OperationalError,
            psycopg2.DatabaseError,
            psycopg2.InterfaceError,
        ):
            with self.subTest(error=error):
                use_log_writer.stop_all()
                self.record()
                self._lose_an_answer(error)
                self.assertEqual(
                    [(row["n"], row["action"]) for row in self.rows()],
                    [(2, "reveal"), (3, "copy")],
                )
                self.assertTrue(self.verify().ok)

    def _lose_an_answer(self, error):
        writer = use_log_writer.writer(self.database)
        insert = writer._insert
        broken = []

        def lose_the_answer(rows, notes):
            ids = insert(rows, notes)
            if not broken:
                broken.append(rows)
                raise error("server closed the connection unexpectedly")
            return ids

        self.patch(writer, "_insert", lose_the_answer)
        with mute_logger(use_log_writer.__name__):
            self.record("copy")
        self.assertEqual(len(broken), 1)

    def test_a_bad_event_does_not_hold_up_the_others(self):
        writer = use_log_writer.writer(self.database)
        good = {"user_id": 1, "action": "view", "result": "done"}
        bad = {**good, "user_id": 2**40}
        errors, done = [], threading.Barrier(3)

        def submit(event):
            done.wait()
            try:
                return writer.submit(event)
            except use_log_writer.LogUnavailable as error:
                errors.append(error.code)

        with mute_logger(use_log_writer.__name__), ThreadPoolExecutor(3) as pool:
            list(pool.map(submit, [dict(good), bad, dict(good)]))
        self.assertEqual(errors, ["refused"])
        self.assertTrue(self.verify().ok)

    def test_a_read_only_database_costs_no_record(self):
        self.record()
        writer = use_log_writer.writer(self.database)
        insert = writer._insert
        refused = []

        def read_only(rows, notes):
            if not refused:
                refused.append(rows)
                error = psycopg2.errors.ReadOnlySqlTransaction("cannot execute INSERT")
                error.__setstate__({"pgcode": "25006"})
                raise error
            return insert(rows, notes)

        self.patch(writer, "_insert", read_only)
        with mute_logger(use_log_writer.__name__):
            self.log._record("list", archives=self.archive, wait=False)
            self.end_transaction()
        actions = [row["action"] for row in self.rows()]
        self.assertEqual(len(refused), 1)
        self.assertEqual(actions.count("list"), 1)
        self.assertEqual(actions[-1], "login")

    def test_records_lost_at_the_end_of_the_server_are_reported(self):
        event = {"user_id": 1, "action": "view", "result": "done"}
        with self.without_database():
            use_log_writer.writer(self.database).submit(event, wait=False)
            with self.assertLogs(use_log_writer.__name__, "ERROR") as logged:
                use_log_writer.stop_all(timeout=0.1)
        self.assertIn("1 records of the use log are lost", logged.output[-1])

    def test_without_keys_a_use_is_refused_at_once(self):
        def locked(known, create):
            raise use_log_writer.vault_process.KeysRefused("missing")

        self.patch(use_log_writer.vault_process, "log_keys", locked)

        def refused():
            with self.assertRaises(UseLogUnavailable):
                self.record()

        with mute_logger(use_log_writer.__name__):
            self._without_waiting(refused)
            use_log_writer.stop_all(timeout=0.1)

    def test_what_a_caller_makes_up_fits_the_columns(self):
        made_up = self.env["insurance.archive"].browse(10**15)
        event_id = self.record(
            "denied",
            archives=made_up,
            content=["x" * 5000, "nul\0"],
            purpose="\ud800" * 100,
            purpose_text="y" * 5000,
            grant_id=2**40,
        )
        row = self.row(event_id)
        self.assertFalse(row["archive_id"])
        self.assertLessEqual(len(row["purpose"]), 64)

    def test_the_words_of_the_user_are_kept_apart_and_may_be_erased(self):
        event_id = self.record(purpose="other", purpose_text="client called")
        row = self.row(event_id)
        with self.cursor() as cr:
            place = [row["writer"], row["n"]]
            where = "FROM insurance_use_note WHERE writer = %s AND n = %s"
            cr.execute(f"SELECT salt, note {where}", place)
            salt, note = cr.fetchone()
            self.assertEqual(note, "client called")
            self.assertEqual(canonical.note_hash(bytes(salt), note), row["note_hash"])
            cr.execute("SET LOCAL insurance_use_log.erase = 'allowed'")
            cr.execute(f"DELETE {where}", place)
            self.assertTrue(self.verify(cr).ok)
            cr.rollback()
