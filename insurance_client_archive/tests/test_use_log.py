import contextlib
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import psycopg2

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .. import use_log_epoch, use_log_schema, use_log_verify, use_log_writer
from ..models.insurance_use_log import UseLogUnavailable
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

        with self.without_database():
            self.assertLess(self.seconds(refused), 2)
            # nobody waits in a queue behind those who waited in vain
            self.assertLess(self.seconds(refused), 0.5)
            use_log_writer.stop_all(timeout=0.1)

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
            self.assertLess(self.seconds(self.hand_over), 0.5)
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
            self.assertLess(self.seconds(refused), 1)
            use_log_writer.stop_all()

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


@tagged("post_install", "-at_install")
class TestUseLogVerification(UseLogCase):
    """Whatever is changed or taken away, verification names the place."""

    def setUp(self):
        super().setUp()
        use_log_writer.stop_all()
        self.seal()
        with self.cursor() as cr:
            cr.execute("SELECT max(id) FROM insurance_use_epoch")
            self.start = cr.fetchone()[0] + 1
        self.sealed = [self.row(self.record()) for _turn in range(5)]
        self.epoch = self.seal()
        self.sealed_later = [self.row(self.record()) for _turn in range(3)]
        self.last_epoch = self.seal()
        self.unsealed = [self.row(self.record()) for _turn in range(3)]
        self.anchor = self.file_anchor()
        self.tell_anchor()

    def tell_anchor(self):
        with self.cursor() as cr:
            cr.execute(
                "SELECT id AS epoch, encode(hash, 'hex') AS hash"
                " FROM insurance_use_epoch WHERE id > %s ORDER BY id",
                [self.anchor.last()],
            )
            self.anchor.append(cr.dictfetchall())

    def tamper(self, *queries, anchors=()):
        with self.tampering() as cr:
            for query, *params in queries:
                cr.execute(query, params)
            return self.verify(cr, anchors, first=self.start)

    def assert_misfit(self, found, kind, row=None, epoch=None):
        self.assertEqual(found.kind, kind)
        if row:
            self.assertEqual((found.writer, found.n), (row["writer"], row["n"]))
        if epoch:
            self.assertEqual(found.epoch, epoch)

    def test_an_untouched_log_fits(self):
        found = self.verify(anchors=[self.anchor], first=self.start)
        self.assertEqual(found.kind, "")
        self.assertEqual(found.epochs, 2)
        self.assertEqual(found.unsealed, 3)
        self.assertEqual(found.anchored, 2)
        # the event of the writer that began the chain counts, too
        self.assertEqual(found.events, 12)

    def test_every_changed_column_shows(self):
        row = self.sealed[2]
        for change in (
            "user_id = user_id + 1",
            "date = date + interval '1 microsecond'",
            "action = 'view'",
            "archive_id = NULL",
            "purpose = 'other'",
            "result = 'denied'",
            "count = 2",
            "content = 'name'",
            "caller_id = NULL",
            "mac = decode(repeat('00', 32), 'hex')",
        ):
            with self.subTest(change=change):
                found = self.tamper(
                    (f"UPDATE insurance_use_log SET {change} WHERE id = %s", row["id"])
                )
                self.assert_misfit(found, "mac", row, self.epoch)

    def test_a_changed_event_that_is_not_sealed_yet_shows(self):
        row = self.unsealed[1]
        found = self.tamper(
            ("UPDATE insurance_use_log SET action = 'view' WHERE id = %s", row["id"])
        )
        self.assert_misfit(found, "mac", row)

    def test_a_deleted_event_shows(self):
        row = self.sealed[3]
        found = self.tamper(("DELETE FROM insurance_use_log WHERE id = %s", row["id"]))
        self.assert_misfit(found, "missing", row, self.epoch)

    def test_a_deleted_event_shows_when_its_leaf_is_deleted_too(self):
        row = self.sealed[3]
        found = self.tamper(
            ("DELETE FROM insurance_use_log WHERE id = %s", row["id"]),
            ("DELETE FROM insurance_use_leaf WHERE log_id = %s", row["id"]),
        )
        self.assertIn(found.kind, ("gap", "leaf"))
        self.assertEqual(found.epoch, self.epoch)

    def test_a_gap_among_events_not_sealed_yet_shows(self):
        row = self.unsealed[1]
        found = self.tamper(("DELETE FROM insurance_use_log WHERE id = %s", row["id"]))
        self.assert_misfit(found, "gap", row)

    def test_a_deleted_sealed_tail_shows(self):
        first = self.sealed_later[1]
        found = self.tamper(
            (
                "DELETE FROM insurance_use_log WHERE writer = %s AND n >= %s",
                first["writer"],
                first["n"],
            )
        )
        self.assert_misfit(found, "missing", first, self.last_epoch)

    def test_a_sealed_tail_deleted_with_its_leaves_shows(self):
        first = self.sealed_later[1]
        place = (first["writer"], first["n"])
        found = self.tamper(
            ("DELETE FROM insurance_use_log WHERE writer = %s AND n >= %s", *place),
            ("DELETE FROM insurance_use_leaf WHERE writer = %s AND n >= %s", *place),
        )
        self.assert_misfit(found, "missing", first, self.last_epoch)

    def tail_and_epoch(self):
        first = self.sealed_later[0]
        place = (first["writer"], first["n"])
        return (
            ("DELETE FROM insurance_use_log WHERE writer = %s AND n >= %s", *place),
            ("DELETE FROM insurance_use_leaf WHERE epoch_id = %s", self.last_epoch),
            ("DELETE FROM insurance_use_epoch WHERE id = %s", self.last_epoch),
        )

    def test_a_tail_deleted_with_its_epoch_shows_through_the_anchor(self):
        found = self.tamper(*self.tail_and_epoch(), anchors=[self.anchor])
        self.assert_misfit(found, "anchor_missing", epoch=self.last_epoch)

    def test_without_an_anchor_a_tail_deleted_with_its_epoch_is_not_seen(self):
        # the limit that the documentation names
        self.assertTrue(self.tamper(*self.tail_and_epoch()).ok)

    def test_an_epoch_sealed_anew_shows_through_the_anchor(self):
        with self.tampering() as cr:
            for query, *params in self.tail_and_epoch():
                cr.execute(query, params)
            # not even the keys help: the old hash is outside
            cr.execute(
                "DELETE FROM insurance_use_leaf WHERE epoch_id = %s", [self.epoch]
            )
            cr.execute("DELETE FROM insurance_use_epoch WHERE id = %s", [self.epoch])
            for n in range(2):
                use_log_epoch.seal(cr, self.keyring)
                cr.execute(
                    "INSERT INTO insurance_use_log (writer, n, date, user_id, action,"
                    " result, mac) VALUES (1, %s, now(), 1, 'view', 'done', '')",
                    [n],
                )
            found = self.verify(cr, [self.anchor], first=self.start)
        self.assert_misfit(found, "anchor", epoch=self.epoch)

    def test_a_missing_epoch_shows(self):
        found = self.tamper(
            ("DELETE FROM insurance_use_epoch WHERE id = %s", self.epoch)
        )
        self.assert_misfit(found, "epoch_missing", epoch=self.epoch)

    def test_a_changed_epoch_shows(self):
        for change in ("count = count + 1", "date = now()", "root = previous"):
            with self.subTest(change=change):
                found = self.tamper(
                    (
                        f"UPDATE insurance_use_epoch SET {change} WHERE id = %s",
                        self.epoch,
                    )
                )
                self.assert_misfit(found, "epoch", epoch=self.epoch)

    def test_a_signature_by_another_key_shows(self):
        found = self.tamper(
            (
                "UPDATE insurance_use_epoch SET signature = "
                "decode(repeat('00', 64), 'hex') WHERE id = %s",
                self.epoch,
            )
        )
        self.assert_misfit(found, "signature", epoch=self.epoch)

    def test_leaves_in_another_order_show(self):
        found = self.tamper(
            (
                "UPDATE insurance_use_leaf SET position = -position"
                " WHERE epoch_id = %s",
                self.epoch,
            )
        )
        self.assertIn(found.kind, ("leaf", "gap"))

    def test_verification_tells_how_far_it_is(self):
        told = []
        self.patch(use_log_verify, "FETCH", 4)
        self.verify(first=self.start, progress=lambda *step: told.append(step))
        self.assertEqual(told, [(4, 9), (8, 9), (12, 9)])

    def test_a_part_of_the_log_can_be_verified(self):
        found = self.verify(first=self.last_epoch)
        self.assertEqual((found.kind, found.epochs, found.events), ("", 1, 6))

    def test_one_record_has_a_proof(self):
        with self.cursor() as cr:
            proof = use_log_epoch.proof(cr, self.sealed[1]["id"])
        self.assertTrue(proof["holds"])
        self.assertEqual(proof["epoch"], self.epoch)
        self.assertTrue(self.keyring.verify(proof["hash"], proof["signature"]))

    def test_an_event_that_is_not_sealed_has_no_proof_yet(self):
        with self.cursor() as cr:
            self.assertIsNone(use_log_epoch.proof(cr, self.unsealed[0]["id"]))

    def test_nothing_to_seal_makes_no_epoch(self):
        self.assertTrue(self.seal())
        self.assertFalse(self.seal())

    def test_the_file_anchor_survives_half_a_line(self):
        with open(self.anchor.path, "a", encoding="utf-8") as file:
            file.write('{"log": "half')
        self.seal()
        self.tell_anchor()
        found = self.verify(anchors=[self.anchor], first=self.start)
        self.assertEqual((found.kind, found.anchored), ("", 3))
