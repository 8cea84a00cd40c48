"""Checks of what is given to others."""

from odoo import fields
from odoo.tools import SQL

from ..check_catalogue import check
from .rows import moment_ago, months_ago, number, rows

OPEN = SQL(
    "item.state = 'delivered' AND item.date_to >"
    " statement_timestamp() AT TIME ZONE 'UTC'"
)
IN_FORCE = SQL("item.state = 'approved'")


@check("share_without_consent")
def share_without_consent(env, since):
    """Open shares that rest on a consent which does not live any more (PIPL 23)."""
    return rows(
        env,
        "insurance.share",
        SQL("%s AND item.basis = 'consent'", OPEN),
        SQL(
            """
            NOT EXISTS (
                SELECT FROM insurance_share_consent_rel named
                  JOIN insurance_consent said ON said.id = named.consent_id
                 WHERE named.share_id = item.id
                   AND said.archive_id = item.archive_id AND %(live)s)
            """,
            live=env["insurance.consent"]._live_sql(),
        ),
    )


@check("share_without_agreement")
def share_without_agreement(env, since):
    """Open shares with a partner whose agreement is not in force (PIPL 21)."""
    return rows(
        env,
        "insurance.share",
        SQL("%s AND item.kind = 'cooperation'", OPEN),
        SQL(
            "NOT EXISTS (SELECT FROM insurance_share_agreement agreement"
            " WHERE agreement.id = item.agreement_id AND agreement.state = 'approved'"
            " AND %(today)s BETWEEN agreement.date_from AND agreement.date_to)",
            today=fields.Date.today(),
        ),
    )


@check("share_not_ended")
def share_not_ended(env, since):
    """Shares whose time is over and that were not closed."""
    return rows(
        env,
        "insurance.share",
        SQL("item.state IN ('submitted', 'approved', 'delivered')"),
        # the hourly work has a day
        SQL("item.date_to < %s", moment_ago(days=1)),
    )


@check("share_over_limit")
def share_over_limit(env, since):
    """Shares that were downloaded more often than was permitted.

    The database keeps the counter below the limit; what is counted here are the
    recorded downloads.
    """
    return rows(
        env,
        "insurance.share",
        SQL("item.state IN ('delivered', 'ended')"),
        SQL(
            "(SELECT count(*) FROM insurance_share_event happened"
            " WHERE happened.share_id = item.id AND happened.event = 'download')"
            " > item.download_limit"
        ),
    )


@check("share_not_receipted")
def share_not_receipted(env, since):
    """Shares that were fetched without a receipt of the recipient (handbook 5.2)."""
    late = moment_ago(days=number(env, "check_receipt_days"))
    return rows(
        env,
        "insurance.share",
        SQL("item.state IN ('delivered', 'ended') AND item.download_count > 0"),
        SQL("item.receipt_on IS NULL AND item.delivered_on < %s", late),
    )


@check("share_by_one")
def share_by_one(env, since):
    """Shares that nobody but the person who shares has permitted."""
    return rows(
        env,
        "insurance.share",
        SQL("item.state IN ('delivered', 'ended') AND item.delivered_on IS NOT NULL"),
        SQL(
            "item.approver_id IS NULL OR item.approver_id = item.requester_id"
            " OR item.reviewer_id = item.approver_id"
        ),
    )


@check("agreement_over")
def agreement_over(env, since):
    """Agreements that have run out without proof of what became of the data."""
    return rows(
        env,
        "insurance.share.agreement",
        SQL("item.state IN ('approved', 'ended')"),
        SQL(
            "item.end_confirmed_on IS NULL"
            " AND (item.state = 'ended' OR item.date_to < %s)",
            fields.Date.today(),
        ),
    )


@check("agreement_unchecked")
def agreement_unchecked(env, since):
    """Partners whose protection of the data nobody has checked lately (PIPL 21)."""
    late = months_ago(number(env, "check_agreement_months"))
    return rows(
        env,
        "insurance.share.agreement",
        SQL("%s AND item.date_to >= %s", IN_FORCE, fields.Date.today()),
        SQL("coalesce(item.checked_on, item.date_from) < %s", late),
    )


@check("file_open_to_all")
def file_open_to_all(env, since):
    """Files at records of clients that a link opens without a login."""
    models = [name for name in env.registry if name.startswith("insurance.")]
    return rows(
        env,
        "ir.attachment",
        SQL("item.res_model = ANY(%s)", models),
        SQL("item.public OR item.access_token IS NOT NULL"),
    )


@check("mail_unencrypted")
def mail_unencrypted(env, since):
    """Servers for outgoing mail that are reached without encryption."""
    return rows(
        env,
        "ir.mail_server",
        SQL("item.active"),
        SQL("coalesce(item.smtp_encryption, 'none') = 'none'"),
    )
