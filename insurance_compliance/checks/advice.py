"""Checks of products, advice and sale: not applicable where nobody advises."""

from odoo import fields
from odoo.tools import SQL

from ..check_catalogue import check
from .rows import installed, rows

#: recommendations that a client has seen
ISSUED = SQL("item.state IN ('talk', 'confirmed', 'sold')")


@check("product_not_approved")
def product_not_approved(env, since):
    """Products recommended or on sale that nobody has approved (handbook 4.3)."""
    if not installed(env, "insurance.recommendation.line"):
        return None
    return rows(
        env,
        "insurance.recommendation.line",
        SQL(
            "EXISTS (SELECT FROM insurance_recommendation advice WHERE advice.id ="
            " item.recommendation_id AND advice.state IN ('talk', 'confirmed'))"
        ),
        SQL(
            "EXISTS (SELECT FROM product_template product"
            " WHERE product.id = item.product_id"
            " AND product.insurance_state <> 'approved')"
        ),
    )


@check("product_review_late")
def product_review_late(env, since):
    """Products on sale whose review is overdue (handbook 4.1)."""
    if not installed(env, "insurance.product.review"):
        return None
    today = fields.Date.today()
    return rows(
        env,
        "product.template",
        SQL(
            "item.is_insurance AND item.active AND item.insurance_state = 'approved'"
            " AND (item.insurance_on_sale_to IS NULL"
            " OR item.insurance_on_sale_to >= %s)",
            today,
        ),
        SQL("coalesce(item.insurance_review_due, %s - 1) < %s", today, today),
    )


@check("product_by_one")
def product_by_one(env, since):
    """Approved products that the person who submitted them has reviewed."""
    if not installed(env, "insurance.product.review"):
        return None
    return rows(
        env,
        "product.template",
        SQL("item.is_insurance AND item.insurance_state = 'approved'"),
        SQL(
            """
            NOT EXISTS (
                SELECT FROM insurance_product_review review
                 WHERE review.product_id = item.id AND review.verdict = 'fit'
                   AND review.reviewer_id IS DISTINCT FROM
                       item.insurance_submitted_by_id)
            """
        ),
    )


@check("advice_without_assessment")
def advice_without_assessment(env, since):
    """Advice to a client whose need nobody had assessed (Suitability 34)."""
    if not installed(env, "insurance.recommendation", "insurance.assessment"):
        return None
    return rows(
        env,
        "insurance.recommendation",
        SQL("%s AND item.issued_on IS NOT NULL AND item.personalised", ISSUED),
        SQL(
            """
            NOT EXISTS (
                SELECT FROM insurance_assessment asked
                 WHERE asked.archive_id = item.archive_id AND asked.state <> 'draft'
                   AND asked.kind = 'need' AND asked.done_on <= item.issued_on::date
                   AND coalesce(asked.valid_until, item.issued_on::date)
                       >= item.issued_on::date)
            """
        ),
    )


@check("advice_unlicensed")
def advice_unlicensed(env, since):
    """Advice by somebody without a licence on that day (Suitability 16)."""
    if not installed(env, "insurance.recommendation", "insurance.agent.profile"):
        return None
    return rows(
        env,
        "insurance.recommendation",
        SQL("%s AND item.issued_on IS NOT NULL", ISSUED),
        SQL(
            """
            NOT EXISTS (
                SELECT FROM insurance_agent_profile profile
                 WHERE profile.user_id = item.agent_id
                   AND coalesce(profile.licence_number, '') <> ''
                   AND profile.licence_until >= item.issued_on::date)
            """
        ),
    )


@check("licence_expired")
def licence_expired(env, since):
    """Agents who have clients and no licence any more."""
    if not installed(env, "insurance.agent.profile"):
        return None
    return rows(
        env,
        "insurance.agent.profile",
        SQL(
            "item.active AND EXISTS (SELECT FROM res_users person"
            " WHERE person.id = item.user_id AND person.active)"
        ),
        SQL(
            "item.licence_until IS NULL OR item.licence_until < %s", fields.Date.today()
        ),
    )


@check("sale_unsigned")
def sale_unsigned(env, since):
    """Sales without the client's signature under the proposal (Sales 29)."""
    if not installed(env, "insurance.recommendation.evidence"):
        return None
    return rows(
        env,
        "insurance.recommendation",
        SQL("item.state IN ('confirmed', 'sold')"),
        SQL(
            "NOT EXISTS (SELECT FROM insurance_recommendation_evidence proof"
            " WHERE proof.recommendation_id = item.id"
            " AND proof.kind = 'confirmation')"
        ),
    )


@check("sale_against_advice")
def sale_against_advice(env, since):
    """Products sold against the advice without the client's written wish."""
    if not installed(env, "insurance.recommendation.evidence"):
        return None
    return rows(
        env,
        "insurance.recommendation.line",
        SQL("item.chosen AND item.severity IN ('stop', 'block')"),
        SQL(
            """
            EXISTS (SELECT FROM insurance_recommendation advice
                     WHERE advice.id = item.recommendation_id
                       AND advice.state IN ('confirmed', 'sold'))
            AND (item.severity = 'block' OR item.insists IS NOT TRUE OR NOT EXISTS (
                SELECT FROM insurance_recommendation_evidence proof
                 WHERE proof.recommendation_id = item.recommendation_id
                   AND proof.kind = 'insistence'))
            """
        ),
    )


@check("recording_missing")
def recording_missing(env, since):
    """Sales whose recording is due and not there (Traceability 5, 7)."""
    if not installed(env, "insurance.recording"):
        return None
    return rows(
        env,
        "insurance.recording",
        SQL(
            "EXISTS (SELECT FROM insurance_recommendation advice"
            " WHERE advice.id = item.recommendation_id AND advice.state = 'sold')"
        ),
        SQL("item.state = 'due'"),
    )


@check("recording_unrepaired")
def recording_unrepaired(env, since):
    """Faults of recordings that are not repaired in time (Traceability 10)."""
    if not installed(env, "insurance.recording"):
        return None
    return rows(
        env,
        "insurance.recording",
        SQL("item.state = 'faulty'"),
        SQL("item.fix_due < %s", fields.Date.today()),
    )
