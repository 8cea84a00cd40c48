"""Checks of the use log: who has used what, by which right, what for.

The log is looked at from *since*: what a run has found once is not found again.
"""

from odoo.tools import SQL

from ..check_catalogue import Found, check
from .rows import number, rows

#: what takes something out of an archive
TAKEN = SQL("('reveal', 'copy', 'export', 'print', 'download', 'share')")


def used(env, since, among, broken):
    """Return which records of the log since then break a demand."""
    recent = SQL("item.date >= %s AND %s", since, among)
    return rows(env, "insurance.use.log", recent, broken)


@check("use_outside_grant")
def use_outside_grant(env, since):
    """Uses by a grant before it began or after it had ended (handbook 5.1)."""
    return used(
        env,
        since,
        SQL("item.grant_id > 0 AND item.action NOT IN ('approve', 'revoke', 'denied')"),
        SQL(
            """
            NOT EXISTS (
                SELECT FROM insurance_access_grant access
                 WHERE access.id = item.grant_id
                   AND item.date >= access.date_from
                   AND item.date < LEAST(
                       access.date_to,
                       COALESCE(access.ended_on, access.date_to)
                       + interval '1 minute'))
            """
        ),
    )


@check("use_without_right")
def use_without_right(env, since):
    """Sealed values opened without a grant, by somebody not responsible.

    Whoever gave the client away since was responsible then.
    """
    return used(
        env,
        since,
        SQL(
            "item.action = 'reveal' AND item.result = 'done'"
            " AND item.archive_id IS NOT NULL"
        ),
        SQL(
            """
            coalesce(item.grant_id, 0) = 0 AND NOT EXISTS (
                SELECT FROM insurance_archive archive
                  LEFT JOIN crm_team team ON team.id = archive.team_id
                 WHERE archive.id = item.archive_id AND item.user_id IN (
                    archive.agent_id, archive.manager_id, team.user_id))
            AND NOT EXISTS (
                SELECT FROM insurance_handover_line line
                 WHERE line.archive_id = item.archive_id
                   AND line.from_agent_id = item.user_id)
            """
        ),
    )


@check("use_without_purpose")
def use_without_purpose(env, since):
    """Values shown, exports and prints of which nobody said what for."""
    return used(
        env,
        since,
        SQL("item.action IN %s AND item.result = 'done'", TAKEN),
        SQL("coalesce(item.purpose, '') = ''"),
    )


@check("use_in_other_name")
def use_in_other_name(env, since):
    """Uses in the name of somebody who was not the one logged in."""
    return used(
        env,
        since,
        SQL("item.action IN %s AND item.caller_id IS NOT NULL", TAKEN),
        SQL("item.caller_id <> item.user_id"),
    )


@check("use_after_end")
def use_after_end(env, since):
    """Values opened of archives that are restricted or destroyed (PIPL 47)."""
    return used(
        env,
        since,
        SQL(
            "item.action IN %s AND item.result = 'done'"
            " AND item.archive_id IS NOT NULL",
            TAKEN,
        ),
        SQL(
            "EXISTS (SELECT FROM insurance_archive archive"
            " WHERE archive.id = item.archive_id"
            " AND archive.state IN ('restricted', 'destroyed')"
            " AND archive.state_date < item.date)"
        ),
    )


@check("reveals_unusual")
def reveals_unusual(env, since):
    """People who open many more sealed values than the others do."""
    return _people(
        env,
        since,
        SQL("log.action = 'reveal' AND log.result = 'done'"),
        SQL(
            "person.times > %s AND person.times > %s * (SELECT"
            " percentile_disc(0.5) WITHIN GROUP (ORDER BY times) FROM person)",
            number(env, "check_reveals_least"),
            number(env, "check_reveals_factor"),
        ),
    )


@check("searches_unusual")
def searches_unusual(env, since):
    """People who try many ID numbers: most are not found."""
    return _people(
        env,
        since,
        SQL("log.action IN ('search_hit', 'search_miss')"),
        SQL(
            "person.times > %s AND person.missed * 2 > person.times",
            number(env, "check_searches_least"),
        ),
    )


@check("denied_often")
def denied_often(env, since):
    """People who try again and again what they may not (handbook 6.3)."""
    return _people(
        env,
        since,
        SQL("log.result = 'denied'"),
        SQL("person.times > %s", number(env, "check_denied_least")),
    )


def _people(env, since, among, broken):
    """Return the users of whom the log holds unusually much since then."""
    env.flush_all()
    person = SQL(
        "WITH person AS (SELECT log.user_id, count(*) AS times,"
        " count(*) FILTER (WHERE log.action = 'search_miss') AS missed"
        " FROM insurance_use_log log WHERE log.date >= %s AND %s GROUP BY log.user_id)",
        since,
        among,
    )
    population = env.execute_query(SQL("%s SELECT count(*) FROM person", person))[0][0]
    # whom the log names may have been deleted
    ids = SQL(
        "%s SELECT res_users.id FROM person"
        " JOIN res_users ON res_users.id = person.user_id WHERE %s",
        person,
        broken,
    )
    return Found(population, "res.users", ids)


@check("decoy_opened")
def decoy_opened(env, since):
    """Decoys that somebody has opened: their clients do not exist."""
    return rows(
        env,
        "insurance.decoy",
        SQL("item.archive_id IS NOT NULL"),
        SQL("item.last_alarm >= %s", since),
    )
