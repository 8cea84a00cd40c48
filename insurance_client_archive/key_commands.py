"""What ``odoo insurance keys …`` does. Each command returns (answer, exit code)."""

import sys
from contextlib import contextmanager, suppress
from functools import partial

from odoo import SUPERUSER_ID, api
from odoo.exceptions import UserError
from odoo.modules.registry import Registry
from odoo.service.model import retrying

from . import vault_ledger, vault_process, vault_report, vault_shred, vault_store
from .tools import cipher, keyring, ledger
from .tools.coded_error import CodedError
from .vault_process import VaultLocked

FINE, WRONG, REFUSED = 0, 1, 3
#: archives examined at once
BATCH = 500


class Refused(Exception):
    """The command can't be carried out; the text says what to do."""


def run(options, databases):
    """Carry out a command of the command line."""
    name = options.command.replace("-", "_")
    try:
        return COMMANDS[name](options, databases)
    except (Refused, UserError) as error:
        return _refusal(str(error), getattr(error, "code", "refused"))
    except CodedError as error:
        return _refusal(error.message, error.code)


def _refusal(message, code):
    return {"refused": message, "code": code}, REFUSED


@contextmanager
def _environment(databases, catch_up=True):
    """Give an environment of the one database; what is done is committed.

    :param catch_up: destroy first what the ledger lists and a backup brought back
    """
    if len(databases or ()) != 1:
        raise Refused("Name one database: -d NAME.")
    registry = Registry(databases[0])
    if "insurance.vault.key" not in registry:
        raise Refused(f"The archive is not installed in {databases[0]}.")
    with registry.cursor() as cr:
        env = api.Environment(cr, SUPERUSER_ID, {"lang": "en_US"})
        if catch_up:
            # a command that tells about a locked vault goes on
            with suppress(VaultLocked):
                _keys(env)
        yield env


def _keys(env):
    """Open the vault; a transaction that is older than a destruction begins anew."""
    return retrying(partial(vault_process.keys, env), env)


def _status(options, databases):
    if not databases:
        return _file_status()
    with _environment(databases) as env:
        answer = vault_report.report(env)
    return answer, WRONG if answer["state"] == "locked" else FINE


def _file_status():
    """Tell about the keyring alone, where there is no database."""
    place = vault_process.location()
    held = keyring.open_keyring(place.provider, place.path)
    return {
        "path": place.path,
        "provider": place.provider,
        "created": held.created,
        "backup_confirmed": held.backup_confirmed,
        "cipher": held.cipher_name,
        "versions": held.versions(),
        "active_version": held.active_version,
        "fingerprints": held.fingerprints(),
    }, FINE


def _create(options, databases):
    path = options.path or _file_place().path
    held = keyring.create(path, options.cipher or cipher.DEFAULT_CIPHER)
    return {
        "created": path,
        "cipher": held.cipher_name,
        "fingerprints": held.fingerprints(),
        "next": "Copy the file to a safe place, then: odoo insurance keys "
        "confirm-backup",
    }, FINE


def _confirm_backup(options, databases):
    place = _file_place()
    if databases:
        with _environment(databases) as env:
            env["insurance.vault.key"]._confirm_backup()
    else:
        keyring.confirm_backup(place.path)
    return {"backup_confirmed": keyring.load(place.path).backup_confirmed}, FINE


def _file_place():
    place = vault_process.location()
    if place.provider != "file":
        raise Refused(
            f"The keys are with the provider {place.provider}: use its tools."
        )
    return place


def _check(options, databases):
    """Open everything once, batch by batch, and tell what does not open."""
    with _environment(databases) as env:
        env["insurance.use.log"]._record("key", content=["check"])
        archives = values = after = 0
        problems = {}
        while ids := _next_archives(env, after):
            count, found = vault_store.examine(env, ids)
            archives, values, after = archives + len(ids), values + count, ids[-1]
            problems |= found
        names = env["insurance.archive"].browse(problems)
        damaged = [
            {"archive": archive.display_name, "problems": problems[archive.id]}
            for archive in names
        ]
    answer = {"archives": archives, "values": values, "damaged": damaged}
    return answer, WRONG if damaged else FINE


def _next_archives(env, after):
    env.cr.execute(
        "SELECT DISTINCT archive_id FROM insurance_vault_key"
        " WHERE archive_id > %s AND state <> 'destroyed'"
        " ORDER BY archive_id LIMIT %s",
        [after, BATCH],
    )
    return [row[0] for row in env.cr.fetchall()]


def _rotate(options, databases):
    with _environment(databases) as env:
        sweep = env["insurance.vault.key"]._rotate_master()
        return _sweep_answer(env, sweep, wait=not options.no_wait)


def _rotate_data_key(options, databases):
    with _environment(databases) as env:
        archives = env["insurance.archive"].with_context(active_test=False)
        archive = archives.search([("number", "=", options.number)])
        if len(archive) != 1:
            raise Refused(f"There is no archive with the number {options.number}.")
        return _sweep_answer(env, archive._rotate_data_key(), wait=True)


def _sweep_answer(env, sweep, wait):
    if sweep.state == "draft":
        return {
            "state": "waiting",
            "next": "Copy the keyring to a safe place, then: odoo insurance keys "
            "confirm-backup, and rotate again",
        }, FINE
    if wait:
        env["insurance.sweep"]._run_to_end(sweep)
    answer = {
        "state": sweep.state,
        "done": sweep.done_count,
        "total": sweep.total_count,
        "errors": sweep.error_count,
    }
    wrong = sweep.error_count or sweep.state == "failed"
    return answer, WRONG if wrong else FINE


def _retire(options, databases):
    if not options.yes and not _confirmed(options.version):
        raise Refused("Nothing was destroyed.")
    with _environment(databases) as env:
        env["insurance.vault.key"]._retire_master(options.version)
        held = vault_process.keys(env)
    return {"destroyed": options.version, "versions": held.versions()}, FINE


def _confirmed(version):
    sys.stderr.write(
        f"Version {version} of the master key will be destroyed. Backups of the "
        "database whose keys it wrapped can't be opened any more, ever.\n"
        f"Type {version} to go on: "
    )
    sys.stderr.flush()
    return sys.stdin.readline().strip() == str(version)


def _shred_ledger(options, databases):
    return LEDGER_STEPS[options.step](databases)


def _ledger_status(databases):
    with _environment(databases) as env:
        answer = vault_report.report(env)["ledger"]
    return answer, FINE if answer["state"] in ("empty", "current") else WRONG


def _ledger_verify(databases):
    """Read the ledger anew; with a database, compare what that has carried out."""
    place = vault_process.location()
    held = keyring.open_keyring(place.provider, place.path)
    path = vault_ledger.location(held).path
    try:
        found = ledger.read(path, held.verify)
        answer = {"path": path, "entries": found.number, "head": found.head[1]}
        if databases:
            with _environment(databases, catch_up=False) as env:
                vault_ledger.compare(env.cr, found)
    except ledger.LedgerError as error:
        return {"path": path, "wrong": error.message, "code": error.code}, WRONG
    return answer, FINE


def _ledger_replay(databases):
    """Carry out what is missing, as the first use of a sealed value would."""
    with _environment(databases, catch_up=False) as env:
        before = vault_ledger.kept_place(env.cr)[0]
        held = _keys(env)
        after = vault_ledger.current(held).head[0]
        again = 0
        for _archive in env["insurance.archive"]._on_replay():
            again += 1
            env["ir.cron"]._commit_progress()
    answer = {"carried_out": after - before, "entries": after}
    return answer | {"destroyed_again": again}, FINE


def _ledger_purge(databases):
    with _environment(databases) as env:
        held = vault_process.keys(env)
        env["insurance.use.log"]._record("key", content=["purge"])
    try:
        done = vault_shred.purge(databases[0], held)
    except ledger.LedgerError as error:
        raise VaultLocked(error.message, error.code) from None
    if done["held_back"]:
        return {
            **done,
            "next": "Another transaction still sees the old rows: end it, then repeat.",
        }, WRONG
    return done, FINE


COMMANDS = {
    "status": _status,
    "create": _create,
    "confirm_backup": _confirm_backup,
    "rotate": _rotate,
    "retire": _retire,
    "check": _check,
    "rotate_data_key": _rotate_data_key,
    "shred_ledger": _shred_ledger,
}
LEDGER_STEPS = {
    "status": _ledger_status,
    "verify": _ledger_verify,
    "replay": _ledger_replay,
    "purge": _ledger_purge,
}
