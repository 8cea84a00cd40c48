from odoo import api, models
from odoo.tools import SQL

from .. import vault_process, vault_rotation
from ..sweep_kind import Chunk, Extent, Failure, SweepStopped
from ..vault_process import VaultLocked

KIND = "rotate_data_key"


class InsuranceArchive(models.Model):
    """A new data key for an archive, for instance when the old one may be known.

    In two steps, each committed: the new key; then the values are sealed with it and
    the old key is destroyed. In between both keys open what they have sealed.
    """

    _inherit = "insurance.archive"

    def _rotate_data_key(self):
        """Let the data keys of these archives be replaced; return the sweep."""
        # the number alone; whoever starts this opens no archive
        numbers = [archive.number or f"#{archive.id}" for archive in self.sudo()]
        note = ", ".join(numbers[:5]) + (" …" if len(numbers) > 5 else "")
        return self.env["insurance.sweep"]._start(
            KIND, {"archive_ids": sorted(self.ids)}, note
        )

    @api.model
    def _rotate_all_data_keys(self):
        """Let the data keys of all archives be replaced; return the sweep."""
        note = self.env._("All archives")
        return self.env["insurance.sweep"]._start(KIND, None, note)

    @api.model
    def _sweep_rotate_data_key_extent(self, sweep):
        """Count the steps: two for an archive with an old key, one for the second."""
        query = SQL(
            """
            SELECT coalesce(min(archive_id), 0), coalesce(max(archive_id), 0),
                   coalesce(sum(CASE state WHEN 'live' THEN 2 ELSE 1 END), 0)
              FROM insurance_vault_key WHERE %s
            """,
            self._data_key_condition(sweep),
        )
        return Extent(*self.env.execute_query(query)[0])

    @api.model
    def _sweep_rotate_data_key_chunk(self, sweep, after, until, limit):
        archive_ids = self._data_key_archive_ids(sweep, after, until, limit)
        held = self._data_key_keyring()
        since = self._data_key_since(sweep)
        keys = vault_rotation.lock_archive_keys(self.env, archive_ids, since)
        old = [
            key
            for known in keys.values()
            for key in known
            if key.state == "live" and key.is_old
        ]
        vault_rotation.add_generations(self.env, held, old)
        begun = {key.archive_id for key in old}
        rest = {
            archive_id: known
            for archive_id, known in keys.items()
            if archive_id not in begun
        }
        failed = vault_rotation.reseal(self.env, held, rest)
        replaced = [
            key
            for archive_id, known in rest.items()
            if archive_id not in failed
            for key in known
        ]
        done = len(old) + vault_rotation.retire_generations(self.env, replaced)
        return Chunk(
            done,
            archive_ids[-1] if len(archive_ids) == limit else until,
            [
                Failure(
                    archive_id,
                    self.env._(
                        "A value can't be opened (%s), so its key was kept.", code
                    ),
                )
                for archive_id, code in failed.items()
            ],
        )

    def _data_key_archive_ids(self, sweep, after, until, limit):
        query = SQL(
            "SELECT DISTINCT archive_id FROM insurance_vault_key"
            " WHERE archive_id > %s AND archive_id <= %s AND (%s)"
            " ORDER BY archive_id LIMIT %s",
            after,
            until,
            self._data_key_condition(sweep),
            limit,
        )
        return [row[0] for row in self.env.execute_query(query)]

    def _data_key_condition(self, sweep):
        """Return which keys there is something to do with."""
        condition = SQL(
            "(state = 'retiring' OR state = 'live'"
            " AND (create_date IS NULL OR create_date < %s))",
            self._data_key_since(sweep),
        )
        if sweep.scope:
            condition = SQL(
                "archive_id = ANY(%s) AND %s", sweep.scope["archive_ids"], condition
            )
        return condition

    def _data_key_since(self, sweep):
        # the time of the database, to the microsecond: keys are as new as this
        return SQL(
            "coalesce((SELECT date_start FROM insurance_sweep WHERE id = %s),"
            " clock_timestamp() AT TIME ZONE 'UTC')",
            sweep.id,
        )

    def _data_key_keyring(self):
        try:
            return vault_process.keys(self.env, sealing=True)
        except VaultLocked as error:
            raise SweepStopped(str(error)) from None
