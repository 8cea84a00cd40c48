import datetime

import psycopg2

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools import SQL, mute_logger

from .. import use_log_epoch, use_log_prune
from ..models.insurance_use_prune import InsuranceUsePrune
from .common_use_log import UseLogCase

NEVER = SQL("FALSE")
PRUNED = "insurance_use_pruned"


class PruneCase(UseLogCase):
    """Two chains: one ended long ago, one goes on until today.

    epoch 1: six years old   epoch 2: six years old   epoch 3: young
    """

    def fill(self, cr):
        now = datetime.datetime.now()
        self.old = now - datetime.timedelta(days=6 * 366)
        use_log_epoch.seal(cr, self.keyring, everything=True)
        self.ended = self.old_chain(cr, self.old, self.old)
        long = self.old_chain(cr, self.old, self.old)
        self.first = self.seal_now(cr)
        writer, *place = long
        long = self.old_chain(cr, self.old, writer=writer, begin=place)
        self.second = self.seal_now(cr)
        self.long = self.old_chain(cr, now, now, writer=writer, begin=long[1:])
        self.third = self.seal_now(cr)

    def seal_now(self, cr):
        return use_log_epoch.seal(cr, self.keyring, everything=True)


@tagged("post_install", "-at_install")
class TestUseLogPrune(PruneCase):
    """Whole epochs go; what was before and after can still be recounted."""

    def setUp(self):
        super().setUp()
        # as Odoo's role; tampering takes the role off
        self.env.cr.execute("SELECT current_user")
        (self.role,) = self.env.cr.fetchone()
        self.own = self.superuser_cursor()
        self.addCleanup(self.own.close)
        self.addCleanup(self.own.rollback)
        self.begin()

    def begin(self):
        """Fill a log without what other tests have left."""
        self.own.rollback()
        self.own.execute(SQL("SET LOCAL ROLE %s", SQL.identifier(self.role)))
        self.prune()
        self.fill(self.own)

    def sql(self, query, *params):
        self.own.execute(query, params)

    def count(self, epoch):
        self.sql("SELECT count(*) FROM insurance_use_leaf WHERE epoch_id = %s", epoch)
        return self.own.fetchone()[0]

    def preview(self, hold=NEVER):
        return use_log_prune.preview(self.own, use_log_prune.limit(self.own), hold)

    def prune(self, hold=NEVER, **changes):
        records = []
        for piece in self.preview(hold)[0]:
            record = use_log_prune.announce(
                self.own,
                self.keyring,
                piece,
                use_log_prune.limit(self.own),
                self.compliance.id,
                self.supervisor.id,
            )
            use_log_prune.carry_out(self.own, record)
            records.append(record)
        return records

    def recount(self, **options):
        return self.verify(self.own, first=self.first, **options)

    def tamper(self, query, *params):
        self.sql("RESET ROLE")
        self.sql("SET LOCAL session_replication_role = replica")
        self.sql(query, *params)
        return self.recount()

    def refused(self, query, *params):
        with mute_logger("odoo.sql_db"), self.assertRaises(psycopg2.Error) as caught:
            self.sql(query, *params)
        self.assertEqual(caught.exception.pgcode, "23001")

    def test_only_epochs_past_their_time_are_found(self):
        (piece,), held, dates = self.preview()
        self.assertEqual((piece.first, piece.last), (self.first, self.second))
        self.assertEqual((piece.count, held), (5, 0))
        self.assertEqual(dates, (self.old, self.old))

    def test_an_epoch_with_one_young_record_stays(self):
        self.prune()
        young = datetime.datetime.now() - datetime.timedelta(days=4 * 366)
        use_log_epoch.seal(self.own, self.keyring, everything=True)
        self.old_chain(self.own, self.old, young)
        self.seal_now(self.own)
        self.assertEqual(self.preview()[0], [])

    def test_a_hold_on_one_record_keeps_its_epoch(self):
        hold = SQL("log.writer = %s", self.ended[0])
        (piece,), held, _dates = self.preview(hold)
        self.assertEqual((piece.first, piece.last, held), (self.second, self.second, 2))

    def test_what_is_left_fits(self):
        before = self.recount()
        (record,) = self.prune()
        self.assertEqual(record["count"], 5)
        self.assertFalse(self.count(self.first) + self.count(self.second))
        found = self.recount()
        self.assertEqual((found.kind, found.pruned), ("", 5))
        self.assertEqual(found.events, before.events - 5)

    def test_a_held_epoch_between_pruned_ones_fits(self):
        self.prune(SQL("log.writer = %s", self.ended[0]))
        self.assertEqual(self.recount().kind, "")
        self.assertEqual(self.count(self.first), 4)
        self.prune()
        self.assertEqual((self.recount().kind, self.recount().pruned), ("", 5))

    def test_a_part_after_what_was_pruned_fits(self):
        self.prune()
        self.assertEqual(self.verify(self.own, first=self.third).kind, "")

    def test_the_header_of_a_pruned_epoch_stays_and_counts(self):
        self.prune()
        found = self.tamper(
            "UPDATE insurance_use_epoch SET root = previous WHERE id = %s", self.first
        )
        self.assertEqual((found.kind, found.epoch), ("epoch", self.first))

    def test_the_anchor_still_holds_pruned_epochs(self):
        anchor = self.file_anchor()
        anchor.append([{"epoch": self.first, "hash": "00" * 32}])
        self.prune()
        found = self.recount(anchors=[anchor])
        self.assertEqual((found.kind, found.epoch), ("anchor", self.first))

    def test_a_change_after_what_was_pruned_shows(self):
        self.prune()
        writer, n, _mac = self.long
        found = self.tamper(
            "UPDATE insurance_use_log SET action = 'list' WHERE writer = %s AND n = %s",
            writer,
            n - 1,
        )
        self.assertEqual((found.kind, found.writer, found.n), ("mac", writer, n - 1))

    def test_a_deletion_after_what_was_pruned_shows(self):
        self.prune()
        writer, n, _mac = self.long
        query = "DELETE FROM insurance_use_log WHERE writer = %s AND n = %s"
        found = self.tamper(query, writer, n - 1)
        self.assertEqual((found.kind, found.n), ("missing", n - 1))

    def test_a_deletion_in_a_kept_epoch_before_shows(self):
        self.prune(SQL("log.writer = %s", self.ended[0]))
        found = self.tamper(
            "DELETE FROM insurance_use_log WHERE writer = %s", self.ended[0]
        )
        self.assertEqual((found.kind, found.epoch), ("missing", self.first))

    def test_without_the_record_of_pruning_the_events_are_missing(self):
        self.prune()
        found = self.tamper(f"DELETE FROM {PRUNED}")
        self.assertEqual((found.kind, found.epoch), ("missing", self.first))

    def test_a_changed_record_of_pruning_shows(self):
        self.prune()
        for change in (
            "first_epoch = first_epoch - 1",
            "last_epoch = last_epoch + 1",
            "count = count + 1",
            "approved_by = approved_by + 1",
            "heads = '{}'",
            "signature = decode(repeat('00', 64), 'hex')",
        ):
            with self.subTest(change=change):
                self.sql("SAVEPOINT attempt")
                found = self.tamper(f"UPDATE {PRUNED} SET {change}")
                self.assertEqual(found.kind, "pruned")
                self.sql("ROLLBACK TO SAVEPOINT attempt")

    def test_a_record_that_came_back_to_a_pruned_epoch_shows(self):
        self.prune()
        found = self.tamper(
            "INSERT INTO insurance_use_leaf VALUES (0, %s, 0, 1, 1)", self.first
        )
        self.assertEqual((found.kind, found.epoch), ("leaf", self.first))

    def test_the_words_of_users_go_too(self):
        writer, _n, _mac = self.ended
        self.sql("INSERT INTO insurance_use_note VALUES (%s, 1, '', 'words')", writer)
        self.prune()
        self.sql("SELECT FROM insurance_use_note WHERE writer = %s", writer)
        self.assertFalse(self.own.fetchall())

    def test_an_old_record_is_not_deleted_without_the_record_of_pruning(self):
        self.refused("DELETE FROM insurance_use_log WHERE writer = %s", self.ended[0])

    def test_a_record_of_pruning_stays_as_it_is(self):
        self.prune()
        for query in (
            f"UPDATE {PRUNED} SET count = 0",
            f"DELETE FROM {PRUNED}",
            f"TRUNCATE {PRUNED}",
        ):
            self.sql("SAVEPOINT attempt")
            self.refused(query)
            self.sql("ROLLBACK TO SAVEPOINT attempt")

    def test_a_record_of_pruning_does_not_open_young_epochs(self):
        piece = use_log_prune.Piece(self.third, datetime.datetime.now())
        piece.count = 2
        now = datetime.datetime.now() + datetime.timedelta(days=1)
        record = use_log_prune.announce(self.own, self.keyring, piece, now, 1, 2)
        with mute_logger("odoo.sql_db"), self.assertRaises(psycopg2.Error):
            use_log_prune.carry_out(self.own, record)

    def test_one_person_cannot_ask_and_approve(self):
        piece = self.preview()[0][0]
        with mute_logger("odoo.sql_db"), self.assertRaises(psycopg2.Error):
            use_log_prune.announce(self.own, self.keyring, piece, self.old, 1, 1)

    def test_an_emptied_month_is_dropped(self):
        name = f"insurance_use_log_{self.old:%Y_%m}"
        self.own.rollback()
        self.prune()
        self.sql("SELECT insurance_use_log_add_month(%s)", self.old.date())
        self.fill(self.own)
        self.sql("SELECT insurance_use_log_drop_months()")
        self.assertEqual(self.own.fetchone()[0], 0)
        self.prune()
        self.sql("SELECT insurance_use_log_drop_months()")
        self.assertEqual(self.own.fetchone()[0], 1)
        self.sql("SELECT to_regclass(%s)", name)
        self.assertFalse(self.own.fetchone()[0])
        self.assertEqual(self.recount().kind, "")


@tagged("post_install", "-at_install")
class TestUseLogPruneRequest(PruneCase):
    """One officer asks, another approves, the server deletes."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.officer = cls._user("officer", role="compliance")

    def setUp(self):
        super().setUp()
        with self.cursor() as cr:
            self.fill(cr)
        # what is left of other tests goes with the same request
        self.prunes = self.env["insurance.use.prune"].with_user(self.compliance)

    def request(self):
        with Form(self.prunes) as form:
            form.reason = "Time is over"
        prune = form.record
        prune.with_context(target_state="requested").action_change_state()
        return prune

    def approve(self, prune, user=None):
        prune = prune.with_user(user or self.officer)
        prune.with_context(target_state="approved").action_change_state()

    def test_the_request_shows_what_would_go(self):
        with Form(self.prunes) as form:
            form.reason = "Time is over"
            self.assertGreaterEqual(form.record_count, 5)
        self.assertGreaterEqual(form.record.epoch_count, 2)
        self.assertEqual(form.record.requested_by_id, self.compliance)

    def test_a_second_officer_approves_and_the_server_deletes(self):
        prune = self.request()
        self.approve(prune)
        self.assertEqual(prune.approved_by_id, self.officer)
        prune.sudo()._run()
        self.assertEqual(prune.state, "done")
        self.assertEqual(prune.done_count, prune.record_count)
        self.assertIn(f"-{self.second}", prune.pruned_text)
        self.assertEqual(self.verify(first=self.first).kind, "")
        with self.cursor() as cr:
            cr.execute(
                "SELECT requested_by, approved_by FROM insurance_use_pruned"
                " ORDER BY id DESC LIMIT 1"
            )
            self.assertEqual(cr.fetchone(), (self.compliance.id, self.officer.id))
        actions = [(row["action"], row["user_id"]) for row in self.rows()]
        self.assertIn(("approve", self.officer.id), actions)
        self.assertIn(("prune", self.officer.id), actions)

    def test_a_job_that_was_stopped_goes_on(self):
        prune = self.request()
        self.approve(prune)
        carry_out = use_log_prune.carry_out

        def stopped(cr, record):
            raise ConnectionError

        self.patch(use_log_prune, "carry_out", stopped)
        with self.assertRaises(ConnectionError):
            prune.sudo()._run()
        self.assertEqual(self.verify(first=self.first).kind, "")
        self.patch(use_log_prune, "carry_out", carry_out)
        prune.sudo()._run()
        self.assertEqual(prune.state, "done")

    def test_nobody_approves_the_own_request(self):
        prune = self.request()
        with self.assertRaises(UserError):
            self.approve(prune, self.compliance)

    def test_who_changes_the_request_does_not_approve_it(self):
        prune = self.request()
        theirs = prune.with_user(self.officer)
        with self.assertRaisesRegex(UserError, "stays as it is"):
            theirs.write({"state": "approved", "reason": "All of it"})
        self.assertEqual(prune.state, "requested")
        theirs.write({"state": "draft"})
        theirs.write({"state": "requested", "reason": "All of it"})
        with self.assertRaisesRegex(UserError, "Somebody else"):
            self.approve(prune)
        self.approve(prune, self.compliance)
        self.assertEqual(prune.state, "approved")

    def test_only_compliance_asks_and_approves(self):
        prune = self.request()
        for user in (self.agent, self.supervisor, self.insurance_admin):
            with self.assertRaises(AccessError):
                self.approve(prune, user)
            with self.assertRaises(AccessError):
                self.prunes.with_user(user).create({"reason": "?"})

    def test_the_younger_records_cannot_be_asked_for(self):
        with self.assertRaises(ValidationError):
            self.prunes.create({"reason": "?", "before": fields.Date.today()})

    def test_nobody_writes_what_the_server_fills_in(self):
        prune = self.request()
        for vals in (
            {"approved_by_id": self.officer.id},
            {"requested_by_id": self.officer.id},
            {"done_count": 1},
            {"reason": "another"},
            {"state": "done"},
        ):
            with self.assertRaises(UserError):
                prune.write(vals)
        with self.assertRaises(UserError):
            prune.unlink()
        self.approve(prune)
        with self.assertRaises(UserError):
            prune.write({"state": "done"})

    def test_other_officers_are_asked(self):
        self.request()
        activities = self.env["mail.activity"].search(
            [("user_id", "=", self.officer.id)]
        )
        self.assertIn("old use records", activities[:1].summary)

    def test_a_hold_of_another_addon_is_heeded(self):
        hold = SQL("log.writer = %s", self.ended[0])
        self.patch(InsuranceUsePrune, "_prune_hold_condition", lambda prune: hold)
        prune = self.request()
        self.assertEqual(prune.held_count, 2)
        self.approve(prune)
        prune.sudo()._run()
        with self.cursor() as cr:
            cr.execute(
                "SELECT count(*) FROM insurance_use_log WHERE writer = %s",
                [self.ended[0]],
            )
            self.assertEqual(cr.fetchone()[0], 2)

    def test_a_request_without_records_is_refused(self):
        prune = self.prunes.create({"reason": "?", "before": "1990-01-01"})
        with self.assertRaises(UserError):
            prune.with_context(target_state="requested").action_change_state()
