from collections import Counter
from contextlib import contextmanager
from unittest.mock import patch

from odoo import api

from .. import vault_caller
from ..models.insurance_use_record import InsuranceUseLog
from ..models.insurance_vault_quota import InsuranceVaultQuota
from .common import ArchiveCase

ID_NUMBER = "11010519491231002X"
OTHER_ID_NUMBER = "440524188001010014"
ACCOUNT = "6222021001112233445"
HEALTH = "Hypertension since 2019, canary-7316"
CANARIES = (ID_NUMBER, ACCOUNT, "350000", "4800000", "canary-7316")


class VaultCase(ArchiveCase):
    """An archive with every sealed field filled, and calls as if over the wire.

    Use log and quota write in transactions of their own; here they are kept in memory:
    ``self.uses`` has the events and ``self.spent`` the counts.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.uses = []
        cls.spent = Counter()
        cls._patch(
            InsuranceUseLog,
            "_record",
            lambda log, *args, **event: cls._keep_use(log, *args, **event),
        )
        cls._patch(
            InsuranceVaultQuota,
            "_count",
            lambda quota, *args: cls._keep_count(quota, *args),
        )
        cls.archive.write(
            {
                "id_number": ID_NUMBER,
                "bank_account": ACCOUNT,
                "annual_income": "350000",
                "total_assets": "480万",
                "health_notice": HEALTH,
            }
        )
        cls.env.flush_all()

    def setUp(self):
        super().setUp()
        self.uses.clear()
        self.spent.clear()

    @classmethod
    def _patch(cls, owner, name, replacement):
        patcher = patch.object(owner, name, replacement)
        patcher.start()
        cls.addClassCleanup(patcher.stop)

    @classmethod
    def _keep_use(cls, log, action, archives=None, content=(), **event):
        ids = archives.ids if archives else []
        event = {"result": "done", "purpose": "", **event}
        cls.uses.append(
            {"user": log.env.uid, "action": action, "ids": ids, **event}
            | {"content": list(content)}
        )
        return len(cls.uses)

    @classmethod
    def _keep_count(cls, quota, cr, kind, count):
        cls.spent[quota.env.uid, kind] += count
        return cls.spent[quota.env.uid, kind]

    @contextmanager
    def calling(self, user, method="insurance.archive.reveal", **caller):
        """Act as the server does while *user* calls *method* in a browser."""
        env = api.Environment(self.env.cr, user.id, {})
        before = env.transaction.default_env
        values = {"uid": user.id, "method": method, "has_session": True, **caller}
        values.setdefault("identity_checked", float("inf"))
        known = vault_caller.Caller(**values)
        env.transaction.default_env = env
        try:
            with patch.object(vault_caller, "current_caller", lambda env: known):
                yield env
        finally:
            env.transaction.default_env = before

    def reveal(self, user, *names, purpose="claim", archive=None, **caller):
        archive = archive or self.archive
        with self.calling(user, **caller) as env:
            return archive.with_env(env).reveal(list(names), purpose)

    def parameter(self, key, value):
        parameter = self.env["insurance.parameter"].search([("key", "=", key)])
        parameter.value = value

    def actions(self):
        """Return (action, result) of the uses since the test began."""
        return [(use["action"], use["result"]) for use in self.uses]

    def sql(self, query, *args):
        # the tests' own queries; without values a percent sign is only that
        self.env.cr.execute(query, args or None)  # pylint: disable=sql-injection
        self.env.invalidate_all()

    def stored(self, name="id_number", archive=None):
        """Return the ciphertext of a field."""
        self.env.cr.execute(
            "SELECT sealed FROM insurance_vault_value"
            " WHERE archive_id = %s AND slot = %s",
            ((archive or self.archive).id, name),
        )
        return bytes(self.env.cr.fetchone()[0])
