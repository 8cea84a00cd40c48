"""Checks of rules, duties, trainings and impact assessments."""

from odoo import fields
from odoo.tools import SQL

from ..check_catalogue import Found, check


@check("duty_clash")
def duty_clash(env, since):
    """Persons with two roles that should be apart, without an exception in force."""
    clashes = env["insurance.duty.clash"].search([("state", "=", "open")])
    users = env["res.users"].search_count([("share", "=", False)])
    ids = SQL("SELECT unnest(%s::int[])", clashes.user_id.ids)
    return Found(users, "res.users", ids)


@check("rule_unread")
def rule_unread(env, since):
    """Rules in force that somebody has not confirmed in time."""
    env["insurance.rule.reading"].flush_model()
    needed = SQL(
        """
        insurance_rule_reading reading
        JOIN insurance_rule_document document ON document.id = reading.document_id
        JOIN res_users member ON member.id = reading.user_id
       WHERE document.state = 'in_force' AND member.active
        """
    )
    [(count,)] = env.execute_query(SQL("SELECT count(*) FROM %s", needed))
    ids = SQL(
        "SELECT reading.id FROM %s AND reading.confirmed_on IS NULL"
        " AND reading.due_on < %s",
        needed,
        fields.Date.today(),
    )
    return Found(count, "insurance.rule.reading", ids)


@check("training_due")
def training_due(env, since):
    """Persons who have not passed a training that their role needs in time."""
    rows = env["insurance.training.due"].search_fetch([], ["state"])
    late = rows.filtered(lambda row: row.state == "late")
    ids = SQL("SELECT unnest(%s::int[])", late.user_id.ids)
    return Found(len(rows.user_id), "res.users", ids)


@check("sealed_unassessed")
def sealed_unassessed(env, since):
    """Sealed fields whose impact on people was never assessed."""
    known = env["insurance.sealed.field"].search([])
    lacking = known.filtered(lambda field: not field.assessed)
    return Found(len(known), facts=tuple(lacking.mapped("label")))


@check("impact_review")
def impact_review(env, since):
    """Approved impact assessments whose review is over."""
    env["insurance.impact.assessment"].flush_model()
    [(count,)] = env.execute_query(
        SQL("SELECT count(*) FROM insurance_impact_assessment WHERE state = 'approved'")
    )
    ids = SQL(
        "SELECT id FROM insurance_impact_assessment"
        " WHERE state = 'approved' AND review_date < %s",
        fields.Date.today(),
    )
    return Found(count, "insurance.impact.assessment", ids)
