"""Detection in the use log: each rule is one statement, over a stretch of time.

What is counted in a window that moves with the clock is worked out without comparing
rows with each other: each use counts from its moment until the window has left it (or,
where the same archive is counted once, until its next use). The running sum over these
beginnings and ends is the count at each moment; moments with as many as the rule allows
are joined to cases.
"""

from typing import NamedTuple

from odoo import SUPERUSER_ID
from odoo.tools import SQL

#: uses of contents, of which off-hours and networks speak
USES = (
    "view",
    "list",
    "reveal",
    "copy",
    "export",
    "print",
    "share",
    "download",
    "search_hit",
)


class Case(NamedTuple):
    """A user who did more than a rule allows; times of the first and last moment."""

    user_id: int | None
    date_from: object
    date_to: object
    counted: int


def cases(env, used, since, until, minutes, threshold):
    """Return the cases of a rule in a stretch of time.

    :param used: select of user_id, date, what, weight in ``(begin, until]``
    """
    query = SQL(
        """
        WITH used AS (%(used)s), spans AS (
            SELECT user_id, date AS begun, weight,
                   least(date + %(window)s, lead(date) OVER (
                       PARTITION BY user_id, what ORDER BY date)) AS ended
              FROM used
        ), steps AS (
            SELECT user_id, begun AS at, weight AS step, true AS fresh FROM spans
            UNION ALL
            SELECT user_id, ended, -weight, false FROM spans
        ), levels AS (
            SELECT user_id, at, bool_or(fresh) AS fresh,
                   sum(sum(step)) OVER (PARTITION BY user_id ORDER BY at) AS counted
              FROM steps GROUP BY user_id, at
        ), moments AS (
            SELECT user_id, at, counted,
                   at - lag(at) OVER (PARTITION BY user_id ORDER BY at) > %(window)s
                       AS apart
              FROM levels
             WHERE fresh AND counted >= %(threshold)s
               AND at > %(since)s AND at <= %(until)s
        ), numbered AS (
            SELECT *, count(*) FILTER (WHERE apart) OVER (
                       PARTITION BY user_id ORDER BY at) AS number
              FROM moments
        )
        SELECT user_id, min(at), max(at), max(counted)::integer
          FROM numbered GROUP BY user_id, number ORDER BY min(at), user_id
        """,
        used=used,
        window=window(minutes),
        threshold=threshold,
        since=since,
        until=until,
    )
    return [Case(*row) for row in env.execute_query(query)]


def window(minutes):
    return SQL("make_interval(mins => %s)", minutes)


def log_uses(
    condition, since, until, minutes, measure="uses", excluded=(), people=True
):
    """Return the select of what a rule counts in the use log.

    :param condition: about the record ``log``
    :param measure: each use, each value that was named in it, or each archive once
    :param people: leave out what the server itself did
    """
    what, weight, source = {
        "uses": (SQL("log.id"), SQL("1"), SQL("")),
        "values": (
            SQL("log.id"),
            SQL("coalesce(array_length(string_to_array(log.content, ','), 1), 1)"),
            SQL(""),
        ),
        "archives": (
            SQL("archive.id"),
            SQL("1"),
            SQL(
                "CROSS JOIN LATERAL unnest(coalesce(log.archive_ids,"
                " ARRAY[log.archive_id])) AS archive (id)"
            ),
        ),
    }[measure]
    return SQL(
        """
        SELECT log.user_id, log.date, %(what)s AS what, %(weight)s AS weight
          FROM insurance_use_log log %(source)s
         WHERE log.date > %(since)s::timestamp - %(window)s AND log.date <= %(until)s
           AND %(people)s AND log.user_id <> ALL(%(excluded)s)
           AND %(what)s IS NOT NULL AND %(condition)s
        """,
        what=what,
        weight=weight,
        source=source,
        since=since,
        until=until,
        window=window(minutes),
        people=SQL("log.user_id <> %s", SUPERUSER_ID) if people else SQL("true"),
        excluded=list(excluded),
        condition=condition,
    )


def done(*actions):
    return SQL("log.action IN %s AND log.result = 'done'", actions)


def denied():
    return SQL("(log.result = 'denied' OR log.action = 'denied')")


def off_hours(rule):
    """Return the condition that a use was outside of the hours of work."""
    moment = SQL("((log.date AT TIME ZONE 'UTC') AT TIME ZONE %s)", rule.tz)
    day = SQL("extract(isodow FROM %s)", moment)
    hour = SQL(
        "(extract(hour FROM %(moment)s) + extract(minute FROM %(moment)s) / 60)",
        moment=moment,
    )
    if not rule.calendar_id:
        at_work = SQL("%s >= %s AND %s < %s", hour, rule.hour_from, hour, rule.hour_to)
        if rule.weekdays_only:
            at_work = SQL("%s AND %s <= 5", at_work, day)
        return SQL("%s AND NOT (%s)", done(*USES), at_work)
    return SQL(
        """
        %(uses)s AND (NOT EXISTS (
            SELECT FROM resource_calendar_attendance work
             WHERE work.calendar_id = %(calendar)s
               AND work.dayofweek::integer = %(day)s - 1
            HAVING %(hour)s >= min(work.hour_from) AND %(hour)s < max(work.hour_to)
        ) OR EXISTS (
            SELECT FROM resource_calendar_leaves holiday
             WHERE holiday.resource_id IS NULL
               AND (holiday.calendar_id = %(calendar)s OR holiday.calendar_id IS NULL)
               AND log.date >= holiday.date_from AND log.date < holiday.date_to
        ))
        """,
        uses=done(*USES),
        calendar=rule.calendar_id.id,
        day=day,
        hour=hour,
    )


def honey():
    """Return the condition that a decoy was touched; its own agent may look at it."""
    return SQL(
        """
        (log.action = 'alarm' AND log.content = 'insurance.decoy'
         OR log.action IN ('view', 'reveal', 'copy', 'export', 'print', 'share',
                           'download', 'search_hit')
        AND EXISTS (
            SELECT FROM insurance_decoy decoy
             WHERE (decoy.archive_id = log.archive_id
                    OR decoy.archive_id = ANY(log.archive_ids))
               AND (log.action <> 'view' OR log.user_id <> decoy.agent_id)))
        """
    )


def damaged():
    """Return the condition that a value did not open, or work on keys went wrong."""
    return SQL("log.action IN ('alarm', 'key') AND log.result = 'failed'")


def foreign_sessions(networks, since, until, minutes, excluded=()):
    """Return the select of sessions from elsewhere in which archives were used.

    The addresses are those of Odoo's own list of devices, which it brings up to date
    once an hour; nothing more is kept about anybody.
    """
    address = SQL(
        "CASE WHEN device.ip_address ~ '^([0-9]{1,3}[.]){3}[0-9]{1,3}$'"
        " OR device.ip_address ~ '^[0-9a-fA-F:]*:[0-9a-fA-F:.]*$'"
        " THEN device.ip_address::inet END"
    )
    return SQL(
        """
        SELECT device.user_id, device.last_activity AS date, device.id AS what,
               1 AS weight
          FROM res_device_log device
         WHERE device.last_activity > %(since)s::timestamp - %(window)s
           AND device.last_activity <= %(until)s
           AND device.user_id <> ALL(%(excluded)s)
           AND NOT coalesce(%(address)s <<= ANY(%(networks)s::inet[]), false)
           AND EXISTS (
               SELECT FROM insurance_use_log log
                WHERE log.user_id = device.user_id
                  AND log.channel = 'web' AND %(uses)s
                  AND log.date >= device.first_activity - interval '1 minute'
                  AND log.date <= device.last_activity + interval '1 hour')
        """,
        since=since,
        until=until,
        window=window(minutes),
        excluded=list(excluded),
        address=address,
        networks=networks,
        uses=done(*USES),
    )


def misfits(since, until):
    """Return the select of verifications of the log in which something did not fit."""
    return SQL(
        "SELECT NULL::integer AS user_id, coalesce(date_end, date) AS date, id AS what,"
        " 1 AS weight FROM insurance_use_check WHERE state = 'misfit'"
        " AND coalesce(date_end, date) > %s AND coalesce(date_end, date) <= %s",
        since,
        until,
    )


def silence(since, until, minutes, role_ids):
    """Return the select of records that were lost, and of a log that says nothing.

    Silent is a log without a record, while somebody with a role in the archive has been
    at work for as long as the rule allows.
    """
    return SQL(
        """
        SELECT NULL::integer AS user_id, log.date, log.id AS what, 1 AS weight
          FROM insurance_use_log log
         WHERE log.action = 'writer_gap' AND log.date > %(since)s
           AND log.date <= %(until)s
        UNION ALL
        SELECT NULL, max(device.last_activity), max(device.id), 1
          FROM res_device_log device
         WHERE device.last_activity > %(since)s::timestamp - %(window)s
           AND device.last_activity <= %(until)s
           AND device.last_activity - device.first_activity >= %(window)s
           AND device.user_id IN (
               SELECT uid FROM res_groups_users_rel WHERE gid = ANY(%(roles)s))
           AND NOT EXISTS (
               SELECT FROM insurance_use_log log
                WHERE log.date > device.last_activity - %(window)s
                  AND log.date <= device.last_activity + %(window)s)
        HAVING max(device.id) IS NOT NULL
        """,
        since=since,
        until=until,
        window=window(minutes),
        roles=list(role_ids),
    )
