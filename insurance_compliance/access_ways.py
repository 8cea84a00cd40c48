"""What may open archives to a user at all, asked once a transaction.

A user has many thinkable ways to an archive: as its agent, as its account manager, as
the leader of its team, by a policy, by a standing grant, by a grant that names it. Most
users have one or two. Joined by OR, the ways that lead nowhere keep PostgreSQL from
walking along an index in the order of the list, and from counting in an index alone.

So the ways are looked up first. That one exists only keeps its condition in the
statement: whether it opens, and at which time, is still decided there.
"""

from typing import NamedTuple

from odoo import fields
from odoo.tools import SQL

from .access_slice import SLICES, column

#: as a function: PostgreSQL then plans it once a connection
FUNCTION = SQL(
    """
CREATE OR REPLACE FUNCTION insurance_access_ways(person integer)
RETURNS jsonb AS $ways$
BEGIN
    RETURN jsonb_build_object(
        'agent', EXISTS (SELECT FROM insurance_archive WHERE agent_id = person),
        'manager', EXISTS (SELECT FROM insurance_archive WHERE manager_id = person),
        'teams', ARRAY(SELECT id FROM crm_team WHERE user_id = person ORDER BY id),
        'policies', (
            SELECT jsonb_object_agg(policy.level, jsonb_build_array(%(own)s))
              FROM insurance_access_policy policy
        ),
        'grants', (
            SELECT jsonb_agg(jsonb_build_array(
                       access.id, access.scope, access.level, %(flags)s,
                       access.scope = 'portfolio' AND EXISTS (
                           SELECT FROM insurance_access_grant_archive line
                            WHERE line.grant_id = access.id
                              AND line.ended_on IS NOT NULL
                       )))
              FROM insurance_access_grant access
             WHERE access.user_id = person AND access.state = 'active'
               AND access.date_from <= (statement_timestamp() AT TIME ZONE 'UTC')
               AND access.date_to > (statement_timestamp() AT TIME ZONE 'UTC')
        )
    );
END
$ways$ LANGUAGE plpgsql STABLE;
""",
    own=SQL(", ").join(SQL.identifier("policy", f"own_{name}") for name in SLICES),
    flags=SQL(", ").join(SQL.identifier("access", column(name)) for name in SLICES),
)


class Grant(NamedTuple):
    id: int
    scope: str
    level: str
    slices: frozenset
    #: archives have been left out of the portfolio
    ended: bool


class Ways(NamedTuple):
    #: the user is agent, or account manager, of an archive
    agent: bool
    manager: bool
    #: teams that the user leads
    teams: tuple
    #: {level: slices that responsibility alone opens}
    policies: dict
    #: grants in force, for the own portfolio and for named archives
    portfolio: tuple
    named: tuple

    def standing(self, level):
        """Return the grants for the clients whom one looks after at this level."""
        # who manages accounts also looks after own clients
        levels = ("agent", "manager") if level == "agent" else (level,)
        return [grant for grant in self.portfolio if grant.level in levels]


class WaysField(fields.Json):
    """What was found out, as it is: not a copy for each who looks at it."""

    def convert_to_cache(self, value, record, validate=True):
        return value or None

    def convert_to_record(self, value, record):
        return value


def install_function(cr):
    cr.execute(FUNCTION)


def drop_function(cr):
    cr.execute(SQL("DROP FUNCTION IF EXISTS insurance_access_ways(integer)"))


def find_ways(env, user_id, to_flush):
    """Ask the database for the ways of a user."""
    query = SQL("SELECT insurance_access_ways(%s)", user_id, to_flush=to_flush)
    [(found,)] = env.execute_query(query)
    grants = [
        Grant(grant_id, scope, level, _slices(flags), ended)
        for grant_id, scope, level, *flags, ended in found["grants"] or ()
    ]
    return Ways(
        agent=found["agent"],
        manager=found["manager"],
        teams=tuple(found["teams"]),
        policies={
            level: _slices(flags) for level, flags in (found["policies"] or {}).items()
        },
        portfolio=tuple(grant for grant in grants if grant.scope == "portfolio"),
        named=tuple(grant for grant in grants if grant.scope == "archives"),
    )


def _slices(flags):
    return frozenset(name for name, flag in zip(SLICES, flags, strict=True) if flag)
