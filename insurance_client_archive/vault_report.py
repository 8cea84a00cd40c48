"""What administrators should know about the keys, for the screen and the command line.

Nothing here is a secret: versions, dates, counts and short fingerprints.
"""

import datetime
import os
import stat
from collections import defaultdict

from odoo.tools import SQL

from . import vault_ledger, vault_process
from .tools.ledger import LedgerError
from .vault_process import VaultLocked

#: characters of a fingerprint that people compare
SHORT = 8
#: states of a data key that needs its master key
HELD = ("live", "retiring", "broken")


def report(env):
    """Return all that is known about keyring, keys and ledger of the database."""
    place = vault_process.location()
    return {
        **vault_process.status(env),
        **_file(place),
        "advice": "",
        **_problem(env, place),
        "masters": _masters(env),
        "keys": _counts(env),
        "fingerprints": _fingerprints(),
        "ledger": _ledger(env),
    }


def advice(env, code, path):
    """Return what to do about a locked vault."""
    backup = env._("Put the newest backup of the keyring back to %s.", path)
    ledger = env._("Put the newest copy of the destruction ledger back to its place.")
    texts = {
        "missing": backup,
        "format": backup,
        "short_key": backup,
        "version": backup,
        "unreadable": env._("Give %s to the user who runs the server.", path),
        "permissions": env._("Take the file from all others: chmod 600 %s", path),
        "fingerprint": env._(
            "Name the keyring with which this database was used in the configuration "
            "file of the server."
        ),
        "neutralized": env._(
            "This is as it should be: a copy for staging opens no sealed data."
        ),
        "provider": env._(
            "Correct the option “provider” in the configuration file of the server."
        ),
        "incident": env._("Two compliance officers unlock the vault, under Incidents."),
        "cipher": env._("Install a library that has the cipher of the keyring."),
        "ledger_unreadable": env._(
            "Give the destruction ledger to the user who runs the server."
        ),
        "ledger_unwritable": env._(
            "Make room for the destruction ledger, and let the server write to it."
        ),
    }
    return texts.get(code, ledger if code.startswith("ledger") else "")


def _problem(env, place):
    try:
        vault_process.keys(env)
    except VaultLocked as error:
        return {"advice": advice(env, error.code, place.path)}
    return {}


def _file(place):
    """Return path, mode and owner of the keyring's file."""
    found = {"path": place.path, "mode": "", "owner": ""}
    try:
        status = os.stat(place.path)
    except OSError:
        return found
    return {
        **found,
        "mode": f"{stat.S_IMODE(status.st_mode):04o}",
        "owner": str(status.st_uid),
    }


def _counts(env):
    """Return {state: number of data keys}."""
    query = SQL("SELECT state, count(*) FROM insurance_vault_key GROUP BY state")
    return dict(env.execute_query(query))


def masters():
    """Return {version: what the keyring says about a master key}."""
    held = _held()
    if not held:
        return {}
    fingerprints = held.fingerprints()
    return {
        version: {
            "state": _master_state(version, held),
            "date": _date(held, version),
            "days": _days(_date(held, version)),
            "fingerprint": fingerprints[f"master:{version}"][:SHORT],
        }
        for version in held.versions()
    }


def _masters(env):
    """Return the versions of the master key, the newest first."""
    query = SQL(
        "SELECT kek_version, state, count(*) FROM insurance_vault_key"
        " WHERE state = ANY(%s) GROUP BY kek_version, state",
        list(HELD),
    )
    counts = defaultdict(dict)
    for version, state, count in env.execute_query(query):
        counts[version][state] = count
    known = masters()
    return [
        {
            "version": version,
            **known.get(version, {"state": "absent", "days": None}),
            "keys": {state: counts[version].get(state, 0) for state in HELD},
            "total": sum(counts[version].values()),
        }
        for version in sorted(set(counts) | set(known), reverse=True)
    ]


def _master_state(version, held):
    if version == held.active_version:
        return "active"
    return "waiting" if version > held.active_version else "old"


def _date(held, version):
    created = held.created if version == 1 else None
    return held.master_dates.get(version, created)


def _days(date):
    if not date:
        return None
    then = datetime.datetime.fromisoformat(date)
    return (datetime.datetime.now(datetime.timezone.utc) - then).days


def _fingerprints():
    """Return {key and version: short fingerprint} but for the master keys."""
    held = _held()
    return {
        name: value[:SHORT]
        for name, value in (held.fingerprints() if held else {}).items()
        if not name.startswith("master:")
    }


def _held():
    """Return the keyring, whether or not this database may be opened with it."""
    return vault_process.peek()


def _ledger(env):
    """Return where the ledger is and how far this database has carried it out."""
    held = _held()
    if not held:
        return {"state": "locked", "entries": 0, "destroyed": 0}
    place = vault_ledger.location(held)
    known = {"path": place.path, "outside": place.outside}
    try:
        found = vault_ledger.current(held)
    except LedgerError as error:
        return {**known, "state": error.code, "entries": 0, "destroyed": 0}
    number, digest = found.head
    carried_out, replayed = vault_ledger.kept_place(env.cr)
    return {
        **known,
        "state": "empty" if not number else "current",
        "entries": number,
        "destroyed": len(found.after(0, vault_ledger.ARCHIVE)),
        "head": digest[:SHORT] if number else "",
        "carried_out": carried_out,
        "replayed": replayed,
    }
