from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import tagged

from .. import vault_ledger, vault_process
from ..tools import keyring
from ..tools.keyring import KeyringError
from .common_rotation import RotationCase
from .common_sweep import run_sweeps


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
