from contextlib import contextmanager

from odoo import fields

from odoo.addons.insurance_client_archive.tests.common import ArchiveCase


class RectificationCase(ArchiveCase):
    """A finding of a check, an agent who mends it, two officers."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.officer2 = cls._user("officer2", role="compliance")
        cls.source = cls.env["insurance.check"].create(
            {"code": "test_rectification", "name": "Test demand", "kind": "manual"}
        )
        cls.ledger = cls.env["insurance.rectification"]

    @classmethod
    def _find(cls, key="test:1", severity="high", **values):
        return cls.ledger._find(cls.source, "Papers missing", severity, key, **values)

    @contextmanager
    def _logged_in(self, user):
        """Let the user be the one who is logged in."""
        transaction = self.env.transaction
        before = transaction.default_env
        own = self.env(user=user.id, su=False, context={"lang": "en_US"})
        transaction.default_env = own
        try:
            yield own
        finally:
            transaction.default_env = before

    def _act(self, user, record, method, **values):
        """Call a method, or write, as the user who is logged in."""
        with self._logged_in(user) as own:
            mine = record.with_env(own)
            return mine.write(values) if method == "write" else getattr(mine, method)()

    def _move(self, user, row, state, reason=None):
        values = {"state": state}
        if reason:
            values["state_reason"] = reason
        return self._act(user, row, "write", **values)

    def _assigned(self, user=None, **values):
        """Return a finding that somebody is to mend: by default the agent."""
        row = self._find(**values)
        self._act(self.compliance, row, "write", responsible_id=(user or self.agent).id)
        return row

    def _begun(self, user=None, **values):
        row = self._assigned(user, **values)
        self._act(user or self.agent, row, "action_begin")
        return row

    def _done(self, user=None, **values):
        user = user or self.agent
        row = self._begun(user, **values)
        self._mend(user, row)
        return row

    def _mend(self, user, row):
        self._act(
            user,
            row,
            "write",
            measure="Papers asked for.",
            evidence_ids=[(0, 0, {"name": "List of papers", "reference": "T-17"})],
        )
        self._act(user, row, "action_done")

    def _verified(self, **values):
        row = self._done(**values)
        self._act(self.compliance, row, "action_verify")
        return row

    def _closed(self, **values):
        row = self._verified(**values)
        self._act(self.compliance, row, "action_effective")
        return row

    def _steps(self, row):
        """Return what has happened, in this order."""
        return self.env["insurance.rectification.step"].search(
            [("rectification_id", "=", row.id)], order="id"
        )

    def _days_ago(self, days):
        return fields.Date.subtract(fields.Date.today(), days=days)
