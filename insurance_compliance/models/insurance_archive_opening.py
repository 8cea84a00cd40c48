from odoo import api, models
from odoo.tools import SQL

from ..access_slice import SLICES, column

MODULE = "insurance_client_archive"
#: groups of the levels of use at which a user may read archives
LEVEL_GROUPS = {
    "agent": f"{MODULE}.group_agent",
    "manager": f"{MODULE}.group_manager",
    "department": f"{MODULE}.group_department",
}
#: responsibility for a client: (level whose policy and grants speak of it, group, SQL)
OWN = (
    ("agent", "agent", SQL("archive.agent_id")),
    ("manager", "manager", SQL("archive.manager_id")),
)
#: states of an archive in which neither responsibility nor a grant opens anything
HIDDEN_STATES = ("restricted",)
#: what the SQL looks at and so must be written before it runs
FLUSHED = {
    "insurance.archive": ["agent_id", "manager_id", "team_id", "state"],
    "crm.team": ["user_id"],
    "insurance.access.grant": ["state", "date_from", "date_to"],
    "insurance.access.grant.archive": ["ended_on"],
    "insurance.access.policy": [f"own_{name}" for name in SLICES],
}


class InsuranceArchive(models.Model):
    """Who may open which slice of an archive: responsibility and grants, as SQL.

    The database works it out anew in each statement, by its own clock. Neither ids nor
    times are kept in Python, and what a caller says in the context is not asked.
    """

    _inherit = "insurance.archive"

    @api.model
    def _opening_sql(self, name, operation="read"):
        """Return a sub-select of the archives of which the user may open a slice.

        Each way to an archive is a select of its own over an index, so that the
        planner starts from the few archives of the user and not from all of them.

        :param name: the slice
        :param operation: what others have granted is read, not written
        """
        flag = SQL.identifier("opening", column(name))
        ways = [
            SQL("SELECT opening.archive_id FROM (%s) opening WHERE %s", opening, flag)
            for opening in self._policy_openings()
        ]
        ways += [
            # what a policy opens by itself is not looked up twice
            SQL(
                "SELECT opening.archive_id FROM (%s) opening WHERE %s AND NOT %s",
                opening,
                flag,
                self._policy_opens_sql(level, name),
            )
            for level, opening in self._portfolio_openings()
        ]
        if operation == "read":
            ways += [
                SQL(
                    "SELECT opening.archive_id FROM (%s) opening WHERE %s",
                    opening,
                    flag,
                )
                for opening in self._granted_openings()
            ]
        if not ways:
            return SQL("(SELECT NULL::integer WHERE false)")
        union = SQL(" UNION ALL ").join(ways)
        return SQL("(%s)", union, to_flush=self._opening_fields())

    def _openings(self):
        """Return {archive id: set of open slices} of these archives."""
        ids = tuple(self._ids)
        found = {archive_id: set() for archive_id in ids}
        selects = [
            *self._policy_openings(ids),
            *(opening for _level, opening in self._portfolio_openings(ids)),
            *self._granted_openings(ids),
        ]
        for archive_id, _grant_id, *flags in self._opening_rows(selects):
            found[archive_id].update(
                name for name, flag in zip(SLICES, flags, strict=True) if flag
            )
        return found

    def _responsible_slices(self):
        """Return the slices of one archive that responsibility alone opens."""
        self.ensure_one()
        rows = self._opening_rows(self._policy_openings(self._origin._ids))
        return frozenset(
            name
            for _archive_id, _grant_id, *flags in rows
            for name, flag in zip(SLICES, flags, strict=True)
            if flag
        )

    def _grant_ids(self):
        """Return the ids of the user's grants in force that open this archive."""
        self.ensure_one()
        ids = self._origin._ids
        selects = [
            *(opening for _level, opening in self._portfolio_openings(ids)),
            *self._granted_openings(ids),
        ]
        return list({row[1] for row in self._opening_rows(selects)})

    @api.model
    def _opening_rows(self, selects):
        """Return the rows of the selects, without archives that are closed to all."""
        if not selects:
            return []
        return self.env.execute_query(
            SQL(
                "SELECT opening.* FROM (%s) opening"
                " JOIN insurance_archive archive ON archive.id = opening.archive_id"
                " WHERE archive.state NOT IN %s",
                SQL(" UNION ALL ").join(selects),
                HIDDEN_STATES,
                to_flush=self._opening_fields(),
            )
        )

    # --- the ways: selects of archive_id, grant_id and the booleans of the slices

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
                "SELECT archive.id AS archive_id, NULL::integer AS grant_id, %s"
                " FROM insurance_archive archive"
                " JOIN insurance_access_policy policy ON policy.level = %s"
                " WHERE %s AND %s",
                flags,
                level,
                clients,
                _only(SQL("archive.id"), ids),
            )
            for level, clients in self._own_clients()
        ]

    @api.model
    def _portfolio_openings(self, ids=None):
        """Return (level, select) of what standing grants open of the own clients."""
        live = self.env["insurance.access.grant"]._live_sql("access")
        return [
            (
                level,
                SQL(
                    """
                    SELECT archive.id AS archive_id, access.id AS grant_id, %(flags)s
                      FROM insurance_access_grant access, insurance_archive archive
                     WHERE access.user_id = %(user_id)s
                       AND access.scope = 'portfolio'
                       AND access.level IN %(levels)s
                       AND %(live)s
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
                    user_id=self.env.uid,
                    # who manages accounts also looks after own clients
                    levels=("agent", "manager") if level == "agent" else (level,),
                    live=live,
                    clients=clients,
                    only=_only(SQL("archive.id"), ids),
                ),
            )
            for level, clients in self._own_clients()
        ]

    @api.model
    def _granted_openings(self, ids=None):
        """Return the select of the archives that grants to the user name."""
        user = self.env.user
        levels = tuple(
            level for level, group in LEVEL_GROUPS.items() if user.has_group(group)
        )
        if not levels:
            return []
        return [
            SQL(
                """
                SELECT line.archive_id, access.id AS grant_id, %(flags)s
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
                user_id=user.id,
                levels=levels,
                live=self.env["insurance.access.grant"]._live_sql("access"),
                only=_only(SQL("line.archive_id"), ids),
            )
        ]

    @api.model
    def _own_clients(self):
        """Return (level, condition on ``archive``) of what the user looks after."""
        user = self.env.user
        ways = [
            (level, SQL("%s = %s", owner, user.id))
            for level, group, owner in OWN
            if user.has_group(f"{MODULE}.group_{group}")
        ]
        if user.has_group(f"{MODULE}.group_supervisor"):
            led = SQL(
                "archive.team_id IN"
                " (SELECT team.id FROM crm_team team WHERE team.user_id = %s)",
                user.id,
            )
            ways.append(("manager", led))
        return ways

    @api.model
    def _policy_opens_sql(self, level, name):
        """Return whether responsibility alone opens a slice, asked once a query."""
        if self._access_strict():
            return SQL("FALSE")
        return SQL(
            "COALESCE((SELECT %s FROM insurance_access_policy policy"
            " WHERE policy.level = %s), FALSE)",
            SQL.identifier("policy", f"own_{name}"),
            level,
        )

    @api.model
    def _access_strict(self):
        """Tell whether responsibility opens nothing without a standing grant."""
        return self.env["insurance.parameter"]._get("access_strict")

    @api.model
    def _opening_fields(self):
        return [
            self.env[model]._fields[name]
            for model, names in FLUSHED.items()
            for name in names
        ]


def _only(archive_id, ids):
    """Return the condition that an archive is one of *ids*; None: any."""
    if ids is None:
        return SQL("TRUE")
    return SQL("%s IN %s", archive_id, ids) if ids else SQL("FALSE")


def _grant_flags():
    return SQL(", ").join(SQL.identifier("access", column(name)) for name in SLICES)
