"""Checks of sealed values and of the keys that open them."""

from odoo import fields
from odoo.tools import SQL

from odoo.addons.insurance_client_archive import vault_process, vault_report

from ..check_catalogue import Found, check, of_company
from .rows import days_ago, number

#: only the server reads and writes the keyring
MODES = ("0400", "0600")


def _sealed(env, source, broken):
    """Return the archives of rows of the vault that break a demand."""
    env.flush_all()
    # asked of a run of one company alone
    company = SQL(
        "(SELECT company_id FROM insurance_archive WHERE id = item.archive_id)"
    )
    source = SQL("FROM %s WHERE %s", source, of_company(env, company))
    population = env.execute_query(SQL("SELECT count(*) %s", source))[0][0]
    ids = SQL("SELECT item.archive_id %s AND %s", source, broken)
    return Found(population, "insurance.archive", ids)


@check("sealed_without_key")
def sealed_without_key(env, since):
    """Sealed values whose key is gone: nobody can open them any more."""
    return _sealed(
        env,
        SQL("insurance_vault_value item"),
        SQL(
            "NOT EXISTS (SELECT FROM insurance_vault_key key"
            " WHERE key.archive_id = item.archive_id"
            " AND key.generation = item.generation AND key.wrapped IS NOT NULL)"
        ),
    )


@check("key_unreadable")
def key_unreadable(env, since):
    """Keys of archives that the master key does not open."""
    return _sealed(env, SQL("insurance_vault_key item"), SQL("item.state = 'broken'"))


@check("key_wrapped_old")
def key_wrapped_old(env, since):
    """Keys that an old master key wraps, and no work is under way to change it."""
    held = vault_process.peek()
    if not held:
        return None
    return _sealed(
        env,
        SQL("insurance_vault_key item"),
        SQL(
            "item.state IN ('live', 'retiring') AND item.kek_version <> %s"
            " AND NOT EXISTS (SELECT FROM insurance_sweep sweep"
            " WHERE sweep.kind = 'rotate_master' AND sweep.state IN %s)",
            held.active_version,
            ("draft", "running", "paused"),
        ),
    )


@check("master_key_old")
def master_key_old(env, since):
    """The master key is to be changed."""
    days = number(env, "vault_master_days")
    active = [
        (version, master)
        for version, master in vault_report.masters().items()
        if master["state"] == "active"
    ]
    facts = [
        env._(
            "The master key %(version)s is %(age)s days old; it is changed after "
            "%(limit)s days.",
            version=version,
            age=master["days"],
            limit=days,
        )
        for version, master in active
        if master["days"] is not None and master["days"] > days
    ]
    return Found(len(active), facts=tuple(facts))


@check("vault_locked")
def vault_locked(env, since):
    """The vault is locked: nothing sealed can be read or written."""
    status = vault_process.status(env)
    if status["state"] == "empty":
        return None
    return Found(1, facts=(status["message"],) if status["state"] == "locked" else ())


@check("keyring_unsafe")
def keyring_unsafe(env, since):
    """Where the keyring lies, who may read it, and whether there is a copy."""
    status = vault_report.report(env)
    if status["state"] == "empty" or status["provider"] != "file":
        return None
    facts = []
    if status["development"]:
        facts.append(
            env._(
                "The keyring lies in the data directory, beside what it protects. "
                "Move it and name its place in the configuration of the server."
            )
        )
    if not status.get("backup_confirmed"):
        facts.append(env._("Nobody has confirmed a backup of the keyring."))
    if status["mode"] and status["mode"] not in MODES:
        facts.append(env._("The mode of the keyring is %s.", status["mode"]))
    if status["ledger"].get("outside") is False:
        facts.append(
            env._("The destruction ledger lies in the data directory of the server.")
        )
    return Found(4, facts=tuple(facts))


@check("vault_not_examined")
def vault_not_examined(env, since):
    """Nobody has tried for long whether all that is sealed still opens."""
    if vault_process.is_unused(env):
        return None
    days = number(env, "check_vault_days")
    last = env["insurance.sweep"].search(
        [("kind", "=", "vault_check"), ("state", "=", "done")],
        order="date_end desc",
        limit=1,
    )
    if last and last.date_end.date() >= days_ago(days):
        return Found(1)
    day = last and fields.Date.to_string(last.date_end.date()) or env._("never")
    return Found(1, facts=(env._("The last check of all sealed data: %s.", day),))
