"""Checks of incidents: found out, led, told, learned from, rehearsed (PIPL 51, 57)."""

from odoo import fields
from odoo.tools import SQL

from ..check_catalogue import Found, check, of_company
from .rows import moment_ago, months_ago, number, rows

#: a drill has its own clocks: whoever misses them has learned something
REAL = SQL("item.is_drill IS NOT TRUE")
#: what PIPL 57 is about: leak, tampering, loss, and how they come about
ABOUT_CLIENTS = ("leak", "tampering", "loss", "abuse", "illegal")


@check("incident_clock_late")
def incident_clock_late(env, since):
    """Authorities or clients that were not told of an incident in time (PIPL 57)."""
    return rows(
        env,
        "insurance.incident.clock",
        SQL(
            "item.told_on IS NULL AND coalesce(item.needless_reason, '') = ''"
            " AND NOT EXISTS (SELECT FROM insurance_incident incident"
            " WHERE incident.id = item.incident_id AND incident.is_drill)"
        ),
        SQL("item.due_on < %s", fields.Datetime.now()),
    )


@check("incident_rule_off")
def incident_rule_off(env, since):
    """Rules that detect incidents in the use log and are switched off.

    Foreign networks are known only when somebody has named the own ones.
    """
    return rows(
        env,
        "insurance.incident.rule",
        SQL("item.kind <> 'foreign_network'"),
        SQL("item.active IS NOT TRUE"),
    )


@check("incident_rule_stale")
def incident_rule_stale(env, since):
    """Rules of detection that are on, and have not looked at the use log for long."""
    limit = moment_ago(hours=number(env, "check_cron_hours"))
    return rows(
        env,
        "insurance.incident.rule",
        SQL("item.active"),
        SQL("item.evaluated_to IS NULL OR item.evaluated_to < %s", limit),
    )


@check("decoy_unnoticed")
def decoy_unnoticed(env, since):
    """Alarms of decoys for which no incident was opened.

    A rule counts in spans: an alarm belongs to a detection that covers its second.
    """
    hours = number(env, "check_incident_lead_hours")
    return rows(
        env,
        "insurance.use.log",
        SQL(
            "item.action = 'alarm' AND item.content = 'insurance.decoy'"
            " AND item.date >= %s AND item.date < %s",
            # what was too young the last time is looked at now
            fields.Datetime.subtract(since, hours=hours),
            moment_ago(hours=hours),
        ),
        SQL(
            """
            NOT EXISTS (
                SELECT FROM insurance_incident_detection detection
                  JOIN insurance_incident_rule rule ON rule.id = detection.rule_id
                 WHERE rule.kind = 'honey'
                   AND detection.user_number = item.user_id
                   AND date_trunc('second', item.date)
                       BETWEEN detection.date_from AND detection.date_to)
            """
        ),
    )


@check("incident_unled")
def incident_unled(env, since):
    """Incidents that nobody has taken on in time."""
    limit = moment_ago(hours=number(env, "check_incident_lead_hours"))
    return rows(
        env,
        "insurance.incident",
        SQL("%s AND item.is_open", REAL),
        SQL(
            "(item.state = 'new' OR item.responsible_id IS NULL)"
            " AND item.discovered_on < %s",
            limit,
        ),
    )


@check("incident_affected_unknown")
def incident_affected_unknown(env, since):
    """Incidents that are past the assessment and name no affected archives.

    Worked out and none found is an answer, too. What a rule has found out about the
    server, and about no person, has no uses that could be counted.
    """
    return rows(
        env,
        "insurance.incident",
        SQL(
            "%s AND item.kind IN %s"
            " AND item.state IN ('contained', 'notified', 'reviewed', 'closed')"
            " AND (item.rule_id IS NULL OR item.suspect_id IS NOT NULL)",
            REAL,
            ABOUT_CLIENTS,
        ),
        SQL(
            "item.affected_on IS NULL AND NOT EXISTS (SELECT"
            " FROM insurance_incident_archive line WHERE line.incident_id = item.id)"
        ),
    )


@check("incident_letter_missing")
def incident_letter_missing(env, since):
    """Incidents whose clients are to be told, where some have no letter (PIPL 57)."""
    return rows(
        env,
        "insurance.incident",
        SQL("%s AND item.is_open AND item.decision = 'tell'", REAL),
        SQL(
            """
            item.decided_on < %s AND EXISTS (
                SELECT FROM insurance_incident_archive line
                 WHERE line.incident_id = item.id AND line.removed IS NOT TRUE
                   AND NOT EXISTS (SELECT FROM insurance_incident_letter letter
                                    WHERE letter.line_id = line.id))
            """,
            moment_ago(hours=number(env, "check_incident_letter_hours")),
        ),
    )


@check("incident_letter_unsent")
def incident_letter_unsent(env, since):
    """Incidents whose letters are approved and have not all left (PIPL 57)."""
    return rows(
        env,
        "insurance.incident",
        SQL("%s AND item.is_open AND item.decision = 'tell'", REAL),
        SQL(
            """
            item.approved_on < %s AND EXISTS (
                SELECT FROM insurance_incident_letter letter
                 WHERE letter.incident_id = item.id AND letter.state = 'prepared')
            """,
            moment_ago(hours=number(env, "check_incident_letter_hours")),
        ),
    )


@check("suspension_forgotten")
def suspension_forgotten(env, since):
    """Users who are still suspended though the incident is over, or for very long."""
    return rows(
        env,
        "insurance.access.suspension",
        SQL("item.lifted_on IS NULL"),
        SQL(
            """
            item.suspended_on < %s OR EXISTS (
                SELECT FROM insurance_incident incident
                 WHERE incident.id = item.incident_id
                   AND incident.state IN ('closed', 'false_alarm'))
            """,
            moment_ago(days=number(env, "check_suspension_days")),
        ),
    )


@check("incident_review_late")
def incident_review_late(env, since):
    """Incidents of which everybody was told, and from which nobody has learned yet."""
    return rows(
        env,
        "insurance.incident",
        SQL("%s AND item.state = 'notified'", REAL),
        SQL(
            "item.state_date < %s",
            moment_ago(days=number(env, "check_incident_review_days")),
        ),
    )


@check("incident_closed_unreviewed")
def incident_closed_unreviewed(env, since):
    """Closed incidents without cause or lessons, or closed by who has led them."""
    return rows(
        env,
        "insurance.incident",
        SQL("%s AND item.state = 'closed'", REAL),
        SQL(
            "coalesce(btrim(item.root_cause), '') = ''"
            " OR coalesce(btrim(item.lessons), '') = ''"
            " OR item.reviewed_by_id IS NULL OR item.closed_by_id IS NULL"
            " OR item.closed_by_id IN (item.responsible_id, item.reviewed_by_id)"
        ),
    )


@check("incident_measure_lost")
def incident_measure_lost(env, since):
    """Closed incidents with a measure that never came into the ledger."""
    return rows(
        env,
        "insurance.incident",
        SQL(
            "item.state = 'closed' AND EXISTS (SELECT FROM insurance_incident_measure"
            " measure WHERE measure.incident_id = item.id)"
        ),
        SQL(
            """
            EXISTS (
                SELECT FROM insurance_incident_measure measure
                 WHERE measure.incident_id = item.id AND NOT EXISTS (
                       SELECT FROM insurance_rectification rectification
                        WHERE rectification.key
                              = concat('incident:', item.id, ':', measure.id)))
            """
        ),
    )


@check("drill_overdue")
def drill_overdue(env, since):
    """Emergency drills that were planned and not held (PIPL 51)."""
    return rows(
        env,
        "insurance.incident.drill",
        SQL("item.state = 'planned'"),
        SQL("item.planned_date < %s", fields.Date.today()),
    )


@check("drill_missing")
def drill_missing(env, since):
    """No emergency drill was held in the time of the parameter (PIPL 51)."""
    env["insurance.incident.drill"].flush_model()
    months = number(env, "incident_drill_months")
    query = SQL(
        "SELECT max(ended_on) FROM insurance_incident_drill"
        " WHERE state = 'done' AND %s",
        of_company(env, SQL("company_id")),
    )
    [(last,)] = env.execute_query(query)
    if last and last.date() >= months_ago(months):
        return Found(1)
    when = last and fields.Date.to_string(last.date()) or env._("never")
    fact = env._(
        "The last emergency drill: %(when)s; one is demanded every %(months)s months.",
        when=when,
        months=months,
    )
    return Found(1, facts=(fact,))
