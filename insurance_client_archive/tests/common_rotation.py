from ..tools import keyring
from .common_keys import KeysCase
from .common_sweep import forget_sweeps
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
