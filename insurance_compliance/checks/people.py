"""Checks of the people who have a role, and of how they log in."""

from odoo.tools import SQL

from ..check_catalogue import Found, check, of_company
from .rows import moment_ago, number, rows

MODULE = "insurance_client_archive"
#: roles that open client data, or decide about it
ROLES = (
    f"{MODULE}.group_agent",
    f"{MODULE}.group_department",
    f"{MODULE}.group_archivist",
    f"{MODULE}.group_compliance",
)
#: groups with few members
POWERFUL = (
    "base.group_system",
    f"{MODULE}.group_admin",
    f"{MODULE}.group_compliance",
    f"{MODULE}.group_archivist",
)
#: a person, not a program or a template; the superuser never logs in
PERSON = SQL("item.active AND item.id <> 1")


def member(env, column, *names):
    """Return the condition that a user is in one of the groups, also by another."""
    groups = env["res.groups"].union(*[env.ref(name) for name in names])
    return SQL(
        "EXISTS (SELECT FROM res_groups_users_rel held"
        " WHERE held.uid = %s AND held.gid = ANY(%s))",
        column,
        (groups | groups.all_implied_by_ids).ids,
    )


def with_role(env):
    return SQL("%s AND %s", PERSON, member(env, SQL("item.id"), *ROLES))


@check("second_factor_off")
def second_factor_off(env, since):
    """People with client data who log in with a password alone (handbook 6.1)."""
    return rows(env, "res.users", with_role(env), SQL("item.totp_secret IS NULL"))


@check("administrator_with_role")
def administrator_with_role(env, since):
    """Administrators of the system who also have a role with client data."""
    return rows(
        env,
        "res.users",
        SQL("%s AND %s", PERSON, member(env, SQL("item.id"), "base.group_system")),
        member(env, SQL("item.id"), *ROLES),
    )


@check("user_idle")
def user_idle(env, since):
    """People with a role who have not logged in for long: take it back."""
    late = moment_ago(days=number(env, "check_idle_days"))
    return rows(
        env,
        "res.users",
        with_role(env),
        SQL(
            "item.create_date < %(late)s AND NOT EXISTS (SELECT FROM res_users_log log"
            " WHERE log.create_uid = item.id AND log.create_date >= %(late)s)",
            late=late,
        ),
    )


@check("outsider_with_role")
def outsider_with_role(env, since):
    """Clients and partners with a login who hold a role of the staff."""
    role = SQL("EXISTS (SELECT FROM res_groups_users_rel held WHERE held.uid = item.id")
    groups = env["res.groups"].union(
        *[env.ref(name) for name in (*ROLES, f"{MODULE}.group_admin")]
    )
    return rows(
        env,
        "res.users",
        SQL("item.active AND item.share"),
        SQL(
            "%s AND held.gid = ANY(%s))", role, (groups | groups.all_implied_by_ids).ids
        ),
    )


@check("group_crowded")
def group_crowded(env, since):
    """Powerful groups with more members than there are reasons for."""
    most = number(env, "check_powerful_members")
    groups = env["res.groups"].union(*[env.ref(name) for name in POWERFUL])
    crowded = [
        group.id
        for group in groups
        if len(group.all_user_ids.filtered(lambda user: user.active and user.id != 1))
        > most
    ]
    return Found(
        len(groups),
        "res.groups",
        SQL("SELECT id FROM res_groups WHERE id = ANY(%s)", crowded),
    )


@check("api_key_endless")
def api_key_endless(env, since):
    """Keys of the programming interface that never end, of people with a role."""
    groups = SQL(
        "EXISTS (SELECT FROM res_users person WHERE person.id = item.user_id"
        " AND person.active AND %s)",
        member(env, SQL("person.id"), *ROLES),
    )
    return rows(env, "res.users.apikeys", groups, SQL("item.expiration_date IS NULL"))


@check("agent_without_role")
def agent_without_role(env, since):
    """Archives whose agent has no role that opens them any more."""
    env.flush_all()
    source = SQL(
        "FROM insurance_archive item JOIN res_users agent ON agent.id = item.agent_id"
        " WHERE agent.active AND item.state NOT IN ('restricted', 'destroyed')"
        " AND %s",
        of_company(env, SQL("item.company_id")),
    )
    population = env.execute_query(SQL("SELECT count(*) %s", source))[0][0]
    # asked of each agent, not of each client
    without = SQL(
        "item.agent_id IN (SELECT person.id FROM res_users person WHERE NOT %s)",
        member(env, SQL("person.id"), f"{MODULE}.group_agent"),
    )
    return Found(
        population,
        "insurance.archive",
        SQL("SELECT item.id %s AND %s", source, without),
    )
