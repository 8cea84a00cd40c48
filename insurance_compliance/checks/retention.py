"""Checks of how long archives are kept, what holds them, and how they end."""

from odoo import fields
from odoo.tools import SQL

from ..check_catalogue import check
from .rows import moment_ago, months_ago, number, rows

LIVING = SQL("item.state <> 'destroyed'")
ENDED = SQL("item.state = 'destroyed'")


@check("retention_missing")
def retention_missing(env, since):
    """Archives in the books of which nobody knows how long they are kept."""
    return rows(
        env,
        "insurance.archive",
        SQL("item.state IN ('entered', 'filed', 'restricted')"),
        SQL(
            "NOT EXISTS (SELECT FROM insurance_retention kept"
            " WHERE kept.archive_id = item.id AND kept.status <> 'none')"
        ),
    )


@check("kept_too_long")
def kept_too_long(env, since):
    """Archives that should have been destroyed a yearly run ago (PIPL 19, 47)."""
    late = months_ago(number(env, "destruction_cycle_months"))
    return rows(
        env,
        "insurance.retention",
        SQL("item.status = 'dated'"),
        SQL(
            """
            item.until < %(late)s AND item.held IS NOT TRUE
            AND coalesce(item.kept_until, %(late)s) <= %(today)s
            AND NOT EXISTS (
                SELECT FROM insurance_destruction_line line
                  JOIN insurance_destruction run ON run.id = line.destruction_id
                 WHERE line.archive_id = item.archive_id
                   AND line.decision = 'destroy'
                   AND run.state IN ('submitted', 'approved', 'supervised', 'running'))
            """,
            late=late,
            today=fields.Date.today(),
        ),
    )


@check("destroyed_too_early")
def destroyed_too_early(env, since):
    """Archives that were destroyed before their time was over (Insurance Law 87)."""
    return rows(
        env,
        "insurance.destruction.line",
        SQL("item.state = 'done'"),
        SQL(
            "item.until IS NULL OR item.until >= item.done_on::date"
            " OR item.kept_until >= item.done_on::date"
        ),
    )


@check("destroyed_without_run")
def destroyed_without_run(env, since):
    """Archives that ended without a destruction that three persons share."""
    return rows(
        env,
        "insurance.archive",
        ENDED,
        SQL(
            "NOT EXISTS (SELECT FROM insurance_destruction_line line"
            " WHERE line.archive_id = item.id AND line.state = 'done')"
        ),
    )


@check("destroyed_still_readable")
def destroyed_still_readable(env, since):
    """Destroyed archives of which a key, a sealed value or an index is left."""
    return rows(
        env,
        "insurance.archive",
        ENDED,
        SQL(
            """
            EXISTS (SELECT FROM insurance_vault_key kept
                     WHERE kept.archive_id = item.id AND kept.wrapped IS NOT NULL)
            OR EXISTS (SELECT FROM insurance_vault_value kept
                        WHERE kept.archive_id = item.id)
            OR EXISTS (SELECT FROM insurance_vault_index kept
                        WHERE kept.archive_id = item.id)
            """
        ),
    )


@check("destruction_unsigned")
def destruction_unsigned(env, since):
    """Destructions without a certificate that the server has signed."""
    return rows(
        env,
        "insurance.destruction",
        SQL("item.state = 'done'"),
        SQL("item.signature IS NULL OR item.list_hash IS NULL OR item.done_on IS NULL"),
    )


@check("destruction_half_done")
def destruction_half_done(env, since):
    """Destructions that were begun and stand still."""
    hours = number(env, "check_destruction_hours")
    return rows(
        env,
        "insurance.destruction",
        SQL("item.state = 'running'"),
        SQL("item.executed_on < %s", moment_ago(hours=hours)),
    )


@check("destruction_waiting")
def destruction_waiting(env, since):
    """Lists for destruction on which nobody decides."""
    late = moment_ago(days=number(env, "check_finding_days"))
    return rows(
        env,
        "insurance.destruction",
        SQL("item.state IN ('submitted', 'approved')"),
        SQL("coalesce(item.approved_on, item.submitted_on) < %s", late),
    )


@check("hold_overdue")
def hold_overdue(env, since):
    """Legal holds whose reason nobody has looked at again in time."""
    return rows(
        env,
        "insurance.legal.hold",
        SQL("item.state = 'active'"),
        SQL("item.review_date < %s", fields.Date.today()),
    )


@check("hold_broken")
def hold_broken(env, since):
    """Legal holds of which an archive was destroyed. The database refuses it."""
    return rows(
        env,
        "insurance.legal.hold",
        SQL("item.state = 'active'"),
        SQL(
            "EXISTS (SELECT FROM insurance_legal_hold_archive line"
            " JOIN insurance_archive archive ON archive.id = line.archive_id"
            " WHERE line.hold_id = item.id AND archive.state = 'destroyed')"
        ),
    )
