import os
import tempfile
from unittest.mock import patch

from odoo.tools import SQL

from .. import vault_ledger, vault_process
from ..tools import keyring, ledger
from ..vault_process import Location
from .common_vault import VaultCase


class KeysCase(VaultCase):
    """A keyring and a destruction ledger of this test alone."""

    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.folder = folder.name
        super().setUpClass()

    def setUp(self):
        super().setUp()
        self.path = os.path.join(self.folder, f"{self.id()}.keyring")
        self.ledger_path = os.path.join(self.folder, f"{self.id()}.ledger")
        keyring.create(self.path)
        place = Location("file", self.path, False)
        self._replace(vault_process, "location", lambda: place)
        outside = vault_ledger.Location(self.ledger_path, True)
        self._replace(vault_ledger, "location", lambda held: outside)
        self._seal_anew()

    def _replace(self, owner, name, replacement):
        patcher = patch.object(owner, name, replacement)
        patcher.start()
        self.addCleanup(patcher.stop)

    def _seal_anew(self):
        """Forget what was sealed with the keyring of the server, and seal again."""
        for table in ("index", "value", "key", "fingerprint"):
            self.sql(f"DELETE FROM insurance_vault_{table}")
        self.env.cr.cache.clear()
        self.archive.write({"id_number": "11010519491231002X", "annual_income": "1"})
        self.archive.health_notice = "canary-7316"
        self.env.flush_all()

    @property
    def held(self):
        return vault_process.keys(self.env)

    def entries(self):
        return ledger.read(self.ledger_path, keyring.load(self.path).verify).entries

    def keys_of(self, archive=None):
        self.env.cr.execute(
            "SELECT generation, state, wrapped IS NULL FROM insurance_vault_key"
            " WHERE archive_id = %s ORDER BY generation",
            [(archive or self.archive).id],
        )
        return self.env.cr.fetchall()

    def rows_of(self, table, archive=None):
        query = SQL(
            "SELECT count(*) FROM %s WHERE archive_id = %s",
            SQL.identifier(f"insurance_vault_{table}"),
            (archive or self.archive).id,
        )
        return self.env.execute_query(query)[0][0]
