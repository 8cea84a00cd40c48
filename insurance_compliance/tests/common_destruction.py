from odoo.tools import SQL

from odoo.addons.insurance_client_archive.tests.common_keys import KeysCase
from odoo.addons.insurance_client_archive.tests.common_sweep import run_sweeps

from .retention_cases import policy
from .retention_records import Records


class DestructionCase(KeysCase):
    """Archives whose time is over, and the persons who destroy them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # what the demo data have on their lists is not what these tests are about
        cls.env.cr.execute("UPDATE insurance_retention SET status = 'none'")
        cls.env.cr.execute("DELETE FROM insurance_destruction WHERE state <> 'done'")
        cls.env.cr.execute("DELETE FROM insurance_sweep WHERE kind = 'destruction'")
        cls.officer2 = cls._user("officer2", role="compliance")
        cls.archivist2 = cls._user("archivist2", role="archivist")
        cls.records = Records(cls.env, cls._product())
        cls._end(cls.archive)
        cls.other = cls._archive(name="王芳", phone="13900139000")
        cls._end(cls.other)

    @classmethod
    def _end(cls, archive, medium="electronic"):
        """File an archive, and let all its contracts have ended long ago."""
        cls.records.add(archive, [policy("expired", -40, -30)])
        cls.env.flush_all()
        cls.env.cr.execute(
            SQL(
                "UPDATE insurance_archive SET state = 'filed', number = %s,"
                " storage_medium = %s WHERE id = %s",
                f"D-{archive.id}",
                medium,
                archive.id,
            )
        )
        cls.env.invalidate_all()
        cls.env["insurance.retention"]._solve_archives(archive.ids)

    def _act(self, user, record, method, **values):
        """Call a method as the user who is logged in."""
        transaction = self.env.transaction
        before = transaction.default_env
        own = self.env(user=user.id, su=False, context={"lang": "en_US"})
        transaction.default_env = own
        try:
            mine = record.with_env(own)
            return mine.write(values) if values else getattr(mine, method)()
        finally:
            transaction.default_env = before

    def _list(self, **values):
        run = (
            self.env["insurance.destruction"]
            .with_user(self.archivist)
            .create({"note": "Looked through.", **values})
        )
        run.action_list()
        return run.with_env(self.env)

    def _approved(self):
        run = self._list()
        self._act(self.archivist, run, "action_submit")
        self._act(self.compliance, run, "action_approve")
        return run

    def _supervised(self):
        run = self._approved()
        self._act(self.department_head, run, "action_supervise")
        return run

    def _destroyed(self):
        run = self._supervised()
        self._act(self.archivist, run, "action_execute")
        self._work()
        return run

    def _work(self):
        run_sweeps(self)
        # what this transaction knows of the ledger is older now
        self.env.cr.cache.clear()

    def _hold(self, archive):
        hold = (
            self.env["insurance.legal.hold"]
            .with_user(self.compliance)
            .create(
                {
                    "name": "Case 47",
                    "reason": "Court.",
                    "partner_ids": archive.partner_id.ids,
                }
            )
        )
        hold.action_place()
        return hold
