from unittest.mock import patch

import psycopg2

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..models.insurance_sweep import InsuranceSweep
from ..models.insurance_sweep_claim import Part
from ..models.insurance_sweep_failure import TOO_MANY
from ..models.insurance_use_record import InsuranceUseLog, UseLogUnavailable
from ..sweep_kind import Chunk, Failure, SweepStopped
from .common_sweep import SweepCase, run_sweeps

WORK_LOGGER = "odoo.addons.insurance_client_archive.models.insurance_sweep_work"


@tagged("post_install", "-at_install")
class TestSweep(SweepCase):
    """Bulk work: all of it, each row once, whatever happens in between."""

    def test_all_rows_are_worked_on_once(self):
        sweep = self.start()
        self.assertEqual((sweep.state, sweep.total_count), ("running", 1000))
        run_sweeps(self)
        self.assertEqual(self.worked(), {1: 1000})
        self.assertRecordValues(
            sweep,
            [{"state": "done", "done_count": 1000, "error_count": 0, "progress": 100}],
        )
        self.assertTrue(sweep.date_end >= sweep.date_start)

    def test_nothing_to_do_is_done_at_once(self):
        self.env.cr.execute("TRUNCATE sweep_target")
        sweep = self.start()
        run_sweeps(self)
        self.assertEqual((sweep.state, sweep.done_count), ("done", 0))

    def test_one_row_is_worked_on(self):
        self.env.cr.execute("DELETE FROM sweep_target WHERE id <> 700")
        sweep = self.start()
        run_sweeps(self)
        self.assertEqual(self.worked(), {1: 1})
        self.assertEqual((sweep.state, sweep.done_count), ("done", 1))

    def test_chunks_grow_when_they_are_fast_and_shrink_when_slow(self):
        sweep = self.start()

        def following(limit, seconds, looked=None, span=None):
            part = Part(1, 100, 10**6, limit, span)
            done = looked or limit
            return sweep._next_limit(part, Chunk(done, 100 + done), seconds)

        self.assertEqual(following(500, 0.01), 2000)
        self.assertEqual(following(500, 0.5), 1000)
        self.assertEqual(following(500, 10), 125)
        self.assertEqual(following(1, 60), 1)
        # the rest of a part, and rows beside one that fails, say little
        self.assertEqual(following(500, 0.1, looked=10), 500)
        self.assertEqual(following(500, 0.001, looked=1, span=1), 500)

    def test_next_part_begins_with_the_size_that_was_learned(self):
        sweep = self.start()
        first = sweep._claim()
        self.assertEqual(first.limit, self.kind.limit)
        sweep._advance(first, Chunk(first.until - first.after, first.until), 0.001)
        second = sweep._claim()
        self.assertNotEqual(second.id, first.id)
        self.assertGreater(second.limit, first.limit)

    def test_a_chunk_never_gets_more_than_its_limit(self):
        with self.kind_with(limit=7):
            self.start()
            run_sweeps(self)
        self.assertEqual(self.calls[0][2], 7)
        self.assertEqual(self.worked(), {1: 1000})

    def test_progress_is_kept_with_the_work_itself(self):
        sweep = self.start()
        self.assertGreater(sweep._step(), 0)
        done = sum(part[2] for part in self.parts(sweep))
        self.assertEqual(self.worked()[1], done)
        # the process dies before it commits
        with self.env.cr.savepoint() as savepoint:
            sweep._step()
            savepoint.rollback()
        self.assertEqual(sum(part[2] for part in self.parts(sweep)), done)
        self.assertEqual(self.worked()[1], done)

    def test_starting_twice_gives_the_same_sweep(self):
        sweep = self.start(team=1)
        self.assertEqual(self.start(team=1), sweep)
        self.assertNotEqual(self.start(team=2), sweep)

    def test_database_refuses_the_same_work_twice(self):
        sweep = self.start()
        with self.assertRaises(psycopg2.IntegrityError), mute_logger("odoo.sql_db"):
            sweep.sudo().copy({"state": "running"})

    def run_to_end(self, sweep):
        self.env.flush_all()
        with self.enter_registry_test_mode(), self.registry.cursor() as cr:
            env = self.env(cr=cr)
            env["insurance.sweep"]._run_to_end(sweep.with_env(env))
        self.env.invalidate_all()

    def test_command_line_works_on_one_sweep_to_its_end(self):
        sweep, other = self.start(team=1), self.start(team=2)
        self.run_to_end(sweep)
        self.assertEqual((sweep.state, other.state), ("done", "running"))

    def test_command_line_does_not_wait_for_ever(self):
        with self.kind_with(by_state=True):
            self.locked = {5}
            sweep = self.start()
            self.run_to_end(sweep)
        self.assertEqual((sweep.state, self.worked()), ("running", {0: 1, 1: 999}))

    def test_rate_and_time_left_follow_the_work(self):
        sweep = self.start()
        self.assertEqual((sweep.rate, sweep.time_left), (0, False))
        with self.kind_with(limit=7):
            self.env.cr.execute("UPDATE insurance_sweep_part SET chunk_size = 7")
            self.assertEqual(sweep._step(), 7)
        self.env.cr.execute(
            "UPDATE insurance_sweep SET date_run = date_run - interval '7 seconds'"
        )
        self.env.invalidate_all()
        self.assertAlmostEqual(sweep.rate, 1, delta=0.1)
        self.assertEqual(sweep.progress, 0.7)
        self.assertTrue(sweep.time_left)
        self.assertFalse(sweep.stalled)
        self.env.cr.execute(
            "UPDATE insurance_sweep_part"
            " SET write_date = write_date - interval '10 minutes'"
        )
        self.env.cr.execute(
            "UPDATE insurance_sweep SET date_run = date_run - interval '10 minutes'"
        )
        self.env.invalidate_all()
        self.assertTrue(sweep.stalled)

    def test_time_is_up_asks_for_more_time(self):
        sweep = self.start()
        with patch.object(
            type(self.env["ir.cron"]), "_commit_progress", lambda *args, **kw: 0
        ):
            self.assertTrue(self.env["insurance.sweep"]._work())
        self.assertEqual(sweep.state, "running")


@tagged("post_install", "-at_install")
class TestSweepControl(SweepCase):
    """Pause, continue, cancel, and who may."""

    def test_pause_acts_between_two_chunks(self):
        sweep = self.start()
        chunk = self._chunk

        def pause_meanwhile(*args):
            done = chunk(*args)
            if len(self.calls) == 3:
                self.as_user(sweep, self.insurance_admin).action_pause()
            return done

        with patch.object(InsuranceSweep, "_sweep_test_chunk", pause_meanwhile):
            run_sweeps(self)
        self.assertEqual((sweep.state, len(self.calls)), ("paused", 3))
        self.assertEqual(sweep.done_count, self.worked()[1])
        self.assertLess(sweep.done_count, 1000)
        run_sweeps(self)
        self.assertEqual(len(self.calls), 3)
        self.as_user(sweep, self.insurance_admin).action_resume()
        run_sweeps(self)
        self.assertEqual(self.worked(), {1: 1000})
        self.assertEqual(sweep.state, "done")

    def test_cancelled_work_is_not_continued(self):
        sweep = self.as_user(self.start(), self.insurance_admin)
        sweep.action_cancel()
        run_sweeps(self)
        self.assertEqual(self.worked(), {0: 1000})
        self.assertTrue(sweep.date_end)
        for action in ("action_resume", "action_pause", "action_start"):
            with self.assertRaisesRegex(UserError, "another point"):
                getattr(sweep, action)()

    def test_state_that_has_changed_meanwhile_is_not_overwritten(self):
        sweep = self.start()
        self.assertEqual(sweep.state, "running")
        self.env.cr.execute(
            "UPDATE insurance_sweep SET state = 'done' WHERE id = %s", [sweep.id]
        )
        with self.assertRaisesRegex(UserError, "another point"):
            self.as_user(sweep, self.insurance_admin).action_pause()

    def test_only_the_group_of_the_kind_starts_it(self):
        for user in (self.agent, self.supervisor, self.compliance, self.accountant):
            sweeps = self.env["insurance.sweep"].with_user(user)
            for start in (sweeps, sweeps.sudo()):
                with self.assertRaises(AccessError):
                    start._start("test")
        self.assertFalse(self.env["insurance.sweep"].search([("kind", "=", "test")]))

    def test_administrator_stops_work_of_others_but_does_not_start_it(self):
        with self.kind_with(group="insurance_client_archive.group_compliance"):
            sweep = self.start(self.compliance)
            self.as_user(sweep, self.insurance_admin).action_pause()
            with self.assertRaises(AccessError):
                self.as_user(sweep, self.insurance_admin).action_resume()
            self.as_user(sweep, self.compliance).action_resume()
            self.as_user(sweep, self.insurance_admin).action_cancel()

    def test_others_see_no_work_but_their_own(self):
        with self.kind_with(group="insurance_client_archive.group_agent"):
            sweep = self.start(self.agent)
            self.assertTrue(self.as_user(sweep, self.agent).has_access("read"))
            for action in ("action_pause", "action_cancel", "action_retry"):
                with self.assertRaises(AccessError):
                    getattr(self.as_user(sweep, self.agent2), action)()

    def test_nobody_writes_sweeps_directly(self):
        sweep = self.as_user(self.start(), self.insurance_admin)
        with self.assertRaises(AccessError):
            sweep.write({"state": "done"})
        with self.assertRaises(AccessError):
            sweep.create({"kind": "test"})
        with self.assertRaises(AccessError):
            sweep.unlink()
        part = sweep.env["insurance.sweep.part"]
        with self.assertRaises(AccessError):
            part.search([])

    def test_work_as_the_user_has_the_rights_of_the_user(self):
        seen = []
        chunk = self._chunk

        def spy(sweeps, *args):
            seen.append((sweeps.env.uid, sweeps.env.su))
            return chunk(sweeps, *args)

        with (
            self.kind_with(as_user=True),
            patch.object(InsuranceSweep, "_sweep_test_chunk", spy),
        ):
            self.start()
            run_sweeps(self)
        self.assertEqual(set(seen), {(self.insurance_admin.id, False)})

    def test_sweep_of_a_missing_addon_waits_without_harm(self):
        sweep = self.start()
        with patch.object(InsuranceSweep, "_kinds", lambda sweeps: {}):
            run_sweeps(self)
            with self.assertRaisesRegex(UserError, "not installed"):
                self.as_user(sweep, self.agent.browse(1)).action_resume()
        self.assertEqual(sweep.state, "running")

    def test_use_log_knows_before_the_work_begins(self):
        def refuse(*args, **event):
            raise UseLogUnavailable("no log")

        with (
            self.kind_with(use="key"),
            patch.object(InsuranceUseLog, "_record", refuse),
            self.assertRaises(UseLogUnavailable),
        ):
            self.start()

    def test_use_log_has_begin_and_end(self):
        uses = []

        def keep(log, action, content=(), **event):
            uses.append((action, *content))

        with (
            self.kind_with(use="key"),
            patch.object(InsuranceUseLog, "_record", keep),
        ):
            self.start()
            run_sweeps(self)
        self.assertEqual(uses, [("key", "test:start"), ("key", "test:finish")])


@tagged("post_install", "-at_install")
class TestSweepFailures(SweepCase):
    """Rows that fail do not stop the others."""

    def setUp(self):
        super().setUp()
        logger = mute_logger(WORK_LOGGER)
        self.enterContext(logger)

    def test_bad_rows_are_set_aside_after_three_tries(self):
        self.bad = {1: ValueError("canary"), 500: UserError("Not this one")}
        sweep = self.start()
        run_sweeps(self)
        self.assertEqual(self.worked(), {0: 2, 1: 998})
        self.assertEqual((sweep.state, sweep.error_count), ("done", 2))
        self.assertRecordValues(
            sweep.item_ids,
            [
                {"res_id": 1, "attempts": 3, "state": "aside", "message": "ValueError"},
                {
                    "res_id": 500,
                    "attempts": 3,
                    "state": "aside",
                    "message": "Not this one",
                },
            ],
        )

    def test_neighbours_of_bad_rows_are_worked_on_once(self):
        self.bad = {number: ValueError() for number in (3, 4, 5, 999, 1000)}
        self.start()
        run_sweeps(self)
        self.assertEqual(self.worked(), {0: 5, 1: 995})

    def test_row_that_works_at_the_second_try_is_no_error(self):
        self.bad = {700: ValueError()}
        sweep = self.start()
        chunk = self._chunk

        def heal(sweeps, sweep, after, until, limit):
            if (after, until) == (699, 700) and self.calls[-1][:2] == (699, 700):
                self.bad.clear()
            return chunk(sweeps, sweep, after, until, limit)

        with patch.object(InsuranceSweep, "_sweep_test_chunk", heal):
            run_sweeps(self)
            self.bad.clear()
            run_sweeps(self)
        self.assertEqual(self.worked(), {1: 1000})
        self.assertFalse(sweep.item_ids)

    def test_failures_that_a_chunk_reports_are_listed(self):
        self.bad = {
            10: Failure(10, "Too old"),
            20: Failure(20, "Broken for good", settled=True),
        }
        sweep = self.start()
        run_sweeps(self)
        self.assertEqual(self.worked(), {0: 2, 1: 998})
        self.assertEqual(sweep.item_ids.mapped("attempts"), [3, 1])
        self.assertEqual(set(sweep.item_ids.mapped("state")), {"aside"})

    def test_retry_gives_another_three_tries(self):
        self.bad = {500: ValueError()}
        sweep = self.start()
        run_sweeps(self)
        run_sweeps(self)
        self.assertEqual(sweep.item_ids.attempts, 3)
        self.as_user(sweep, self.insurance_admin).item_ids.action_retry()
        run_sweeps(self)
        self.assertEqual((sweep.state, sweep.item_ids.attempts), ("done", 3))
        self.bad.clear()
        self.as_user(sweep, self.insurance_admin).action_retry()
        self.assertEqual(sweep.state, "running")
        run_sweeps(self)
        self.assertEqual(self.worked(), {1: 1000})
        self.assertEqual((sweep.state, sweep.error_count), ("done", 0))

    def test_work_in_which_everything_fails_stops(self):
        self.bad = {number: ValueError() for number in range(1, 1001)}
        sweep = self.start()
        run_sweeps(self)
        self.assertEqual(sweep.state, "failed")
        self.assertIn("Row after row", sweep.message)
        self.assertEqual(sweep.error_count, TOO_MANY)
        self.bad.clear()
        self.as_user(sweep, self.insurance_admin).action_resume()
        run_sweeps(self)
        self.assertEqual(self.worked(), {1: 1000})
        self.assertEqual(sweep.state, "done")

    def test_sweep_that_can_not_go_on_says_why_and_continues_later(self):
        self.bad = {500: SweepStopped("The keys are gone.")}
        sweep = self.start()
        run_sweeps(self)
        self.assertEqual((sweep.state, sweep.message), ("failed", "The keys are gone."))
        self.bad.clear()
        self.as_user(sweep, self.insurance_admin).action_resume()
        self.assertFalse(sweep.message)
        run_sweeps(self)
        self.assertEqual(self.worked(), {1: 1000})

    def test_meeting_another_transaction_is_not_the_fault_of_a_row(self):
        self.bad = {500: psycopg2.errors.SerializationFailure()}
        sweep = self.start()
        self.env.flush_all()
        with self.enter_registry_test_mode(), self.registry.cursor() as cr:
            sweep.with_env(sweep.env(cr=cr))._work()
        self.env.invalidate_all()
        self.assertEqual((sweep.state, sweep.error_count), ("running", 0))
        self.bad.clear()
        run_sweeps(self)
        self.assertEqual(self.worked(), {1: 1000})
        self.assertEqual(sweep.state, "done")

    def test_rows_held_by_others_get_another_pass(self):
        with self.kind_with(by_state=True):
            self.locked = {5, 500}
            sweep = self.start()
            run_sweeps(self)
            self.assertEqual((sweep.state, sweep.done_count), ("running", 998))
            self.locked.clear()
            run_sweeps(self)
            self.assertEqual((sweep.state, sweep.done_count), ("done", 1000))
        self.assertEqual(self.worked(), {1: 1000})

    def test_rows_set_aside_do_not_keep_a_sweep_by_state_running(self):
        with self.kind_with(by_state=True):
            self.bad = {5: ValueError()}
            sweep = self.start()
            run_sweeps(self)
        self.assertEqual((sweep.state, sweep.error_count), ("done", 1))

    def test_chunk_that_does_not_move_on_is_an_error(self):
        with patch.object(
            InsuranceSweep, "_sweep_test_chunk", lambda s, w, after, u, n: (0, after)
        ):
            sweep = self.start()
            with (
                self.enter_registry_test_mode(),
                self.registry.cursor() as cr,
                self.assertRaisesRegex(ValueError, "did not move on"),
            ):
                sweep.with_env(sweep.env(cr=cr))._work()
