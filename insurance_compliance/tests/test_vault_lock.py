from odoo.exceptions import AccessError, UserError

from odoo.addons.insurance_client_archive import vault_process
from odoo.addons.insurance_client_archive.tests.common_keys import KeysCase
from odoo.addons.insurance_client_archive.vault_process import VaultLocked


class TestVaultLock(KeysCase):
    """Compliance locks the vault; two persons open it again."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.officer = cls._user("officer2", role="compliance")

    def as_person(self, user):
        env = self.env(user=user.id, su=False)
        before = self.env.transaction.default_env
        self.env.transaction.default_env = env
        self.addCleanup(setattr, self.env.transaction, "default_env", before)
        return env["insurance.vault.lock"]

    def lock(self):
        lock = self.as_person(self.compliance)._lock("Master key seen in a mail")
        self.env.invalidate_all()
        return lock

    def test_locked_vault_opens_and_seals_nothing(self):
        self.lock()
        with self.assertRaises(VaultLocked) as locked:
            self.reveal(self.agent, "id_number")
        self.assertEqual(locked.exception.code, "incident")
        with self.assertRaises(VaultLocked):
            self.archive.with_user(self.agent).write({"annual_income": "2"})
        self.assertEqual(vault_process.status(self.env)["code"], "incident")

    def test_locked_vault_does_not_stop_the_log(self):
        self.lock()
        self.env.cr.execute("SELECT name, value FROM insurance_vault_fingerprint")
        self.assertTrue(vault_process.log_keys(dict(self.env.cr.fetchall())))

    def test_clients_stay_readable(self):
        self.lock()
        self.assertTrue(self.archive.with_user(self.agent).read(["name"]))

    def test_one_person_does_not_unlock(self):
        lock = self.lock()
        mine = self.as_person(self.compliance).browse(lock.id)
        with self.assertRaises(UserError):
            mine.action_unlock()
        mine.action_ask_unlock()
        with self.assertRaises(UserError):
            mine.action_unlock()
        with self.assertRaises(VaultLocked):
            self.reveal(self.agent, "id_number")

    def test_two_persons_unlock(self):
        lock = self.lock()
        self.as_person(self.compliance).browse(lock.id).action_ask_unlock()
        self.as_person(self.officer).browse(lock.id).action_unlock()
        self.env.invalidate_all()
        opened = self.reveal(self.agent, "id_number")
        self.assertEqual(opened, {"id_number": "11010519491231002X"})
        self.assertRecordValues(
            lock.sudo(),
            [{"asked_by_id": self.compliance.id, "unlocked_by_id": self.officer.id}],
        )

    def test_only_compliance_locks_and_unlocks(self):
        for user in (self.agent, self.supervisor, self.insurance_admin):
            with self.assertRaises(AccessError):
                self.as_person(user)._lock("x")
        lock = self.lock()
        for user in (self.agent, self.insurance_admin):
            with self.assertRaises(AccessError):
                self.as_person(user).browse(lock.id).action_ask_unlock()

    def test_program_in_somebodys_name_does_not_unlock(self):
        lock = self.lock()
        self.as_person(self.compliance).browse(lock.id).action_ask_unlock()
        self.as_person(self.agent)
        with self.assertRaises(AccessError):
            lock.with_user(self.officer).action_unlock()

    def test_nobody_writes_locks_by_hand(self):
        lock = self.lock()
        for user in (self.agent, self.compliance, self.insurance_admin):
            with self.assertRaises(AccessError):
                lock.with_user(user).write({"unlocked_by_id": user.id})
            with self.assertRaises(AccessError):
                lock.with_user(user).unlink()

    def test_vault_is_locked_once(self):
        self.lock()
        with self.assertRaises(UserError):
            self.lock()
