from datetime import timedelta

from odoo import fields
from odoo.tools import SQL

from odoo.addons.insurance_client_archive.tests.common import ArchiveCase

from ..access_slice import SLICES

__all__ = ["MODULE", "AccessCase"]
MODULE = "insurance_client_archive"


class AccessCase(ArchiveCase):
    """Grants beside the two teams of the archive's tests.

    Another client belongs to the agent of team B; nobody has a grant yet.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.purpose = cls.env.ref(f"{MODULE}.purpose_claim")
        cls.archive2 = cls._archive(
            name="王芳", agent_id=cls.agent2.id, team_id=cls.team_b.id
        )
        cls.all_slices = frozenset(SLICES)

    @classmethod
    def _grant(cls, user, slices, archives=None, **values):
        """Issue a grant that is in force now; for the portfolio without archives."""
        now = fields.Datetime.now()
        return cls.env["insurance.access.grant"]._issue(
            user,
            slices,
            values.pop("purpose", cls.purpose),
            values.pop("date_from", now - timedelta(hours=1)),
            values.pop("date_to", now + timedelta(days=1)),
            archives=archives,
            portfolio=not archives,
            **values,
        )

    @classmethod
    def _move(cls, grant, **dates):
        """Move a grant in time, as the clock does."""
        for name, value in dates.items():
            cls.env.cr.execute(
                SQL(
                    "UPDATE insurance_access_grant SET %s = %s WHERE id = %s",
                    SQL.identifier(name),
                    value,
                    grant.id,
                )
            )
        grant.invalidate_recordset()
        cls.env["insurance.archive"]._forget_access()

    def _as(self, user):
        """Return the archives as another user sees them, nothing known yet."""
        self.env.invalidate_all()
        return self.env["insurance.archive"].with_user(user)

    def assertOpen(self, user, archive):
        self.assertIn(archive.id, self._as(user).search([]).ids)
        self.assertTrue(self._as(user).browse(archive.id).has_access("read"))

    def assertClosed(self, user, archive):
        self.assertNotIn(archive.id, self._as(user).search([]).ids)
        self.assertFalse(self._as(user).browse(archive.id).has_access("read"))

    def assertSlices(self, user, archive, *slices):
        archive = self._as(user).browse(archive.id)
        self.assertEqual(archive._open_slices()[archive], frozenset(slices))
        for name in SLICES:
            found = self._as(user).search([(f"{name}_open", "=", True)])
            self.assertEqual(archive.id in found.ids, name in slices, name)
            self.assertEqual(archive[f"{name}_open"], name in slices, name)
