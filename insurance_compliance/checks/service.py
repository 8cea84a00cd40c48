"""Checks of complaints, claims, service and classes."""

from odoo import fields
from odoo.tools import SQL

from ..check_catalogue import check
from .rows import days_ago, months_ago, number, rows


@check("complaint_late")
def complaint_late(env, since):
    """Complaints that are not answered in time (Complaints 18, 20)."""
    return rows(
        env,
        "insurance.feedback",
        SQL(
            "item.kind = 'complaint' AND item.state IN"
            " ('new', 'acknowledged', 'investigating', 'review')"
        ),
        SQL("item.next_deadline < %s", fields.Date.today()),
    )


@check("complaint_by_concerned")
def complaint_by_concerned(env, since):
    """Complaints in the hands of the person complained about (Complaints 17)."""
    return rows(
        env,
        "insurance.feedback",
        SQL("item.kind = 'complaint' AND item.handler_id IS NOT NULL"),
        SQL("item.handler_id = item.complained_user_id"),
    )


@check("claim_late")
def claim_late(env, since):
    """Claims whose decision or payment is late (Insurance Law 23)."""
    return rows(
        env,
        "insurance.claim",
        SQL("item.state NOT IN ('paid', 'closed', 'refused', 'withdrawn')"),
        SQL("item.next_deadline < %s", fields.Date.today()),
    )


@check("service_late")
def service_late(env, since):
    """Promised services that nobody has done (handbook 3.3)."""
    late = days_ago(number(env, "check_service_days"))
    return rows(
        env,
        "insurance.service.item",
        SQL("item.state = 'planned'"),
        SQL("item.due_date < %s", late),
    )


@check("churn_ignored")
def churn_ignored(env, since):
    """Warnings of a client who may leave, on which nobody acts (handbook 3.4)."""
    late = days_ago(number(env, "check_churn_days"))
    return rows(
        env,
        "insurance.churn.alert",
        SQL("item.state IN ('new', 'planned', 'acting')"),
        SQL("coalesce(item.action_date, item.date) < %s", late),
    )


@check("benefit_forbidden")
def benefit_forbidden(env, since):
    """Benefits outside the contract that the law forbids (Insurance Law 116)."""
    return rows(
        env,
        "insurance.incentive",
        SQL("item.state IN ('granted', 'given')"),
        SQL(
            """
            item.approved_by_id IS NULL OR item.approved_by_id = item.user_id
            OR EXISTS (SELECT FROM insurance_incentive_kind kind
                        WHERE kind.id = item.kind_id AND (kind.allowed IS NOT TRUE
                           OR (item.tied_to_sale AND kind.in_contract IS NOT TRUE)))
            """
        ),
    )


@check("scorecard_unreviewed")
def scorecard_unreviewed(env, since):
    """Scorecards in force that nobody has approved, or reviewed for long."""
    late = months_ago(number(env, "check_scorecard_months"))
    return rows(
        env,
        "insurance.scorecard",
        SQL("item.state = 'active'"),
        SQL(
            "coalesce(item.approved_on, item.activated_on, item.create_date) < %s", late
        ),
    )
