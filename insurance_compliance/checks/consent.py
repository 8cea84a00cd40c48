"""Checks of what clients were told and have agreed to, and of their requests."""

from odoo import fields
from odoo.tools import SQL

from ..check_catalogue import Found, check, of_company
from .rows import LIVING, rows

ENTERED = SQL("item.state IN ('entered', 'filed') AND item.client_kind = 'individual'")


@check("notice_missing")
def notice_missing(env, since):
    """Clients in the books who were never shown the notice (PIPL 17)."""
    return _lacking(env, [("basis", "!=", "consent")])


@check("consent_missing")
def consent_missing(env, since):
    """Clients in the books without a consent that entering demands (PIPL 13)."""
    return _lacking(env, [("basis", "=", "consent"), ("minors", "=", False)])


@check("guardian_missing")
def guardian_missing(env, since):
    """Children whose guardian has not agreed (PIPL 31)."""
    age = env["insurance.parameter"]._get("minor_age")
    born_after = fields.Date.subtract(fields.Date.today(), years=age)
    child = SQL("%s AND item.birth_date > %s", ENTERED, born_after)
    return _lacking(env, [("minors", "=", True)], child)


def _lacking(env, domain, among=ENTERED):
    """Return who has no living answer to one of the purposes of entering."""
    purposes = env["insurance.processing"].search([("at_entry", "=", True), *domain])
    conditions = [_unanswered(env, purpose) for purpose in purposes]
    broken = SQL(" OR ").join(conditions or [SQL("FALSE")])
    return rows(env, "insurance.archive", among, broken)


def _unanswered(env, purpose):
    return SQL(
        "(NOT %s AND NOT %s)",
        purpose._consent_sql("item", env["insurance.consent"]._live_sql()),
        purpose._grace_sql("item"),
    )


@check("sensitive_without_consent")
def sensitive_without_consent(env, since):
    """Sealed sensitive values kept without the separate consent (PIPL 29)."""
    purposes = env["insurance.processing"].search(
        [("field_ids", "!=", False), ("basis", "=", "consent")]
    )
    env.flush_all()
    source = SQL(
        "FROM insurance_vault_value sealed"
        " JOIN insurance_archive item ON item.id = sealed.archive_id"
        " WHERE sealed.slot = ANY(%s) AND %s AND item.client_kind = 'individual'"
        " AND %s",
        purposes.field_ids.mapped("name"),
        LIVING,
        of_company(env, SQL("item.company_id")),
    )
    population = env.execute_query(SQL("SELECT count(DISTINCT item.id) %s", source))[0][
        0
    ]
    broken = [
        SQL(
            "(sealed.slot = ANY(%s) AND %s)",
            purpose.field_ids.mapped("name"),
            _unanswered(env, purpose),
        )
        for purpose in purposes
    ]
    ids = SQL(
        "SELECT item.id %s AND (%s)", source, SQL(" OR ").join(broken or [SQL("FALSE")])
    )
    return Found(population, "insurance.archive", ids)


@check("profiled_without_right")
def profiled_without_right(env, since):
    """Clients with a profile who have not agreed to one, or object (PIPL 24)."""
    purpose = env["insurance.processing"]._of_code("profiling")
    allowed = env["insurance.archive"]._may_process_sql("profiling", "archive")
    # whoever has agreed is left out first, by one join: few are then asked about
    agreed = SQL(
        "EXISTS (SELECT FROM insurance_consent said WHERE said.archive_id ="
        " item.archive_id AND said.processing_id = %s AND %s)",
        purpose.id,
        env["insurance.consent"]._live_sql(),
    )
    return rows(
        env,
        "insurance.client.class",
        SQL(
            "item.client_type IS NOT NULL OR item.lifecycle_stage IS NOT NULL"
            " OR item.protection_need IS NOT NULL OR item.behaviour IS NOT NULL"
            " OR item.value_tier IS NOT NULL"
        ),
        SQL(
            "%s AND EXISTS (SELECT FROM insurance_archive AS archive"
            " WHERE archive.id = item.archive_id AND NOT %s)",
            SQL("NOT %s", agreed) if purpose else SQL("TRUE"),
            allowed,
        ),
    )


@check("consent_run_out")
def consent_run_out(env, since):
    """Consents that the service needs, whose time is over, and nobody asked again.

    What is not needed simply stops when the consent ends (PIPL 14, 16).
    """
    age = env["insurance.parameter"]._get("minor_age")
    purposes = env["insurance.processing"]
    needed = purposes.search(["|", ("necessary", "=", True), ("at_entry", "=", True)])
    return rows(
        env,
        "insurance.consent",
        SQL(
            "item.state IN ('given', 'expired') AND item.processing_id = ANY(%s)",
            needed.ids,
        ),
        SQL(
            """
            (item.state = 'expired' OR item.valid_until < %(today)s
             OR item.renew_by < %(today)s)
            AND EXISTS (
                SELECT FROM insurance_archive archive
                 WHERE archive.id = item.archive_id
                   AND archive.state NOT IN ('restricted', 'destroyed')
                   AND (item.processing_id <> ALL(%(of_children)s)
                        OR archive.birth_date > %(born)s))
            AND NOT EXISTS (
                SELECT FROM insurance_consent later
                 WHERE later.archive_id = item.archive_id
                   AND later.processing_id = item.processing_id
                   AND later.recipient_id IS NOT DISTINCT FROM item.recipient_id
                   AND later.id > item.id AND later.state <> 'replaced'
            )
            """,
            today=fields.Date.today(),
            of_children=needed.filtered("minors").ids,
            born=fields.Date.subtract(fields.Date.today(), years=age),
        ),
    )


@check("consent_unproved")
def consent_unproved(env, since):
    """Consents in force without proof, or of a child without a guardian (PIPL 69)."""
    return rows(
        env,
        "insurance.consent",
        SQL("item.state = 'given'"),
        SQL(
            """
            EXISTS (
                SELECT FROM insurance_consent_evidence proof
                 WHERE proof.id = item.evidence_id AND (
                    (proof.evidence = 'signature' AND proof.signature_hash IS NULL)
                    OR (proof.evidence = 'paper' AND proof.document_id IS NULL
                        AND coalesce(proof.reference, '') = '')
                    OR (proof.evidence = 'recording'
                        AND coalesce(proof.reference, '') = '')
                    OR (item.kind = 'guardian' AND proof.given_by <> 'guardian'))
            )
            """
        ),
    )


@check("consent_on_draft_notice")
def consent_on_draft_notice(env, since):
    """Answers taken on a notice that nobody had approved. No button allows it."""
    return rows(
        env,
        "insurance.consent",
        SQL("TRUE"),
        SQL(
            "EXISTS (SELECT FROM insurance_notice notice WHERE notice.id ="
            " item.notice_id AND (notice.state = 'draft'"
            " OR notice.approved_by_id IS NULL))"
        ),
    )


@check("purpose_not_told")
def purpose_not_told(env, since):
    """Purposes in use that no notice in force tells of (PIPL 17)."""
    return rows(
        env,
        "insurance.processing",
        SQL("item.active"),
        SQL(
            "NOT EXISTS (SELECT FROM insurance_notice_line line"
            " JOIN insurance_notice notice ON notice.id = line.notice_id"
            " WHERE line.processing_id = item.id AND notice.state = 'in_force')"
        ),
    )


@check("client_request_late")
def client_request_late(env, since):
    """Requests of clients that are not answered in time (PIPL 50)."""
    return rows(
        env,
        "insurance.client.request",
        SQL("item.state IN ('new', 'identified', 'second')"),
        SQL("item.deadline < %s", fields.Date.today()),
    )


@check("client_request_unproved")
def client_request_unproved(env, since):
    """Requests answered although nobody had checked who asks (PIPL 45)."""
    return rows(
        env,
        "insurance.client.request",
        SQL("item.state = 'answered'"),
        SQL("item.identity_checked_on IS NULL"),
    )
