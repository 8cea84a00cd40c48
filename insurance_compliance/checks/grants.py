"""Checks of applications, grants, reviews of access and handovers."""

from odoo import fields
from odoo.tools import SQL

from ..check_catalogue import check
from .rows import days_ago, moment_ago, number, rows

OF_STAFF = SQL("item.level <> 'external'")


def live(env):
    """Return the condition that a grant is in force at this moment."""
    return env["insurance.access.grant"]._live_sql("item")


@check("grant_unused")
def grant_unused(env, since):
    """Grants in force that nobody uses: what is not needed is taken back."""
    days = number(env, "access_unused_days")
    return rows(
        env,
        "insurance.access.grant",
        SQL("%s AND %s", live(env), OF_STAFF),
        env["insurance.access.grant"]._unused_sql("item", days),
    )


@check("grant_person_gone")
def grant_person_gone(env, since):
    """Grants in force of people who have left."""
    return rows(
        env,
        "insurance.access.grant",
        live(env),
        SQL(
            "EXISTS (SELECT FROM res_users person"
            " WHERE person.id = item.user_id AND person.active IS NOT TRUE)"
        ),
    )


@check("grant_without_application")
def grant_without_application(env, since):
    """Grants of employees without an application that was granted.

    Grants are written by the server alone; one without an application was put into
    the database by other means, or its application was changed afterwards.
    """
    return rows(
        env,
        "insurance.access.grant",
        SQL("%s AND %s", live(env), OF_STAFF),
        SQL(
            """
            NOT EXISTS (
                SELECT FROM insurance_access_request application
                 WHERE application.id = item.request_id
                   AND application.user_id = item.user_id
                   AND application.state = 'approved')
            AND NOT EXISTS (
                SELECT FROM insurance_share share WHERE share.grant_id = item.id)
            """
        ),
    )


@check("grant_too_long")
def grant_too_long(env, since):
    """Grants in force for longer than the policy of their level allows."""
    return rows(
        env,
        "insurance.access.grant",
        SQL("%s AND %s", live(env), OF_STAFF),
        SQL(
            """
            EXISTS (
                SELECT FROM insurance_access_policy policy
                 WHERE policy.level = item.level
                   AND CASE WHEN item.standing THEN policy.max_standing_days
                            ELSE policy.max_days END > 0
                   AND item.date_to > item.date_from + make_interval(days =>
                       CASE WHEN item.standing THEN policy.max_standing_days
                            ELSE policy.max_days END + 1))
            """
        ),
    )


@check("request_overdue")
def request_overdue(env, since):
    """Applications on which nobody decides."""
    late = moment_ago(days=number(env, "access_escalation_days"))
    return rows(
        env,
        "insurance.access.request",
        SQL("item.state = 'submitted'"),
        SQL("item.submitted_on < %s", late),
    )


@check("use_unconfirmed")
def use_unconfirmed(env, since):
    """Applications whose time is over, without a word on the use and the copies."""
    late = moment_ago(days=number(env, "access_close_days"))
    return rows(
        env,
        "insurance.access.request",
        SQL("item.state = 'approved'"),
        SQL("item.date_to < %s", late),
    )


@check("approval_by_nobody")
def approval_by_nobody(env, since):
    """Granted applications that nobody but the applicant has approved.

    The database refuses an own approval; looked for are granted applications without
    the step of another person, or whose approver is the applicant.
    """
    return rows(
        env,
        "insurance.access.request",
        SQL("item.state IN ('approved', 'revoked', 'closed')"),
        SQL(
            """
            item.approver_id = item.user_id OR item.second_approver_id = item.user_id
            OR NOT EXISTS (
                SELECT FROM insurance_access_step step
                 WHERE step.request_id = item.id AND step.kind = 'approved'
                   AND step.user_id <> item.user_id)
            """
        ),
    )


@check("second_approval_missing")
def second_approval_missing(env, since):
    """Applications for sensitive data that one person alone has granted."""
    return rows(
        env,
        "insurance.access.request",
        SQL("item.state IN ('approved', 'revoked', 'closed') AND item.second_needed"),
        SQL(
            "(SELECT count(DISTINCT step.user_id) FROM insurance_access_step step"
            " WHERE step.request_id = item.id AND step.kind = 'approved'"
            " AND step.revision = item.revision) < 2"
        ),
    )


@check("access_review_overdue")
def access_review_overdue(env, since):
    """Reviews of access that are not finished in time (handbook 6.1)."""
    return rows(
        env,
        "insurance.access.campaign",
        SQL("item.state = 'running'"),
        SQL("item.deadline < %s", fields.Date.today()),
    )


@check("handover_letter_late")
def handover_letter_late(env, since):
    """Clients of an agent who has left that were not told in time (Sales 36)."""
    return rows(
        env,
        "insurance.handover.line",
        SQL("item.handover_state = 'done' AND item.state <> 'none'"),
        SQL("item.state = 'to_send' AND item.due_date < %s", fields.Date.today()),
    )


@check("handover_waiting")
def handover_waiting(env, since):
    """Handovers that were prepared and not carried out on their day."""
    late = days_ago(number(env, "handover_reminder_days"))
    return rows(
        env,
        "insurance.handover",
        SQL("item.state = 'draft'"),
        SQL("item.date < %s", late),
    )


@check("team_without_leader")
def team_without_leader(env, since):
    """Teams with clients whose applications nobody can decide on (handbook 5.1)."""
    return rows(
        env,
        "crm.team",
        SQL(
            "item.id IN (SELECT archive.team_id FROM insurance_archive archive"
            " WHERE archive.state NOT IN ('restricted', 'destroyed'))"
        ),
        SQL(
            "NOT EXISTS (SELECT FROM res_users leader"
            " WHERE leader.id = item.user_id AND leader.active)"
        ),
    )
