"""Workers are killed while all clients are classified: each is classified once."""

import contextlib
import tempfile

import psycopg2
import segment_rows
import sweep_workers

from odoo import SUPERUSER_ID, api, sql_db
from odoo.modules.registry import Registry
from odoo.tests import BaseCase, get_db_name, tagged

KILLS = 3


@tagged("post_install", "-at_install")
class TestSegmentKill(BaseCase):
    """The clients of the demo data; what is committed here is taken away again."""

    def setUp(self):
        super().setUp()
        self.registry = Registry(get_db_name())
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        with self._env() as env:
            segment_rows.keep(env.cr)
        self.addCleanup(self._restore)
        self.workers = sweep_workers.Workers(folder.name, max_chunk=4)
        self.addCleanup(self.workers.close)

    @contextlib.contextmanager
    def _env(self):
        """Give an environment in a transaction of its own, which is committed."""
        with self.registry.cursor() as cr:
            yield api.Environment(cr, SUPERUSER_ID, {})

    def _restore(self):
        with self._env() as env:
            env.cr.execute(sweep_workers.NO_COUNTER)
            env["insurance.sweep"].search([("kind", "=like", "segment_%")]).unlink()
            segment_rows.restore(env.cr)

    def _begin(self, kind):
        """Let nobody be classified and start a sweep; return (id, rows, watcher)."""
        with self._env() as env:
            segment_rows.forget(env.cr, figures=kind == "segment_refresh")
            env["insurance.sweep"].search([("kind", "=", kind)]).unlink()
            env.cr.execute(
                sweep_workers.counter(
                    segment_rows.CLASSES, "archive_id", events=("INSERT", "UPDATE")
                )
            )
            sweep_id = env["insurance.client.class"]._start_sweep(kind).id
            total = env["insurance.sweep"].browse(sweep_id).total_count
        _name, parameters = sql_db.connection_info_for(get_db_name())
        watcher = sweep_workers.Watcher(psycopg2.connect(**parameters))
        self.addCleanup(watcher.connection.close)
        return sweep_id, total, watcher

    def _sweep(self, kind, kills):
        """Classify everybody from the beginning; return what is on file then."""
        sweep_id, total, watcher = self._begin(kind)
        self.assertEqual(
            sweep_workers.kill_again_and_again(self.workers, watcher, total, kills),
            kills,
        )
        self.assertEqual(watcher.writes()[0], {1: total})
        with self._env() as env:
            sweep = env["insurance.sweep"].browse(sweep_id)
            self.assertEqual(sweep.state, "done")
            self.assertEqual((sweep.done_count, sweep.error_count), (total, 0))
            return segment_rows.digest(env.cr)

    def _press(self, sweep_id, button):
        """Press a button of the sweep, as an administrator in another process does."""
        with self._env() as env:
            getattr(env["insurance.sweep"].browse(sweep_id), f"action_{button}")()

    def _two_workers(self):
        return [self.workers.start(), self.workers.start()]

    def _wait(self, pids):
        self.assertEqual([self.workers.wait(pid) for pid in pids], [0, 0])

    def test_two_workers_pause_and_go_on_and_the_progress_is_theirs(self):
        sweep_id, total, watcher = self._begin("segment_refresh")
        pids = self._two_workers()
        watcher.wait_for(total // 4)
        self._press(sweep_id, "pause")
        self._wait(pids)
        with self._env() as env:
            sweep = env["insurance.sweep"].browse(sweep_id)
            self.assertEqual(sweep.state, "paused")
            self.assertEqual(sweep.done_count, watcher.written())
            self.assertAlmostEqual(sweep.progress, 100 * watcher.written() / total)
            self.assertFalse(sweep.time_left)
        self._press(sweep_id, "resume")
        self._wait(self._two_workers())
        with self._env() as env:
            sweep = env["insurance.sweep"].browse(sweep_id)
            self.assertEqual((sweep.state, sweep.progress), ("done", 100))
        self.assertEqual(watcher.writes()[0], {1: total})

    def test_two_workers_stop_when_the_work_is_cancelled(self):
        sweep_id, total, watcher = self._begin("segment_refresh")
        pids = self._two_workers()
        watcher.wait_for(total // 4)
        self._press(sweep_id, "cancel")
        self._wait(pids)
        written = watcher.written()
        self.assertLess(written, total)
        self._wait(self._two_workers())
        self.assertEqual(watcher.written(), written)
        with self._env() as env:
            self.assertEqual(
                env["insurance.sweep"].browse(sweep_id).done_count, written
            )

    def test_refresh_ends_the_same_though_workers_are_killed(self):
        undisturbed = self._sweep("segment_refresh", kills=0)
        self.assertEqual(self._sweep("segment_refresh", KILLS), undisturbed)

    def test_classification_ends_the_same_though_workers_are_killed(self):
        undisturbed = self._sweep("segment_classify", kills=0)
        self.assertEqual(self._sweep("segment_classify", KILLS), undisturbed)
