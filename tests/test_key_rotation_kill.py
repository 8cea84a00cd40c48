"""Workers are killed while the master key changes: no key is lost or done twice."""

import contextlib
import os
import shutil
import tempfile

import psycopg2
import sweep_workers

from odoo import SUPERUSER_ID, api, sql_db
from odoo.modules.registry import Registry
from odoo.tests import BaseCase, get_db_name, tagged

from odoo.addons.insurance_client_archive import (
    use_log_writer,
    vault_process,
    vault_store,
)
from odoo.addons.insurance_client_archive.tools import keyring

ARCHIVES = 6
GENERATIONS = 500
KILLS = 3


@tagged("post_install", "-at_install")
class TestKeyRotationKill(BaseCase):
    """What is committed here is taken away again at the end."""

    def setUp(self):
        super().setUp()
        self.registry = Registry(get_db_name())
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        self.path = os.path.join(self.folder, "keyring")
        with self._env() as env:
            # the keyring of this server stays as it is; a copy of it changes
            vault_process.keys(env, sealing=True)
        shutil.copy(vault_process.location().path, self.path)
        place = vault_process.Location("file", self.path, False)
        self.patch(vault_process, "location", lambda: place)
        self.addCleanup(use_log_writer.stop_all)
        self._keep("insurance_vault_fingerprint", "name, value")
        self._keep("insurance_vault_key", "id, kek_version, wrapped, state")
        self._make_keys()

    @contextlib.contextmanager
    def _env(self):
        """Give an environment in a transaction of its own, which is committed."""
        with self.registry.cursor() as cr:
            yield api.Environment(cr, SUPERUSER_ID, {"tracking_disable": True})

    def _keep(self, table, columns):
        """Bring the rows of a table back at the end."""
        with self._env() as env:
            env.cr.execute(f"SELECT {columns} FROM {table}")
            rows = env.cr.fetchall()
        restore = getattr(self, f"_restore{table.removeprefix('insurance_vault')}")
        self.addCleanup(restore, rows)

    def _restore_fingerprint(self, rows):
        with self._env() as env:
            env.cr.execute("DELETE FROM insurance_vault_fingerprint")
            for row in rows:
                env.cr.execute(
                    "INSERT INTO insurance_vault_fingerprint (name, value)"
                    " VALUES (%s, %s)",
                    row,
                )

    def _restore_key(self, rows):
        with self._env() as env:
            env.cr.execute(sweep_workers.NO_COUNTER)
            for key_id, *row in rows:
                env.cr.execute(
                    "UPDATE insurance_vault_key"
                    " SET kek_version = %s, wrapped = %s, state = %s WHERE id = %s",
                    [*row, key_id],
                )

    def _make_keys(self):
        with self._env() as env:
            archives = env["insurance.archive"].create(
                [{"name": "张伟", "agent_id": SUPERUSER_ID}] * ARCHIVES
            )
            self.addCleanup(self._remove, archives.ids)
            held = vault_process.keys(env, sealing=True)
            env.flush_all()
            for archive in archives.sudo():
                self._make_generations(env, held, archive)
            env.cr.execute(
                sweep_workers.counter("insurance_vault_key", "id", "kek_version")
            )

    def _make_generations(self, env, held, archive):
        for generation in range(1, GENERATIONS + 1):
            _key, version, wrapped = vault_store.new_data_key(
                held, archive.uuid, generation
            )
            env.cr.execute(
                "INSERT INTO insurance_vault_key"
                " (archive_id, generation, kek_version, wrapped, state)"
                " VALUES (%s, %s, %s, %s, %s)",
                (
                    archive.id,
                    generation,
                    version,
                    psycopg2.Binary(wrapped),
                    "live" if generation == GENERATIONS else "retiring",
                ),
            )

    def _remove(self, archive_ids):
        with self._env() as env:
            archives = env["insurance.archive"].browse(archive_ids)
            partners = archives.partner_id
            archives.unlink()
            partners.unlink()
            env["insurance.sweep"].search([("kind", "=", "rotate_master")]).unlink()

    def _opened(self):
        """Return {key id: data key}, opened with the keyring as it is now."""
        held = keyring.load(self.path)
        with self._env() as env:
            env.cr.execute(
                "SELECT key.id, archive.uuid, generation, kek_version, wrapped"
                " FROM insurance_vault_key key"
                " JOIN insurance_archive archive ON archive.id = key.archive_id"
                " WHERE wrapped IS NOT NULL"
            )
            return {
                key_id: held.unwrap(
                    version, bytes(wrapped), vault_store.key_context(uuid, generation)
                )
                for key_id, uuid, generation, version, wrapped in env.cr.fetchall()
            }

    def _start(self):
        with self._env() as env:
            env["insurance.vault.key"]._rotate_master()
            keyring.confirm_backup(self.path)
            return env["insurance.vault.key"]._rotate_master().id

    def test_each_key_is_wrapped_once_though_workers_are_killed(self):
        before = self._opened()
        workers = sweep_workers.Workers(self.folder, self.path, max_chunk=40)
        self.addCleanup(workers.close)
        _name, parameters = sql_db.connection_info_for(get_db_name())
        connection = psycopg2.connect(**parameters)
        self.addCleanup(connection.close)
        watcher = sweep_workers.Watcher(connection)
        sweep_id = self._start()
        killed = sweep_workers.kill_again_and_again(
            workers, watcher, len(before), KILLS
        )
        self.assertEqual(killed, KILLS)
        self.assertEqual(watcher.writes(), ({1: len(before)}, {2}))
        self.assertEqual(self._opened(), before)
        with self._env() as env:
            sweep = env["insurance.sweep"].browse(sweep_id)
            self.assertEqual(sweep.state, "done")
            self.assertEqual(sweep.done_count, len(before))
            self.assertEqual(sweep.error_count, 0)
            versions = {
                row["version"]
                for row in env["insurance.vault.key"]._census()
                if row["count"] and row["state"] in ("live", "retiring")
            }
            self.assertEqual(versions, {2})
