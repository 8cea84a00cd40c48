import os
from unittest.mock import patch

from odoo.exceptions import ConcurrencyError, UserError
from odoo.tests import tagged

from .. import vault_ledger, vault_process, vault_shred
from ..models.insurance_archive_shred import InsuranceArchive
from ..models.insurance_use_record import InsuranceUseLog, UseLogUnavailable
from ..tools import keyring
from ..vault_process import VaultLocked
from .common_keys import KeysCase

TABLES = [
    f"insurance_vault_{name}" for name in ("fingerprint", "key", "value", "index")
]


@tagged("post_install", "-at_install")
class TestShredding(KeysCase):
    """After destruction nothing sealed opens again, and that is known outside."""

    def shred(self, archive=None):
        vault_shred.shred(archive or self.archive)

    def test_keys_values_and_index_go(self):
        self.shred()
        self.assertEqual(self.keys_of(), [(1, "destroyed", True)])
        self.assertEqual(self.rows_of("value"), 0)
        self.assertEqual(self.rows_of("index"), 0)

    def test_every_generation_goes(self):
        self.sql(
            "INSERT INTO insurance_vault_key (archive_id, generation, kek_version,"
            " wrapped, state) SELECT archive_id, 2, 1, wrapped, 'retiring'"
            " FROM insurance_vault_key WHERE archive_id = %s",
            self.archive.id,
        )
        self.shred()
        self.assertEqual(
            self.keys_of(), [(1, "destroyed", True), (2, "destroyed", True)]
        )
        self.assertEqual(self.entries()[0].content["generations"], [1, 2])

    def test_nothing_is_shown_found_or_opened_afterwards(self):
        self.shred()
        with self.calling(self.agent) as env:
            self.assertFalse(self.archive.with_env(env).id_number)
        self.assertEqual(
            self.reveal(self.agent, "health_notice"), {"health_notice": False}
        )

    def test_nothing_is_sealed_under_a_destroyed_archive(self):
        self.shred()
        with self.assertRaisesRegex(UserError, "were destroyed"):
            self.archive.health_notice = "New notice"
        self.assertEqual(self.rows_of("value"), 0)
        self.assertNotIn("alarm", [action for action, _result in self.actions()])

    def test_archive_without_a_key_gets_none_afterwards(self):
        archive = self._archive(name="王芳")
        self.shred(archive)
        self.assertEqual(self.keys_of(archive), [(1, "destroyed", True)])
        with self.assertRaises(UserError):
            archive.health_notice = "New notice"

    def test_other_archives_stay_readable(self):
        other = self._archive(name="王芳", health_notice="Asthma")
        self.shred()
        self.assertEqual(
            self.reveal(self.agent, "health_notice", archive=other),
            {"health_notice": "Asthma"},
        )

    def test_ledger_names_archive_generations_and_day_but_no_person(self):
        self.shred()
        [entry] = self.entries()
        self.assertEqual(entry.kind, "archive")
        self.assertEqual(
            entry.content.keys(), {"uuid", "generations", "master", "date"}
        )
        self.assertEqual(entry.content["uuid"], self.archive.sudo().uuid)
        with open(self.ledger_path) as file:
            self.assertNotIn("张伟", file.read())

    def test_use_is_recorded_before_the_ledger_and_the_ledger_before_the_effect(self):
        order = []
        record, destroy = InsuranceUseLog._record, vault_ledger.destroy

        def recording(log, action, *args, **event):
            order.append((action, len(self.entries()), self.rows_of("value") > 0))
            return record(log, action, *args, **event)

        def destroying(cr, uuids):
            order.append(("effect", len(self.entries()), self.rows_of("value") > 0))
            return destroy(cr, uuids)

        with (
            patch.object(InsuranceUseLog, "_record", recording),
            patch.object(vault_ledger, "destroy", destroying),
        ):
            self.shred()
        self.assertEqual(order, [("destroy", 0, True), ("effect", 1, True)])

    def test_without_a_record_nothing_is_destroyed(self):
        def refuse(log, *args, **event):
            raise UseLogUnavailable("no")

        with (
            patch.object(InsuranceUseLog, "_record", refuse),
            self.assertRaises(UseLogUnavailable),
        ):
            self.shred()
        self.assertEqual(self.keys_of(), [(1, "live", False)])
        self.assertFalse(self.entries())

    def test_without_a_ledger_nothing_is_destroyed(self):
        os.mkdir(self.ledger_path)
        with self.assertRaises(VaultLocked) as refused:
            self.shred()
        self.assertEqual(refused.exception.code, "ledger_unreadable")
        self.assertEqual(self.keys_of(), [(1, "live", False)])

    def test_ledger_that_can_not_be_written_stops_destruction(self):
        with (
            patch("os.fsync", side_effect=OSError(28, "No space left on device")),
            self.assertRaises(VaultLocked),
        ):
            self.shred()
        self.assertEqual(self.keys_of(), [(1, "live", False)])
        self.assertFalse(self.entries())

    def test_held_archive_is_not_destroyed(self):
        reason = "A court holds this archive."

        def hold(archives):
            raise UserError(reason)

        with (
            patch.object(InsuranceArchive, "_check_shred", hold),
            self.assertRaises(UserError),
        ):
            self.shred()
        self.assertEqual(self.keys_of(), [(1, "live", False)])
        self.assertFalse(self.entries())
        self.assertNotIn(("destroy", "done"), self.actions())

    def test_repeated_destruction_has_one_entry(self):
        self.shred()
        self.shred()
        self.assertEqual(len(self.entries()), 1)

    def test_crash_behind_the_ledger_is_finished_by_replay(self):
        def crash(cr, uuids):
            raise RuntimeError("power cut")

        with (
            self.assertRaises(RuntimeError),
            patch.object(vault_ledger, "destroy", crash),
            self.env.cr.savepoint(),
        ):
            self.shred()
        self.env.cr.cache.clear()
        self.assertEqual(self.keys_of(), [(1, "live", False)])
        self.assertEqual(len(self.entries()), 1)
        vault_ledger.replay(self.env.cr, vault_ledger.current(self.held_file()))
        self.assertEqual(self.keys_of(), [(1, "destroyed", True)])

    def held_file(self):
        return vault_process._open(vault_process.location(), create=False)

    def back_up(self):
        for table in TABLES:
            self.sql(f"CREATE TEMP TABLE backup_{table} AS SELECT * FROM {table}")

    def restore(self):
        """Give the database what a backup from before the destruction has."""
        for table in TABLES:
            self.sql(f"DELETE FROM {table}")
            self.sql(f"INSERT INTO {table} SELECT * FROM backup_{table}")
        self.env.cr.cache.clear()

    def test_restored_key_opens_nothing(self):
        self.back_up()
        self.shred()
        self.restore()
        # another transaction can't see the rows of this one: it is told to begin anew
        with self._no_waiting(), self.assertRaises(ConcurrencyError):
            self.reveal(self.agent, "health_notice")
        vault_ledger.replay(self.env.cr, vault_ledger.current(self.held_file()))
        self.assertEqual(self.keys_of(), [(1, "destroyed", True)])

    def _no_waiting(self):
        def caught_up(env, held):
            return vault_ledger.current(held)

        return patch.object(vault_ledger, "_catch_up", caught_up)

    def test_replay_tells_what_it_did_once(self):
        self.back_up()
        self.shred()
        self.restore()
        found = vault_ledger.current(self.held_file())
        self.assertEqual(vault_ledger.replay(self.env.cr, found), 1)
        self.assertEqual(vault_ledger.replay(self.env.cr, found), 0)

    def assertLocked(self, code):
        self.env.cr.cache.clear()
        with self.assertRaises(VaultLocked) as locked:
            vault_process.keys(self.env)
        self.assertEqual(locked.exception.code, code)
        self.assertIn("ledger", str(locked.exception))

    def test_missing_ledger_locks(self):
        self.shred()
        os.unlink(self.ledger_path)
        self.assertLocked("ledger_missing")

    def test_shortened_ledger_locks(self):
        self.shred()
        self.shred(self._archive(name="王芳"))
        with open(self.ledger_path) as file:
            first = file.readline()
        with open(self.ledger_path, "w") as file:
            file.write(first)
        self.assertLocked("ledger_short")

    def test_changed_ledger_locks(self):
        self.shred()
        with open(self.ledger_path) as file:
            text = file.read()
        with open(self.ledger_path, "w") as file:
            file.write(text.replace(self.archive.sudo().uuid, "0" * 36))
        self.assertLocked("ledger_damaged")

    def test_ledger_with_another_past_locks(self):
        self.shred()
        os.unlink(self.ledger_path)
        with vault_ledger.ledger.writing(self.ledger_path, self.held_file()) as (
            _found,
            append,
        ):
            append("archive", {"uuid": "0" * 36, "generations": [1]})
        self.assertLocked("ledger_other")

    def test_unchanged_ledger_costs_no_query(self):
        self.shred()
        self.env.cr.cache.clear()
        with self.assertQueryCount(1):
            vault_process.keys(self.env)
            vault_process.keys(self.env)

    def test_destruction_has_its_dates(self):
        self.assertFalse(self.archive._shred_dates())
        self.shred()
        dates = self.archive._shred_dates()[self.archive]
        self.assertEqual(dates["live"], self.entries()[0].content["date"])
        self.assertIsNone(dates["files"])
        self.assertIsNone(dates["backups"])
        self.assertGreater(dates["backups_planned"], dates["live"])

    def test_files_are_clean_from_the_purge_on(self):
        self.shred()
        self._append("purge", until=1, wal=True, database="x", date="2030-01-01")
        dates = self.archive._shred_dates()[self.archive]
        self.assertEqual(dates["files"], "2030-01-01")

    def _purge_by_night(self):
        """Run the scheduled action; return how often the files were cleaned."""
        with (
            patch.object(
                vault_shred, "purge", return_value={"held_back": False}
            ) as purge,
            self.enter_registry_test_mode(),
        ):
            cron = self.env.ref("insurance_client_archive.ir_cron_purge_keys")
            cron.method_direct_trigger()
        return purge.call_count

    def test_files_are_cleaned_in_the_night_after_a_destruction(self):
        self.assertEqual(self._purge_by_night(), 0)
        self.shred()
        self.assertEqual(self._purge_by_night(), 1)
        known = self.entries()[-1].number
        self._append("purge", until=known, wal=True, database="x", date="2030-01-01")
        # that was another database
        self.assertEqual(self._purge_by_night(), 1)
        name = self.env.cr.dbname
        self._append("purge", until=known, wal=True, database=name, date="2030-01-01")
        self.assertEqual(self._purge_by_night(), 0)

    def test_locked_vault_is_not_purged(self):
        self.shred()
        os.unlink(self.ledger_path)
        self.assertEqual(self._purge_by_night(), 0)

    def test_backups_are_unreadable_when_the_master_key_is_gone(self):
        self.shred()
        keyring.add_master(self.path)
        keyring.activate_master(self.path, 2)
        self.assertIsNone(self.archive._shred_dates()[self.archive]["backups"])
        self._append("master", version=1, date="2031-01-01")
        keyring.remove_master(self.path, 1)
        self.env.cr.cache.clear()
        vault_ledger.replay(self.env.cr, vault_ledger.current(self.held_file()))
        dates = self.archive._shred_dates()[self.archive]
        self.assertEqual(dates["backups"], "2031-01-01")

    def _append(self, kind, **content):
        with vault_ledger.writing(self.env, self.held_file()) as (_found, append):
            append(kind, content)

    def test_restored_backup_with_a_destroyed_master_key_is_no_wrong_keyring(self):
        self.back_up()
        keyring.add_master(self.path)
        keyring.activate_master(self.path, 2)
        self._append("master", version=1, date="2031-01-01")
        keyring.remove_master(self.path, 1)
        self.restore()
        with self._no_waiting():
            self.assertEqual(vault_process.keys(self.env).versions(), [2])

    def test_no_remote_call_destroys(self):
        for name in ("shred", "destroy", "action_shred", "_shred"):
            self.assertFalse(hasattr(self.archive, name), name)
