"""Crypto-shredding: destroy the keys of an archive so that nothing sealed opens again.

Functions of a module and not methods of a model: the code of a server action can't
import, so an administrator alone can't destroy what no backup brings back.
"""

import functools

from odoo.tools import SQL

from . import vault_ledger, vault_process
from .tools.ledger import LedgerError
from .vault_ledger import ARCHIVE, MASTER, PURGE, now


def shred(archives):
    """Destroy the keys of *archives*. Call it last in the transaction, then commit.

    In this order: the archives are locked and nothing holds them (``_check_shred``);
    the use is in the log, committed; the ledger has it, on the disk; keys, values and
    index entries go. From the ledger on there is no way back: if this transaction
    fails, the next one that opens the vault destroys what the ledger lists.
    """
    env = archives.env
    held = vault_process.keys(env)
    env.flush_all()
    _lock(archives)
    archives._check_shred()
    archives._log_use("destroy", content=["insurance.vault.key"])
    try:
        _shred(archives, held)
    except LedgerError as error:
        raise vault_process.locked(env, error.code, error) from None
    env.cr.postcommit.add(
        functools.partial(vault_ledger.delete_rest, env.cr.dbname, archives.ids)
    )
    archives.invalidate_recordset()
    archives._on_shred()


def dates(archives):
    """Return {archive: when its values became unreadable, and where}.

    ``live``: in the running database (T1). ``files``: in the files of the database
    (T2). ``backups``: in every backup, as the master keys that wrapped the keys were
    destroyed (T3). A date that has not come is None.
    """
    held = vault_process.keys(archives.env)
    found = vault_ledger.current(held)
    shredded = {entry.content["uuid"]: entry for entry in found.after(0, ARCHIVE)}
    answer = {}
    # the uuid is nobody's to read; here it only finds the entry
    for archive in archives.sudo():
        if entry := shredded.get(archive.uuid):
            answer[archive.with_env(archives.env)] = {
                "live": entry.content["date"],
                "files": _first(found.after(entry.number, PURGE)),
                "backups": _unreadable_since(found, entry, held),
            }
    return answer


def _shred(archives, held):
    with vault_ledger.writing(archives.env, held) as (found, append):
        # a repeated call, after a crash or a conflict, adds no second entry
        known = {entry.content["uuid"] for entry in found.after(0, ARCHIVE)}
        contents = _contents(archives)
        for content in contents:
            if content["uuid"] not in known:
                append(ARCHIVE, content)
        uuids = [content["uuid"] for content in contents]
        vault_ledger.destroy(archives.env.cr, uuids)


def _lock(archives):
    query = SQL(
        "SELECT id FROM insurance_archive WHERE id = ANY(%s) ORDER BY id FOR UPDATE",
        archives.ids,
    )
    archives.env.cr.execute(query)
    query = SQL(
        "SELECT id FROM insurance_vault_key WHERE archive_id = ANY(%s)"
        " ORDER BY id FOR UPDATE",
        archives.ids,
    )
    archives.env.cr.execute(query)
    # what is checked now is what the lock holds
    archives.invalidate_recordset()


def _contents(archives):
    query = SQL(
        """
        SELECT archive.uuid,
               coalesce(array_agg(key.generation ORDER BY key.generation)
                        FILTER (WHERE key.id IS NOT NULL), '{}'),
               coalesce(max(key.kek_version), 0)
          FROM insurance_archive archive
          LEFT JOIN insurance_vault_key key ON key.archive_id = archive.id
         WHERE archive.id = ANY(%s)
         GROUP BY archive.id
         ORDER BY archive.id
        """,
        archives.ids,
    )
    return [
        {"uuid": uuid, "generations": generations, "master": master, "date": now()}
        for uuid, generations, master in archives.env.execute_query(query)
    ]


def _first(entries):
    return entries[0].content["date"] if entries else None


def _unreadable_since(found, entry, held):
    """Return when the last master key went that may have wrapped the archive's."""
    master = entry.content["master"]
    if any(version <= master for version in held.versions()):
        return None
    destroyed = [
        other.content["date"]
        for other in found.after(0, MASTER)
        if other.content["version"] <= master
    ]
    return max([entry.content["date"], *destroyed])
