import os

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .. import vault_ledger, vault_process, vault_report, vault_shred
from ..tools import keyring
from ..vault_process import Location
from .common_keys import KeysCase
from .common_sweep import run_sweeps

MODULE = "insurance_client_archive"


@tagged("post_install", "-at_install")
class TestKeysScreen(KeysCase):
    """What administrators see and do, and that nobody else does."""

    def overview(self, user=None):
        overviews = self.env["insurance.vault.overview"]
        overviews = overviews.with_user(user or self.insurance_admin)
        return overviews.browse(overviews.action_open()["res_id"])

    def test_open_vault(self):
        overview = self.overview()
        self.assertEqual(overview.state, "open")
        self.assertEqual(overview.live_count, 1)
        self.assertEqual(overview.mode, "0600")
        self.assertEqual(overview.path, self.path)
        self.assertEqual(overview.cipher, "AES-256-GCM")
        self.assertEqual(overview.master_version, 1)
        self.assertEqual(overview.master_days, 0)
        self.assertEqual(overview.ledger_state, "empty")

    def test_screen_shows_no_key(self):
        with open(self.path) as file:
            text = file.read()
        overview = self.overview()
        shown = str(overview.read()) + str(overview.master_ids.read())
        for word in text.replace('"', " ").split():
            if len(word) > 40:
                self.assertNotIn(word, shown)
        self.assertNotIn(overview.master_ids.fingerprint, text)

    def test_locked_vault_says_what_to_do(self):
        os.chmod(self.path, 0o644)
        self.env.cr.cache.clear()
        overview = self.overview()
        self.assertEqual(overview.state, "locked")
        self.assertIn("can be read by others", overview.message)
        self.assertIn("chmod 600", overview.advice)

    def test_missing_keyring_says_what_to_do(self):
        os.unlink(self.path)
        self.env.cr.cache.clear()
        overview = self.overview()
        self.assertEqual(overview.state, "locked")
        self.assertIn(self.path, overview.advice)
        # what the database knows is shown all the same
        self.assertEqual(overview.master_ids.state, "absent")
        self.assertEqual(overview.live_count, 1)

    def test_every_reason_has_its_advice(self):
        codes = {*keyring.KeyringError.MESSAGES, *vault_ledger.LedgerError.MESSAGES}
        for code in codes - {"exists", "in_use", "unwritable"}:
            with self.subTest(code=code):
                self.assertTrue(vault_report.advice(self.env, code, self.path))

    def test_confirmed_backup_names_who_and_when(self):
        self.assertFalse(self.overview().backup_date)
        self.overview().action_confirm_backup()
        self.assertTrue(self.overview().backup_date)
        self.assertEqual(self.uses[-1]["content"], ["confirm_backup"])
        self.assertEqual(self.uses[-1]["user"], self.insurance_admin.id)

    def test_backup_of_a_wrong_keyring_is_not_confirmed(self):
        other = f"{self.path}.other"
        keyring.create(other)
        place = Location("file", other, False)
        self._replace(vault_process, "location", lambda: place)
        self.env.cr.cache.clear()
        with self.assertRaises(UserError):
            self.overview().action_confirm_backup()
        self.assertFalse(keyring.load(other).backup_confirmed)

    def test_new_master_key_waits_for_the_backup(self):
        keyring.add_master(self.path)
        masters = self.overview().master_ids
        self.assertEqual(
            [(master.version, master.state) for master in masters],
            [(2, "waiting"), (1, "active")],
        )
        self.assertEqual(masters.mapped("total_count"), [0, 1])
        self.assertEqual(masters.mapped("share"), [0, 100])
        self.assertFalse(self.overview().backup_date)

    def test_active_master_key_is_not_destroyed(self):
        master = self.overview().master_ids
        with self.assertRaisesRegex(UserError, "was replaced"):
            master.action_retire()

    def test_destruction_of_a_master_key_asks_for_the_password(self):
        keyring.add_master(self.path)
        keyring.activate_master(self.path, 2)
        old = self.overview().master_ids.filtered(lambda master: master.version == 1)
        action = old.action_retire()
        wizard = self.env[action["res_model"]].with_user(self.insurance_admin)
        wizard = wizard.browse(action["res_id"])
        with self.assertRaisesRegex(UserError, "over HTTP"):
            wizard.action_retire()
        self.assertEqual(keyring.load(self.path).versions(), [1, 2])

    def test_change_of_the_master_key_asks_for_the_password(self):
        for name in ("action_rotate", "action_two_factor"):
            with self.assertRaisesRegex(UserError, "over HTTP"):
                getattr(self.overview(), name)()

    def test_master_key_is_changed_after_its_backup(self):
        # the password is asked for over the wire only
        rotate = type(self.overview()).action_rotate.__wrapped__
        rotate(self.overview())
        overview = self.overview()
        self.assertEqual(overview.rotation_state, "draft")
        self.assertEqual(overview.master_version, 1)
        overview.action_confirm_backup()
        rotate(self.overview())
        self.assertTrue(self.overview().is_working)
        run_sweeps(self)
        overview = self.overview()
        self.assertEqual(overview.rotation_state, "done")
        self.assertEqual(overview.master_version, 2)
        self.assertEqual(overview.master_ids.mapped("total_count"), [1, 0])
        self.assertEqual(overview.master_ids.mapped("state"), ["active", "old"])

    def test_check_finds_nothing_wrong(self):
        action = self.overview().action_check()
        run_sweeps(self)
        sweep = self.env["insurance.sweep"].browse(action["res_id"])
        self.assertEqual((sweep.state, sweep.error_count), ("done", 0))
        self.assertEqual(self.overview().check_id, sweep)

    def test_check_finds_damage_and_raises_an_alarm(self):
        other = self._archive(name="王芳", annual_income="7")
        self.sql(
            "UPDATE insurance_vault_value SET sealed = set_byte(sealed, 20,"
            " get_byte(sealed, 20) # 1) WHERE archive_id = %s",
            other.id,
        )
        sweep = self.env["insurance.sweep"].browse(
            self.overview().action_check()["res_id"]
        )
        run_sweeps(self)
        self.assertEqual((sweep.done_count, sweep.error_count), (1, 1))
        self.assertEqual(sweep.item_ids.res_id, other.id)
        self.assertEqual(self.overview().check_errors, 1)
        [alarm] = [use for use in self.uses if use["action"] == "alarm"]
        self.assertEqual(alarm["ids"], other.ids)

    def test_ledger_is_told(self):
        vault_shred.shred(self.archive)
        overview = self.overview()
        self.assertEqual(overview.ledger_state, "current")
        self.assertEqual(overview.ledger_entries, 1)
        self.assertEqual(overview.destroyed_count, 1)
        self.assertEqual(overview.ledger_head, self.entries()[0].hash[:8])

    def test_wrong_ledger_is_told(self):
        vault_shred.shred(self.archive)
        os.unlink(self.ledger_path)
        self.env.cr.cache.clear()
        overview = self.overview()
        self.assertEqual(overview.state, "locked")
        self.assertIn("ledger", overview.advice)

    def test_users_without_two_factor_are_counted_and_shown(self):
        overview = self.overview()
        domain = overview.action_users_without()["domain"]
        users = self.env["res.users"].search(domain)
        self.assertEqual(len(users), overview.without_two_factor_count)
        self.assertIn(self.agent, users)

    def test_old_master_key_is_reported(self):
        self.parameter("vault_master_days", "1")
        overview = self.overview()
        self.assertFalse(overview.master_due)
        overview.invalidate_recordset()
        dates = keyring._read(self.path)
        dates["master_dates"]["1"] = "2020-01-01T00:00:00+00:00"
        keyring._replace(self.path, dates)
        self.assertTrue(self.overview().master_due)

    def test_nobody_else_sees_or_does_anything(self):
        overview = self.overview()
        outsiders = (
            self.agent,
            self.supervisor,
            self.archivist,
            self.compliance,
            self.accountant,
        )
        for user in outsiders:
            with self.subTest(user=user.login):
                with self.assertRaises(AccessError):
                    self.overview(user)
                for name in ("read", "action_confirm_backup", "action_check"):
                    with self.assertRaises(AccessError):
                        getattr(overview.with_user(user), name)()
                for model in ("insurance.vault.master", "insurance.vault.retire"):
                    with self.assertRaises(AccessError):
                        self.env[model].with_user(user).search([])
        self.assertFalse(keyring.load(self.path).backup_confirmed)

    def test_menu_is_for_administrators(self):
        menu = self.env.ref(f"{MODULE}.menu_keys")
        visible = self.env["ir.ui.menu"].with_user(self.insurance_admin)
        self.assertIn(menu.id, visible._visible_menu_ids())
        visible = self.env["ir.ui.menu"].with_user(self.supervisor)
        self.assertNotIn(menu.id, visible._visible_menu_ids())
