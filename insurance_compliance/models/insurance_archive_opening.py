from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..access_slice import SLICES, column

MODULE = "insurance_client_archive"
#: groups of the levels of use at which a user may read archives
LEVEL_GROUPS = {
    "agent": f"{MODULE}.group_agent",
    "manager": f"{MODULE}.group_manager",
    "department": f"{MODULE}.group_department",
}
#: responsibility for a client: level whose policy and grants speak of it, group, field
OWN = (("agent", "agent", "agent_id"), ("manager", "manager", "manager_id"))
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
    def _opening_domain(self, name, operation="read"):
        """Return the archives of which the user may open a slice.

        Every way is a condition over an index of its own, so that PostgreSQL unites
        the few rows of each and does not walk over all archives in their order.

        :param name: the slice
        :param operation: what others have granted is read, not written
        """

        def to_sql(model, alias, query):
            return self._opening_sql(name, alias, operation)

        return Domain.custom(to_sql=to_sql)

    @api.model
    def _opening_sql(self, name, alias, operation="read"):
        """Return the condition of ``_opening_domain`` on rows of archives."""
        archive_id = SQL.identifier(alias, "id")
        ways = [
            SQL(
                "(%s AND (%s OR %s))",
                clients,
                self._policy_opens_sql(level, name),
                self._portfolio_opens_sql(level, name, archive_id),
            )
            for level, clients in self._own_clients(alias)
        ]
        if operation == "read":
            flag = SQL.identifier("opening", column(name))
            ways += [
                # an array is looked up in the index; a list in a sub-select is not,
                # where it is but one of several ways
                SQL(
                    "%s = ANY(ARRAY(SELECT opening.archive_id FROM (%s) opening"
                    " WHERE %s))",
                    archive_id,
                    opening,
                    flag,
                )
                for opening in self._granted_openings()
            ]
        if not ways:
            return SQL("FALSE")
        union = SQL(" OR ").join(ways)
        return SQL("(%s)", union, to_flush=self._opening_fields())

    def _openings(self):
        """Return {archive id: slices} twice: open at all, and to be changed."""
        ids = tuple(self._ids)
        opened = {archive_id: set() for archive_id in ids}
        owned = {archive_id: set() for archive_id in ids}
        selects = [
            *self._policy_openings(ids),
            *self._portfolio_openings(ids),
            *self._granted_openings(ids),
        ]
        rows = self._opening_rows(selects)
        for archive_id, _grant_id, own, *flags, destroyed in rows:
            slices = {name for name, flag in zip(SLICES, flags, strict=True) if flag}
            opened[archive_id] |= slices
            if own and not destroyed:
                owned[archive_id] |= slices
        return opened, owned

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
        selects = [
            *self._portfolio_openings(ids),
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
                "SELECT opening.*, archive.state = 'destroyed' FROM (%s) opening"
                " JOIN insurance_archive archive ON archive.id = opening.archive_id"
                " WHERE archive.state NOT IN %s",
                SQL(" UNION ALL ").join(selects),
                HIDDEN_STATES,
                to_flush=self._opening_fields(),
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
    def _portfolio_opens_sql(self, level, name, archive_id):
        """Return whether a standing grant opens a slice of an own client.

        Nothing in it looks at a grant for each archive: what is open at all, and what
        was left out of each such grant, is asked once a query.
        """
        return SQL(
            """
            (EXISTS (SELECT FROM insurance_access_grant access
                      WHERE %(portfolio)s AND %(flag)s)
             AND %(archive_id)s <> ALL(ARRAY(
                 SELECT line.archive_id
                   FROM insurance_access_grant access
                   JOIN insurance_access_grant_archive line
                     ON line.grant_id = access.id
                  WHERE %(portfolio)s AND %(flag)s AND line.ended_on IS NOT NULL
                  GROUP BY line.archive_id
                 HAVING count(*) = (SELECT count(*) FROM insurance_access_grant access
                                     WHERE %(portfolio)s AND %(flag)s))))
            """,
            portfolio=self._portfolio_sql(level),
            flag=SQL.identifier("access", column(name)),
            archive_id=archive_id,
        )

    @api.model
    def _portfolio_sql(self, level):
        """Return the condition that ``access`` is a standing grant in force."""
        return SQL(
            "(access.user_id = %s AND access.scope = 'portfolio'"
            " AND access.level IN %s AND %s)",
            self.env.uid,
            # who manages accounts also looks after own clients
            ("agent", "manager") if level == "agent" else (level,),
            self.env["insurance.access.grant"]._live_sql("access"),
        )

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
                user_id=user.id,
                levels=levels,
                live=self.env["insurance.access.grant"]._live_sql("access"),
                only=_only(SQL("line.archive_id"), ids),
            )
        ]

    @api.model
    def _own_clients(self, alias):
        """Return (level, condition on archives) of what the user looks after."""
        user = self.env.user
        ways = [
            (level, SQL("%s = %s", SQL.identifier(alias, owner), user.id))
            for level, group, owner in OWN
            if user.has_group(f"{MODULE}.group_{group}")
        ]
        if user.has_group(f"{MODULE}.group_supervisor"):
            led = SQL(
                "%s = ANY(ARRAY(SELECT team.id FROM crm_team team"
                " WHERE team.user_id = %s))",
                SQL.identifier(alias, "team_id"),
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
