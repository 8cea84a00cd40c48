"""Crypto-shredding: destroy the keys of an archive so that nothing sealed opens again.

Functions of a module and not methods of a model: the code of a server action can't
import, so an administrator alone can't destroy what no backup brings back.
"""

import contextlib
import datetime
import functools

import psycopg2

from odoo import sql_db
from odoo.tools import SQL

from . import vault_ledger, vault_process
from .tools import ledger
from .tools.ledger import LedgerError
from .vault_ledger import ARCHIVE, MASTER, PURGE, now

PURGE_COMMANDS = (
    "VACUUM insurance_vault_key",
    "VACUUM insurance_vault_value",
    "VACUUM insurance_vault_index",
)


def shred(archives):
    """Destroy the keys of *archives*. Call it last in the transaction, then commit.

    In this order: the archives are locked and nothing holds them (``_check_shred``;
    what the ledger has from before a crash can't be held any more);
    the use is in the log, committed; the ledger has it, on the disk; keys, values and
    index entries go. From the ledger on there is no way back: if this transaction
    fails, the next one that opens the vault destroys what the ledger lists.
    """
    env = archives.env
    held = vault_process.keys(env)
    env.flush_all()
    _lock(archives)
    listed = [archive.id for archive in dates(archives)]
    archives.filtered(lambda archive: archive.id not in listed)._check_shred()
    # while an installation runs, the log's own connection would wait for it
    recorded = env.registry.ready
    archives._log_use("destroy", content=["insurance.vault.key"], wait=recorded)
    try:
        _shred(archives, held)
    except LedgerError as error:
        raise vault_process.locked(env, error.code, error) from None
    env.cr.postcommit.add(
        functools.partial(vault_ledger.delete_rest, env.cr.dbname, archives.ids)
    )
    archives.invalidate_recordset()
    archives._on_shred()


def is_done(archives):
    """Tell whether the ledger has the archives, and nothing of them is left here.

    Their keys, values and index entries are looked for, whatever the ledger says.
    """
    if len(dates(archives)) < len(archives):
        return False
    query = SQL(
        """
        SELECT NOT EXISTS (SELECT FROM insurance_vault_key
                            WHERE archive_id = ANY(%(ids)s)
                              AND (state <> 'destroyed' OR wrapped IS NOT NULL))
           AND NOT EXISTS (SELECT FROM insurance_vault_value
                            WHERE archive_id = ANY(%(ids)s))
           AND NOT EXISTS (SELECT FROM insurance_vault_index
                            WHERE archive_id = ANY(%(ids)s))
           -- without its mark an archive could get a new key
           AND (SELECT count(DISTINCT archive_id) FROM insurance_vault_key
                 WHERE archive_id = ANY(%(ids)s)) = %(count)s
        """,
        ids=archives.ids,
        count=len(archives),
    )
    return archives.env.execute_query(query)[0][0]


def purge(database, held):
    """Remove what the destroyed keys left in the files of the database.

    On a connection of its own, as ``VACUUM`` asks for. Return whether another
    transaction still has the old rows in sight (``held_back``), and whether a file of
    the write-ahead log was finished (``wal``).
    """
    with contextlib.closing(_own_connection(database)) as connection:
        connection.autocommit = True
        with connection.cursor() as cr:
            # destructions that are under way are committed first
            cr.execute("SELECT pg_advisory_lock(%s)", [vault_ledger.LOCK])
            number = _clean(cr, database)
            held_back = _is_held_back(cr)
            for command in PURGE_COMMANDS:
                cr.execute(command)
            wal = _switch_wal(cr)
    if number and not held_back:
        content = {"until": number, "wal": wal, "database": database, "date": now()}
        with ledger.writing(vault_ledger.location(held).path, held) as (_, append):
            append(PURGE, content)
    return {"held_back": held_back, "wal": wal}


def awaits_purge(database, held):
    """Tell whether a destruction was not followed by a purge of this database yet."""
    found = vault_ledger.current(held)
    until = max(
        (
            entry.content["until"]
            for entry in found.after(0, PURGE)
            if entry.content["database"] == database
        ),
        default=0,
    )
    return any(True for _entry in found.after(until, ARCHIVE))


def dates(archives):
    """Return {archive: when its values became unreadable, and where}.

    ``live``: in the running database (T1). ``files``: in the files of the database
    (T2). ``backups``: in every backup, as the master keys that wrapped the keys were
    destroyed (T3). A date that has not come is None; ``backups_planned`` then is the
    day by which the rotation of the master key and the storage of backups end.
    """
    env = archives.env
    held = vault_process.keys(env)
    found = vault_ledger.current(held)
    answer = {}
    # the uuid is nobody's to read; here it only finds the entry
    for archive in archives.sudo():
        if entry := found.about(archive.uuid):
            answer[archive.with_env(env)] = {
                "live": entry.content["date"],
                "files": _purged(found, entry),
                "backups": _unreadable_since(found, entry, held),
                "backups_planned": _planned(env, entry),
            }
    return answer


def _shred(archives, held):
    with vault_ledger.writing(archives.env, held) as (found, append):
        contents = _contents(archives)
        for content in contents:
            # a repeated call, after a crash or a conflict, adds no second entry
            if not found.about(content["uuid"]):
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


def _own_connection(database):
    _name, parameters = sql_db.connection_info_for(database)
    return psycopg2.connect(**{**parameters, "application_name": "insurance-purge"})


def _clean(cr, database):
    """Return the number of the last entry that this database has carried out."""
    cr.execute(
        "SELECT DISTINCT archive_id FROM insurance_vault_key WHERE state = 'destroyed'"
    )
    vault_ledger.delete_rest(database, [row[0] for row in cr.fetchall()])
    cr.execute(
        "SELECT split_part(value, ':', 1)::integer FROM insurance_vault_fingerprint"
        " WHERE name = 'ledger'"
    )
    row = cr.fetchone()
    return row[0] if row else 0


def _is_held_back(cr):
    """Tell whether a transaction still may see rows from before a destruction.

    ``VACUUM`` leaves what somebody can see.
    """
    cr.execute(
        """
        SELECT (SELECT min(age(xmin)) FROM insurance_vault_key
                 WHERE state = 'destroyed')
            <= (SELECT max(age(seen)) FROM (
                SELECT backend_xmin FROM pg_stat_activity
                 WHERE pid <> pg_backend_pid() AND datname = current_database()
                 UNION ALL SELECT xmin FROM pg_replication_slots
                 UNION ALL SELECT transaction FROM pg_prepared_xacts
                 WHERE database = current_database()) AS others (seen))
        """
    )
    return bool(cr.fetchone()[0])


def _switch_wal(cr):
    """Finish the file of the write-ahead log, where the role may."""
    try:
        cr.execute("SELECT pg_switch_wal()")
    except psycopg2.errors.InsufficientPrivilege:
        return False
    return True


def _purged(found, entry):
    for purge_entry in found.after(entry.number, PURGE):
        if purge_entry.content["until"] >= entry.number:
            return purge_entry.content["date"]
    return None


def _planned(env, entry):
    parameter = env["insurance.parameter"]
    days = sum(map(parameter._get, ("vault_master_days", "vault_backup_days")))
    day = datetime.date.fromisoformat(entry.content["date"][:10])
    return (day + datetime.timedelta(days=days)).isoformat()


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
