"""Checks of backups, of what is to be mended, and of the numbers in force."""

from odoo import fields
from odoo.tools import SQL

from ..check_catalogue import Found, check
from .rows import rows


@check("backup_old")
def backup_old(env, since):
    """Backups and restore drills that are older than allowed."""
    kinds = env["insurance.backup"]._overdue()
    names = {
        "full": env._("full backup"),
        "incremental": env._("incremental backup"),
        "offsite": env._("backup in another place"),
        "drill": env._("restore drill"),
    }
    facts = [
        env._(
            "The last %(what)s: %(when)s; every %(days)s days is demanded.",
            what=names.get(kind, kind),
            when=known["last"] or env._("never"),
            days=known["days"],
        )
        for kind, known in kinds.items()
        if known["overdue"]
    ]
    return Found(len(kinds), facts=tuple(facts))


@check("parameter_untraced")
def parameter_untraced(env, since):
    """Numbers of law and house that differ from the last change on record."""
    return rows(
        env,
        "insurance.parameter",
        SQL("item.value IS DISTINCT FROM item.default_value"),
        SQL(
            """
            item.value IS DISTINCT FROM (
                SELECT change.new_value FROM insurance_parameter_change change
                 WHERE change.parameter_id = item.id AND change.field = 'value'
                 ORDER BY change.id DESC LIMIT 1)
            """
        ),
    )


@check("backup_with_keys")
def backup_with_keys(env, since):
    """Backups in clear, or with the keyring beside what it opens (handbook 6.1)."""
    return rows(
        env,
        "insurance.backup",
        SQL("item.gone_on IS NULL"),
        SQL("item.with_keyring = 'yes' OR item.encrypted = 'no'"),
    )


@check("rectification_late")
def rectification_late(env, since):
    """Findings that are not mended in time (handbook 6.4)."""
    return rows(
        env,
        "insurance.rectification",
        SQL("item.state IN ('new', 'progress')"),
        SQL("item.deadline < %s", fields.Date.today()),
    )
