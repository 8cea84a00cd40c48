import os
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .. import vault_process, vault_rotation
from ..models.insurance_use_record import UseLogUnavailable
from ..tools import keyring
from ..vault_process import VaultLocked
from .common_rotation import WORK_LOGGER, RotationCase
from .common_sweep import run_sweeps


@tagged("post_install", "-at_install")
class TestMasterKey(RotationCase):
    """A new master key: every data key wrapped anew, none of them changed."""

    def setUp(self):
        super().setUp()
        self.parameter("vault_reveals_per_hour", "100000")

    def test_all_data_keys_are_wrapped_by_the_new_master_key(self):
        before, values = self.keys(), self.values()
        sweep = self.rotate()
        run_sweeps(self)
        after = self.keys()
        self.assertEqual((sweep.state, sweep.done_count), ("done", len(before)))
        self.assertEqual(self.versions(), {2})
        wrapped = {key[3] for keys in before.values() for key in keys}
        self.assertFalse(wrapped & {key[3] for keys in after.values() for key in keys})
        self.assertEqual(self.values(), values)
        self.assert_readable()

    def test_values_can_be_opened_and_sealed_at_every_step(self):
        steps = [
            self.key_model._rotate_master,
            lambda: keyring.confirm_backup(self.path),
            self.key_model._rotate_master,
            lambda: run_sweeps(self),
            lambda: self.retire(1),
        ]
        for number, step in enumerate(steps):
            step()
            self.env.cr.cache.clear()
            self.assert_readable()
            archive = self._archive(name="李强", health_notice=f"New {number}")
            opened = self.reveal(self.agent, "health_notice", archive=archive)
            self.assertEqual(opened["health_notice"], f"New {number}")

    def test_prepared_key_is_not_used_before_its_backup_is_confirmed(self):
        sweep = self.key_model._rotate_master()
        self.assertEqual(sweep.state, "draft")
        self.assertEqual(keyring.load(self.path).versions(), [1, 2])
        self.assertEqual(self.held.active_version, 1)
        with self.assertRaisesRegex(UserError, "backup"):
            sweep.action_start()
        self.assertEqual(self.held.active_version, 1)
        # asking again prepares no other
        self.assertEqual(self.key_model._rotate_master(), sweep)
        self.assertEqual(keyring.load(self.path).versions(), [1, 2])

    def test_server_with_an_old_copy_of_the_keyring_is_locked_when_it_counts(self):
        with open(self.path, "rb") as file:
            old_copy = file.read()
        self.key_model._rotate_master()
        self._archive(name="李强", health_notice="sealed between")
        with open(self.path, "rb") as file:
            new_copy = file.read()
        self._put(old_copy)
        self.assert_readable()
        self._put(new_copy)
        keyring.confirm_backup(self.path)
        self.key_model._rotate_master()
        self._put(old_copy)
        with self.assertRaises(VaultLocked) as locked:
            vault_process.keys(self.env, sealing=True)
        self.assertEqual(locked.exception.code, "fingerprint")

    def _put(self, content):
        with open(self.path, "wb") as file:
            file.write(content)
        self.env.cr.cache.clear()

    def test_broken_keys_are_marked_and_listed_and_stop_nothing(self):
        self.damage(self.others[3])
        sweep = self.rotate()
        run_sweeps(self)
        self.assertEqual((sweep.state, sweep.error_count), ("done", 1))
        self.assertIn(str(self.others[3].id), sweep.item_ids.message)
        keys = self.keys()
        self.assertEqual(keys[self.others[3].id][0][1:3], (1, "broken"))
        rest = {key[1:3] for i, (key,) in keys.items() if i != self.others[3].id}
        self.assertEqual(rest, {(2, "live")})
        self.assertIn(("key", "failed"), self.actions())

    def test_broken_key_that_was_brought_back_is_wrapped_on_retry(self):
        self.damage(self.others[3])
        sweep = self.rotate()
        run_sweeps(self)
        sweep.item_ids.with_user(self.insurance_admin).action_retry()
        run_sweeps(self)
        self.assertEqual((sweep.state, sweep.error_count), ("done", 1))
        self.damage(self.others[3])  # twice is as it was
        sweep.item_ids.with_user(self.insurance_admin).action_retry()
        run_sweeps(self)
        self.assertEqual((sweep.state, sweep.error_count), ("done", 0))
        self.assertEqual(self.versions(), {2})
        self.assert_readable()

    def test_key_under_an_unknown_master_key_is_broken(self):
        self.sql(
            "UPDATE insurance_vault_key SET kek_version = 99 WHERE archive_id = %s",
            self.others[3].id,
        )
        sweep = self.rotate()
        run_sweeps(self)
        self.assertEqual((sweep.state, sweep.error_count), ("done", 1))

    def test_destroyed_keys_stay_destroyed(self):
        self.sql(
            "UPDATE insurance_vault_key SET state = 'destroyed', wrapped = NULL"
            " WHERE archive_id = %s",
            self.others[3].id,
        )
        self.rotate()
        run_sweeps(self)
        self.assertEqual(self.keys()[self.others[3].id], [(1, 1, "destroyed", None)])

    def test_key_that_changes_meanwhile_is_not_overwritten(self):
        held = self.held
        rows = vault_rotation._lock_stale_keys
        with self.subTest("nothing is stale"):
            self.assertFalse(rows(self.env, held, 0, 2**31 - 1, 100))
        keyring.add_master(self.path)
        keyring.activate_master(self.path, 2)
        key = rows(self.env, self.held, 0, 2**31 - 1, 1)[0]
        done = vault_rotation._swap_keys(self.env, [(key.id, b"other", b"new", 2)])
        self.assertEqual(done, 0)
        self.assertEqual(self.versions(), {1})

    def test_lost_keyring_stops_the_sweep_and_it_continues_later(self):
        sweep = self.rotate()
        os.rename(self.path, self.path + ".away")
        self.env.cr.cache.clear()
        with mute_logger(WORK_LOGGER):
            run_sweeps(self)
        self.assertEqual(sweep.state, "failed")
        self.assertIn("keyring", sweep.message)
        os.rename(self.path + ".away", self.path)
        self.key_model._rotate_master()
        run_sweeps(self)
        self.assertEqual(sweep.state, "done")
        self.assertEqual(self.versions(), {2})

    def test_cancelled_change_is_taken_up_again(self):
        sweep = self.rotate()
        sweep.with_user(self.insurance_admin).action_cancel()
        run_sweeps(self)
        self.assertEqual(self.versions(), {1})
        again = self.key_model._rotate_master()
        self.assertNotEqual(again, sweep)
        run_sweeps(self)
        self.assertEqual(self.held.versions(), [1, 2])
        self.assertEqual(self.versions(), {2})

    def test_census_counts_keys_by_master_key_and_state(self):
        count = len(self.keys())
        self.assertEqual(
            self.key_model._census(),
            [
                {
                    "version": 1,
                    "state": "live",
                    "count": count,
                    "active": True,
                    "held": True,
                }
            ],
        )
        self.rotate()
        rows = {(row["version"], row["count"]) for row in self.key_model._census()}
        self.assertEqual(rows, {(1, count), (2, 0)})
        run_sweeps(self)
        rows = {(row["version"], row["count"]) for row in self.key_model._census()}
        self.assertEqual(rows, {(1, 0), (2, count)})

    def test_only_administrators_of_the_archive_change_keys(self):
        system = self._user("system", role="compliance")
        system.group_ids |= self.env.ref("base.group_system")
        for user in (self.agent, self.supervisor, self.compliance, system):
            for env in (self.env(user=user.id), self.env(user=user.id, su=True)):
                with self.assertRaises(AccessError):
                    env["insurance.vault.key"]._rotate_master()
                with self.assertRaises(AccessError):
                    env["insurance.vault.key"]._retire_master(1)
                with self.assertRaises(AccessError):
                    self.archive.with_env(env)._rotate_data_key()
        self.assertEqual(self.held.versions(), [1])

    def test_every_step_is_in_the_log_before_it_happens(self):
        self.rotate()
        run_sweeps(self)
        self.retire(1)
        steps = [use["content"][0] for use in self.uses if use["action"] == "key"]
        self.assertEqual(
            steps,
            [
                "prepare_master:2",
                "rotate_master:start",
                "activate_master:2",
                "rotate_master:finish",
                "destroy_master:1",
            ],
        )

    def test_without_the_log_no_key_is_touched(self):
        def refuse(*args, **event):
            raise UseLogUnavailable("no log")

        with open(self.path, "rb") as file:
            before = file.read()
        with (
            patch.object(type(self.env["insurance.use.log"]), "_record", refuse),
            self.assertRaises(UseLogUnavailable),
        ):
            self.key_model._rotate_master()
        with open(self.path, "rb") as file:
            self.assertEqual(file.read(), before)
