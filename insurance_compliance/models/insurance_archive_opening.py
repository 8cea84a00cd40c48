from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..access_slice import column

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


class InsuranceArchive(models.Model):
    """Who may open which slice of an archive: responsibility and grants, as SQL.

    The database works it out anew in each statement, by its own clock. No ids of
    archives are kept in Python, and what a caller says in the context is not asked.
    Ways that lead nowhere are left out of the statement (see ``access_ways.py``).
    """

    _inherit = "insurance.archive"

    @api.model
    def _opening_domain(self, name, operation="read", closed=HIDDEN_STATES):
        """Return the archives of which the user may open a slice.

        :param name: the slice
        :param operation: what others have granted is read, not written
        :param closed: states in which nothing opens an archive
        """

        def to_sql(model, alias, query):
            opened = self._opening_sql(name, alias, operation)
            state = model._field_to_sql(alias, "state", query)
            return SQL("(%s NOT IN %s AND %s)", state, closed, opened)

        return Domain.custom(to_sql=to_sql)

    @api.model
    def _opening_sql(self, name, alias, operation="read"):
        """Return the condition of ``_opening_domain`` on rows of archives.

        With one way, as for most users, it is a comparison with an index of its own,
        in the order of the list. Several are united by index.
        """
        archive_id = SQL.identifier(alias, "id")
        found = self._ways()
        ways = []
        for level, clients in self._own_clients(alias):
            opens = self._own_opens_sql(level, name, archive_id)
            if opens is not None:
                ways.append(SQL("(%s AND %s)", clients, opens))
        if operation == "read":
            levels = self._granted_levels()
            if any(one.level in levels and name in one.slices for one in found.named):
                ways.append(self._granted_opens_sql(name, archive_id))
        if not ways:
            return SQL("FALSE")
        # flushed when the ways were looked up, but for what has changed since
        flushed = self.env["res.users"]._access_facts()
        return SQL("(%s)", SQL(" OR ").join(ways), to_flush=flushed)

    @api.model
    def _ways(self):
        return self.env.user.insurance_ways

    @api.model
    def _own_clients(self, alias):
        """Return (level, condition on archives) of what the user looks after."""
        user = self.env.user
        found = self._ways()
        ways = [
            (level, SQL("%s = %s", SQL.identifier(alias, owner), user.id))
            for level, group, owner in OWN
            if getattr(found, level) and user.has_group(f"{MODULE}.group_{group}")
        ]
        if found.teams and user.has_group(f"{MODULE}.group_supervisor"):
            team_id = SQL.identifier(alias, "team_id")
            led = SQL(
                "SELECT team.id FROM crm_team team"
                " WHERE team.user_id = %s AND team.id IN %s",
                user.id,
                found.teams,
            )
            # one value keeps the order of an index, several do not
            one = len(found.teams) == 1
            way = SQL("%s = (%s)" if one else "%s = ANY(ARRAY(%s))", team_id, led)
            ways.append(("manager", way))
        return ways

    @api.model
    def _own_opens_sql(self, level, name, archive_id):
        """Return whether a slice of an own client is open; None: never.

        By the policy, or else by a standing grant.
        """
        found = self._ways()
        if name in found.policies.get(level, ()) and not self._access_strict():
            return SQL(
                "COALESCE((SELECT %s FROM insurance_access_policy policy"
                " WHERE policy.level = %s), FALSE)",
                SQL.identifier("policy", f"own_{name}"),
                level,
            )
        standing = [one for one in found.standing(level) if name in one.slices]
        if not standing:
            return None
        access = SQL(
            "FROM insurance_access_grant access WHERE %s AND %s",
            self._portfolio_sql(level),
            SQL.identifier("access", column(name)),
        )
        whole = tuple(one.id for one in standing if not one.ended)
        if whole:
            return SQL("EXISTS (SELECT %s AND access.id IN %s)", access, whole)
        # what was left out of each such grant, asked once a statement
        return SQL(
            """
            (EXISTS (SELECT %(access)s) AND %(archive_id)s <> ALL(ARRAY(
                SELECT line.archive_id
                  FROM insurance_access_grant_archive line
                 WHERE line.grant_id IN (SELECT access.id %(access)s)
                   AND line.ended_on IS NOT NULL
                 GROUP BY line.archive_id
                HAVING count(*) = (SELECT count(*) %(access)s))))
            """,
            archive_id=archive_id,
            access=access,
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
    def _granted_opens_sql(self, name, archive_id):
        """Return whether a grant names the archive, asked once a statement."""
        [opening] = self._granted_openings()
        return SQL(
            # an array is looked up in the index; a list in a sub-select is not,
            # where it is but one of several ways
            "%s = ANY(ARRAY(SELECT opening.archive_id FROM (%s) opening WHERE %s))",
            archive_id,
            opening,
            SQL.identifier("opening", column(name)),
        )

    @api.model
    def _granted_levels(self):
        """Return the levels at which the user's own roles let grants be used."""
        user = self.env.user
        return tuple(
            level for level, group in LEVEL_GROUPS.items() if user.has_group(group)
        )

    @api.model
    def _access_strict(self):
        """Tell whether responsibility opens nothing without a standing grant."""
        return self.env["insurance.parameter"]._get("access_strict")
