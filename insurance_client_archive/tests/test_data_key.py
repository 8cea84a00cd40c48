from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .. import vault_rotation
from ..tools import cipher
from .common_rotation import WORK_LOGGER, RotationCase
from .common_sweep import run_sweeps
from .common_vault import ACCOUNT, ID_NUMBER


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
