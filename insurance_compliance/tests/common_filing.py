from datetime import timedelta

from odoo import fields
from odoo.tools import SQL

from odoo.addons.insurance_client_archive.tests.common import ArchiveCase


class FilingCase(ArchiveCase):
    """An entered archive of the agent, and an archivist who files."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # the rules of completeness were taken away: nothing is missing
        cls.archive.state = "entered"
        cls.archive._recount_completeness()

    def _file(self, archives=None, **values):
        archives = self.archive if archives is None else archives
        archives.with_user(self.archivist)._file(values)
        archives.invalidate_recordset()
        return archives

    def _filed_ago(self, archive, days):
        """Let an archive have been filed some days ago."""
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                "UPDATE insurance_archive SET filed_through = %s WHERE id = %s",
                fields.Datetime.now() - timedelta(days=days),
                archive.id,
            )
        )
        self.env.invalidate_all()

    def _refresh(self, archives=None):
        ids = (self.archive if archives is None else archives).ids
        return self.env["insurance.archive"]._refresh_filing(
            lambda column: SQL("%s = ANY(%s)", column, ids)
        )

    def _found(self, archive=None):
        """Return what the tests of the four properties find, {code: count}."""
        archive = archive or self.archive
        found = self.env["insurance.property.test"]._find(
            lambda column: SQL("%s = ANY(%s)", column, archive.ids)
        )
        return found.get(archive.id, {})

    def _write_sql(self, query, *values):
        """Change what nobody can change by the product, as an attack or a fault."""
        self.env.flush_all()
        self.env.cr.execute(SQL(query, *values))
        self.env.invalidate_all()

    def _calling(self, user, record):
        return record.with_env(self.env(user=user.id, su=False))
