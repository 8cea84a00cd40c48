"""Checks of the use log itself, and of the guards of the database."""

from odoo import fields
from odoo.tools import SQL

from ..check_catalogue import Found, check
from .rows import moment_ago, number, rows

LOG_TABLES = (
    "insurance_use_log",
    "insurance_use_note",
    "insurance_use_epoch",
    "insurance_use_leaf",
    "insurance_use_pruned",
)
LOG_GUARDS = ("insurance_use_log_guard", "insurance_use_log_guard_all")
#: (table, trigger): what no code whatever can do, as long as they are there
GUARDS = (
    ("insurance_archive", "insurance_archive_guard"),
    ("insurance_archive", "insurance_archive_truncate_guard"),
    ("insurance_archive", "insurance_archive_hold_guard"),
    ("insurance_archive", "insurance_archive_end_hold_guard"),
    ("insurance_archive", "insurance_archive_end_guard"),
    ("insurance_archive", "insurance_archive_begin_guard"),
    ("insurance_legal_hold_archive", "insurance_legal_hold_guard"),
    ("insurance_consent", "insurance_consent_guard"),
    ("insurance_consent", "insurance_consent_truncate_guard"),
    ("insurance_backup", "insurance_backup_guard"),
    ("res_partner", "insurance_partner_guard"),
)


@check("log_unsealed")
def log_unsealed(env, since):
    """Records of the use log that were not sealed within the time."""
    minutes = number(env, "check_seal_minutes")
    return rows(
        env,
        "insurance.use.log",
        SQL("item.date >= %s", since),
        SQL(
            "item.date < %s AND NOT EXISTS (SELECT FROM insurance_use_leaf leaf"
            " WHERE leaf.log_id = item.id)",
            moment_ago(minutes=minutes),
        ),
    )


@check("log_lost")
def log_lost(env, since):
    """Records of the use log that a server could not write."""
    return rows(
        env,
        "insurance.use.log",
        SQL("item.date >= %s", since),
        SQL("item.action = 'writer_gap'"),
    )


@check("log_misfit")
def log_misfit(env, since):
    """Verifications of the use log that have found something."""
    return rows(
        env,
        "insurance.use.check",
        SQL("item.date_end >= %s", since),
        SQL("item.state = 'misfit'"),
    )


@check("log_unverified")
def log_unverified(env, since):
    """Nobody has verified the use log in time."""
    hours = number(env, "use_log_check_hours")
    last = env["insurance.use.check"].search(
        [("state", "in", ("ok", "misfit"))], order="date_end desc", limit=1
    )
    if last and last.date_end >= moment_ago(hours=hours):
        return Found(1)
    when = last and fields.Datetime.to_string(last.date_end) or env._("never")
    return Found(1, facts=(env._("The last verification of the use log: %s.", when),))


@check("log_within_reach")
def log_within_reach(env, since):
    """Whoever rules the database could rewrite the use log."""
    checks = env["insurance.use.check"]
    facts = []
    if checks._is_changeable():
        facts.append(
            env._(
                "The tables of the use log belong to the role of the server. Give them "
                "to another one (security/use_log_owner.sql)."
            )
        )
    if not checks._is_anchored_outside():
        facts.append(
            env._(
                "The hashes of the use log are not carried out of the server. Name a "
                "place (use_log_anchor) or have them mailed."
            )
        )
    return Found(2, facts=tuple(facts))


@check("guard_off")
def guard_off(env, since):
    """Guards of the database that are missing or switched off."""
    tables = [*LOG_TABLES, *_months(env)]
    demanded = {*GUARDS, *((table, name) for table in tables for name in LOG_GUARDS)}
    query = SQL(
        "SELECT pg_class.relname, tgname FROM pg_trigger"
        " JOIN pg_class ON pg_class.oid = tgrelid"
        " WHERE tgname = ANY(%s) AND tgenabled IN ('O', 'A')",
        list({name for _table, name in demanded}),
    )
    missing = sorted(demanded - set(env.execute_query(query)))
    facts = [
        env._("The guard %(guard)s of %(table)s is off.", guard=name, table=table)
        for table, name in missing
    ]
    return Found(len(demanded), facts=tuple(facts))


def _months(env):
    """Return the partitions of the log."""
    query = SQL(
        "SELECT pg_class.relname FROM pg_inherits"
        " JOIN pg_class ON pg_class.oid = inhrelid"
        " WHERE inhparent = to_regclass('insurance_use_log')"
    )
    return [name for (name,) in env.execute_query(query)]
