from odoo import api, models
from odoo.tools import SQL

from ..access_slice import SLICES, column
from .insurance_archive_opening import HIDDEN_STATES


class InsuranceArchive(models.Model):
    """By which grant a user may use what of one archive, asked when it is used."""

    _inherit = "insurance.archive"

    def _grant_for(self, slices, purpose):
        """Return the grant by which the user may use slices of this archive, if any.

        Of several, one without a limit comes first. A standing grant serves every
        purpose of daily work, another one only its own.

        :param slices: a slice, or several that one grant must open together
        :param purpose: code of an ``insurance.purpose``; None: whatever the purpose
        """
        self.ensure_one()
        slices = {slices} if isinstance(slices, str) else set(slices)
        # as superuser: the grants that are the user's own and open this archive
        grants = self.env["insurance.access.grant"].sudo()
        grants = grants.browse(self._origin._grant_ids())
        fitting = grants.filtered(
            lambda grant: (
                slices <= grant._slices()
                and (
                    purpose is None
                    or grant.standing
                    or grant.purpose_id.code == purpose
                )
                and (not grant.uses_max or grant.uses_done < grant.uses_max)
            )
        )
        best = fitting.sorted(lambda grant: (bool(grant.uses_max), grant.date_to))[:1]
        return best.sudo(self.env.su)

    def _responsible_slices(self):
        """Return the slices of one archive that responsibility alone opens."""
        self.ensure_one()
        rows = self._opening_rows(self._policy_openings(self._origin._ids))
        return frozenset(
            name
            for _archive_id, _grant_id, _own, *flags, _destroyed in rows
            for name, flag in zip(SLICES, flags, strict=True)
            if flag
        )

    def _grant_ids(self):
        """Return the ids of the user's grants in force that open this archive."""
        self.ensure_one()
        ids = self._origin._ids
        selects = [*self._portfolio_openings(ids), *self._granted_openings(ids)]
        return list({row[1] for row in self._opening_rows(selects)})

    @api.model
    def _opening_rows(self, selects):
        """Return the rows of the selects, without archives that are closed to all."""
        if not selects:
            return []
        return self.env.execute_query(
            SQL(
                "SELECT opening.*, archive.state = 'destroyed' FROM (%s) opening"
                " JOIN insurance_archive archive ON archive.id = opening.archive_id"
                " WHERE archive.state NOT IN %s",
                SQL(" UNION ALL ").join(selects),
                HIDDEN_STATES,
                to_flush=self.env["res.users"]._access_facts(),
            )
        )

    # --- the ways: selects of archive_id, grant_id, own, and the slices' booleans

    @api.model
    def _policy_openings(self, ids=None):
        """Return selects of what the policies open by responsibility alone."""
        if self._access_strict():
            return []
        flags = SQL(", ").join(
            SQL(
                "%s AS %s",
                SQL.identifier("policy", f"own_{name}"),
                SQL.identifier(column(name)),
            )
            for name in SLICES
        )
        return [
            SQL(
                "SELECT archive.id AS archive_id, NULL::integer AS grant_id,"
                " TRUE AS own, %s"
                " FROM insurance_archive archive"
                " JOIN insurance_access_policy policy ON policy.level = %s"
                " WHERE %s AND %s",
                flags,
                level,
                clients,
                _only(SQL("archive.id"), ids),
            )
            for level, clients in self._own_clients("archive")
        ]

    @api.model
    def _portfolio_openings(self, ids=None):
        """Return selects of what standing grants open of the own clients."""
        return [
            SQL(
                """
                SELECT archive.id AS archive_id, access.id AS grant_id, TRUE AS own,
                       %(flags)s
                  FROM insurance_access_grant access, insurance_archive archive
                 WHERE %(portfolio)s
                   AND %(clients)s
                   AND %(only)s
                   AND NOT EXISTS (
                       SELECT FROM insurance_access_grant_archive line
                        WHERE line.grant_id = access.id
                          AND line.archive_id = archive.id
                          AND line.ended_on IS NOT NULL
                   )
                """,
                flags=_grant_flags(),
                portfolio=self._portfolio_sql(level),
                clients=clients,
                only=_only(SQL("archive.id"), ids),
            )
            for level, clients in self._own_clients("archive")
        ]

    @api.model
    def _granted_openings(self, ids=None):
        """Return the select of the archives that grants to the user name."""
        levels = self._granted_levels()
        if not levels:
            return []
        return [
            SQL(
                """
                SELECT line.archive_id, access.id AS grant_id, FALSE AS own, %(flags)s
                  FROM insurance_access_grant access
                  JOIN insurance_access_grant_archive line
                    ON line.grant_id = access.id
                 WHERE access.user_id = %(user_id)s
                   AND access.scope = 'archives'
                   AND access.level IN %(levels)s
                   AND %(live)s
                   AND line.ended_on IS NULL
                   AND %(only)s
                """,
                flags=_grant_flags(),
                user_id=self.env.uid,
                levels=levels,
                live=self.env["insurance.access.grant"]._live_sql("access"),
                only=_only(SQL("line.archive_id"), ids),
            )
        ]


def _only(archive_id, ids):
    """Return the condition that an archive is one of *ids*; None: any."""
    if ids is None:
        return SQL("TRUE")
    return SQL("%s IN %s", archive_id, ids) if ids else SQL("FALSE")


def _grant_flags():
    return SQL(", ").join(SQL.identifier("access", column(name)) for name in SLICES)
