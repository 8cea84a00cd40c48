import os
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .. import vault_ledger, vault_process, vault_rotation
from ..models.insurance_use_log import UseLogUnavailable
from ..tools import cipher, keyring
from ..tools.keyring import KeyringError
from ..vault_process import VaultLocked
from .common_keys import KeysCase
from .common_sweep import forget_sweeps, run_sweeps
from .common_vault import ACCOUNT, HEALTH, ID_NUMBER

WORK_LOGGER = "odoo.addons.insurance_client_archive.models.insurance_sweep_work"


class RotationCase(KeysCase):
    """Some archives with values, under a keyring of their own."""

    def setUp(self):
        super().setUp()
        forget_sweeps(self.env)
        self.archive.write({"bank_account": ACCOUNT, "health_notice": HEALTH})
        self.others = self.env["insurance.archive"].create(
            [
                {
                    "name": "王芳",
                    "agent_id": self.agent.id,
                    "bank_account": f"62220210{number:08d}",
                    "health_notice": f"Notice {number}",
                }
                for number in range(20)
            ]
        )
        self.env.flush_all()
        self.key_model = self.env["insurance.vault.key"].with_user(self.insurance_admin)

    def keys(self):
        """Return {archive id: [(generation, version, state, wrapped)]}."""
        self.env.cr.execute(
            "SELECT archive_id, generation, kek_version, state, wrapped"
            " FROM insurance_vault_key ORDER BY archive_id, generation"
        )
        keys = {}
        for archive_id, *key, wrapped in self.env.cr.fetchall():
            keys.setdefault(archive_id, []).append((*key, wrapped and bytes(wrapped)))
        return keys

    def values(self):
        self.env.cr.execute(
            "SELECT archive_id, slot, generation, sealed FROM insurance_vault_value"
        )
        return {row[:2]: (row[2], bytes(row[3])) for row in self.env.cr.fetchall()}

    def assert_readable(self):
        """Every value opens, and is what was sealed."""
        self.env.invalidate_all()
        opened = self.reveal(self.agent, "id_number", "bank_account", "health_notice")
        self.assertEqual(
            opened,
            {"id_number": ID_NUMBER, "bank_account": ACCOUNT, "health_notice": HEALTH},
        )
        for number, archive in enumerate(self.others):
            opened = self.reveal(self.agent, "health_notice", archive=archive)
            self.assertEqual(opened["health_notice"], f"Notice {number}")

    def versions(self):
        return {key[1] for keys in self.keys().values() for key in keys}

    def rotate(self):
        """Change the master key as people do: prepare, copy the keyring, start."""
        sweep = self.key_model._rotate_master()
        keyring.confirm_backup(self.path)
        self.assertEqual(self.key_model._rotate_master(), sweep)
        return sweep.with_env(self.env)

    def retire(self, version=1, **options):
        self.env.flush_all()
        with self.enter_registry_test_mode():
            self.key_model._retire_master(version, **options)
        self.env.cr.cache.clear()

    def damage(self, archive):
        self.sql(
            "UPDATE insurance_vault_key SET wrapped = set_byte(wrapped, 20,"
            " 255 - get_byte(wrapped, 20)) WHERE archive_id = %s",
            archive.id,
        )


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


@tagged("post_install", "-at_install")
class TestMasterKeyEnd(RotationCase):
    """A master key is destroyed when nothing needs it any more."""

    def test_replaced_master_key_is_destroyed(self):
        self.rotate()
        run_sweeps(self)
        self.retire()
        self.assertEqual(keyring.load(self.path).versions(), [2])
        self.assert_readable()
        entries = [entry for entry in self.entries() if entry.kind == "master"]
        self.assertEqual([entry.content["version"] for entry in entries], [1])

    def test_master_key_that_is_needed_stays(self):
        self.rotate()
        with self.assertRaisesRegex(UserError, "still wrapped"):
            self.retire()
        self.assertEqual(keyring.load(self.path).versions(), [1, 2])
        self.assertFalse(self.entries())

    def test_active_waiting_and_unknown_master_keys_stay(self):
        with self.assertRaisesRegex(UserError, "replaced"):
            self.retire(1)
        self.key_model._rotate_master()
        with self.assertRaisesRegex(UserError, "replaced"):
            self.retire(2)
        with self.assertRaisesRegex(UserError, "no version 9"):
            self.retire(9)
        self.assertEqual(keyring.load(self.path).versions(), [1, 2])

    def test_broken_keys_are_given_up_only_on_purpose(self):
        self.damage(self.others[0])
        self.rotate()
        run_sweeps(self)
        with self.assertRaisesRegex(UserError, "unreadable"):
            self.retire()
        self.retire(give_up_broken=True)
        self.assertEqual(keyring.load(self.path).versions(), [2])

    def test_crash_between_ledger_and_keyring_is_made_good(self):
        self.rotate()
        run_sweeps(self)
        with (
            patch.object(keyring, "remove_master", side_effect=KeyringError("format")),
            self.assertRaises(UserError),
        ):
            self.retire()
        vault_ledger.forget()
        # another connection would carry out what this transaction holds
        self._replace(vault_ledger, "_catch_up", self._catch_up)
        self.env.cr.cache.clear()
        self.assert_readable()
        self.retire()
        self.assertEqual(keyring.load(self.path).versions(), [2])
        self.assert_readable()

    def _catch_up(self, env, held):
        found = vault_ledger.current(held)
        vault_ledger.replay(env.cr, found)
        return found

    def test_keyring_for_development_keeps_its_keys(self):
        self.rotate()
        run_sweeps(self)
        place = vault_process.Location("file", self.path, True)
        with (
            patch.object(vault_process, "location", lambda: place),
            self.assertRaisesRegex(UserError, "development"),
        ):
            self.retire()


@tagged("post_install", "-at_install")
class TestDataKey(RotationCase):
    """A new data key for an archive: every value readable at every moment."""

    def setUp(self):
        super().setUp()
        self.parameter("vault_reveals_per_hour", "100000")

    def start(self, archives=None):
        archives = self.archive if archives is None else archives
        sweep = archives.with_user(self.insurance_admin)._rotate_data_key()
        return sweep.with_env(self.env)

    def states(self, archive=None):
        return [key[2] for key in self.keys()[(archive or self.archive).id]]

    def test_values_get_a_new_key_and_the_old_one_is_destroyed(self):
        before = self.values()
        sweep = self.start()
        run_sweeps(self)
        self.assertEqual((sweep.state, sweep.done_count), ("done", 2))
        self.assertEqual(self.states(), ["retired", "live"])
        self.assertIsNone(self.keys()[self.archive.id][0][3])
        for place, (generation, sealed) in self.values().items():
            if place[0] == self.archive.id:
                self.assertEqual(generation, 2)
                self.assertEqual(cipher.key_number(sealed), 2)
                self.assertEqual(len(sealed), len(before[place][1]))
                self.assertNotEqual(sealed, before[place][1])
            else:
                self.assertEqual((generation, sealed), before[place])
        self.assert_readable()

    def test_values_are_readable_after_each_step_and_a_crash_in_it(self):
        sweep = self.start()
        steps = ["add_generations", "reseal", "retire_generations"]
        for step in steps:
            for before in (True, False):
                self._crash(sweep, step, before)
                self.assert_readable()
        states = []
        while sweep.state == "running":
            self.assertTrue(sweep._step())
            self.assert_readable()
            states.append(tuple(self.states()))
        self.assertIn(("retiring", "live"), states)
        self.assertEqual(states[-1], ("retired", "live"))

    def _crash(self, sweep, step, before):
        """Let the process die before or after a step; move on to that step first."""
        real = getattr(vault_rotation, step)

        def die(*args):
            if not before:
                real(*args)
            raise KeyboardInterrupt

        if step != "add_generations" and self.states() == ["live"]:
            self.assertTrue(sweep._step())
        with patch.object(vault_rotation, step, die):
            try:
                with self.env.cr.savepoint():
                    while sweep._step():
                        self.assertEqual(sweep.state, "running")
            except KeyboardInterrupt:
                return
            # the passes between the steps have to come first
            self.fail("The step was not reached.")

    def test_value_written_meanwhile_is_sealed_with_the_new_key(self):
        sweep = self.start()
        self.assertTrue(sweep._step())
        self.assertEqual(self.states(), ["retiring", "live"])
        self.archive.health_notice = "Written meanwhile"
        self.env.flush_all()
        run_sweeps(self)
        opened = self.reveal(self.agent, "health_notice", "id_number")
        self.assertEqual(
            opened, {"health_notice": "Written meanwhile", "id_number": ID_NUMBER}
        )
        self.assertEqual(sweep.state, "done")

    def test_unreadable_value_keeps_its_key_and_is_listed(self):
        self.sql(
            "UPDATE insurance_vault_value SET sealed = set_byte(sealed, 20,"
            " 255 - get_byte(sealed, 20)) WHERE archive_id = %s AND slot = %s",
            self.archive.id,
            "health_notice",
        )
        sweep = self.start()
        with mute_logger(WORK_LOGGER):
            run_sweeps(self)
        self.assertEqual(self.states(), ["retiring", "live"])
        self.assertRecordValues(
            sweep.item_ids, [{"res_id": self.archive.id, "state": "aside"}]
        )
        opened = self.reveal(self.agent, "id_number", "bank_account")
        self.assertEqual(opened, {"id_number": ID_NUMBER, "bank_account": ACCOUNT})

    def test_old_value_put_back_after_the_change_does_not_open(self):
        old = self.values()[self.archive.id, "health_notice"]
        self.start()
        run_sweeps(self)
        self.sql(
            "UPDATE insurance_vault_value SET sealed = %s, generation = %s"
            " WHERE archive_id = %s AND slot = 'health_notice'",
            old[1],
            old[0],
            self.archive.id,
        )
        with self.assertRaisesRegex(UserError, "can't be opened"):
            self.reveal(self.agent, "health_notice")

    def test_destroyed_archive_gets_no_new_key(self):
        self.sql(
            "UPDATE insurance_vault_key SET state = 'destroyed', wrapped = NULL"
            " WHERE archive_id = %s",
            self.archive.id,
        )
        sweep = self.start()
        run_sweeps(self)
        self.assertEqual((sweep.state, sweep.done_count), ("done", 0))
        self.assertEqual(self.states(), ["destroyed"])

    def test_keys_of_all_archives_are_changed(self):
        archives = self.env["insurance.archive"].with_user(self.insurance_admin)
        sweep = archives._rotate_all_data_keys().with_env(self.env)
        run_sweeps(self)
        self.assertEqual((sweep.state, sweep.error_count), ("done", 0))
        self.assertEqual({value[0] for value in self.values().values()}, {2})
        self.assert_readable()

    def test_both_changes_at_once_do_not_get_into_each_other(self):
        self.rotate()
        archives = self.env["insurance.archive"].with_user(self.insurance_admin)
        archives._rotate_all_data_keys()
        run_sweeps(self)
        self.assertEqual({value[0] for value in self.values().values()}, {2})
        usable = {key[1] for keys in self.keys().values() for key in keys if key[3]}
        self.assertEqual(usable, {2})
        self.assert_readable()

    def test_administrator_changes_the_key_of_an_archive_by_its_number(self):
        self.sql(
            "UPDATE insurance_archive SET number = 'TEST-7316' WHERE id = %s",
            self.archive.id,
        )
        wizards = self.env["insurance.data.key.change"].with_user(self.insurance_admin)
        with self.assertRaisesRegex(UserError, "no archive"):
            wizards.create({"number": "TEST"}).action_change()
        action = wizards.create({"number": " TEST-7316 "}).action_change()
        sweep = self.env[action["res_model"]].browse(action["res_id"])
        self.assertEqual(sweep.scope, {"archive_ids": self.archive.ids})
        action = wizards.create({"number": f"#{self.others[0].id}"}).action_change()
        sweep = self.env[action["res_model"]].browse(action["res_id"])
        self.assertEqual(sweep.scope, {"archive_ids": self.others[0].ids})
        with self.assertRaises(AccessError):
            self.env["insurance.data.key.change"].with_user(self.agent).create({})
