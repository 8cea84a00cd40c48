from odoo import api, models
from odoo.tools import SQL

from .. import vault_store
from ..sweep_kind import Chunk, Extent, Failure, Kind, SweepStopped
from ..vault_process import VaultLocked
from .insurance_sealed_mixin import MODULE

KIND = "vault_check"


class InsuranceSweep(models.Model):
    _inherit = "insurance.sweep"

    @api.model
    def _kinds(self):
        check = Kind(
            self.env._("Check of all sealed data"),
            "insurance.archive",
            f"{MODULE}.group_admin",
            use="key",
        )
        return super()._kinds() | {KIND: check}


class InsuranceArchive(models.Model):
    """Does everything that is sealed still open? Asked of all, now and then."""

    _inherit = "insurance.archive"

    @api.model
    def _sweep_vault_check_extent(self, sweep):
        query = SQL(
            "SELECT coalesce(min(archive_id), 0), coalesce(max(archive_id), 0),"
            " count(DISTINCT archive_id) FROM insurance_vault_key"
            " WHERE state <> 'destroyed'"
        )
        return Extent(*self.env.execute_query(query)[0])

    @api.model
    def _sweep_vault_check_chunk(self, sweep, after, until, limit):
        query = SQL(
            "SELECT DISTINCT archive_id FROM insurance_vault_key"
            " WHERE archive_id > %s AND archive_id <= %s AND state <> 'destroyed'"
            " ORDER BY archive_id LIMIT %s",
            after,
            until,
            limit,
        )
        ids = [row[0] for row in self.env.execute_query(query)]
        problems = self._sealed_examine(ids)
        failures = [
            Failure(archive_id, "; ".join(texts), settled=True)
            for archive_id, texts in problems.items()
        ]
        done = len(ids) - len(failures)
        return Chunk(done, until if len(ids) < limit else ids[-1], failures)

    @api.model
    def _sealed_examine(self, archive_ids):
        """Try to open all that the archives hold; damage is an incident of its own."""
        try:
            _count, problems = vault_store.examine(self.env, archive_ids)
        except VaultLocked as error:
            raise SweepStopped(str(error)) from None
        for archive_id, texts in problems.items():
            self.browse(archive_id)._log_use(
                "alarm", content=texts, purpose_text="damaged", result="failed"
            )
        return problems
