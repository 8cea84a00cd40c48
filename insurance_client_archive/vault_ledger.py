"""The destruction ledger of this server, and what of it each database has carried out.

The database keeps the place (number and hash) of the last entry that it has carried
out. A restored backup knows an earlier place: then the entries behind it are carried
out again before anything opens. A ledger that lacks what the database knows, or holds
something else in that place, locks the vault.

These are functions of a module and not methods of a model, so that neither a remote
call nor the code of a server action can reach them.
"""

import contextlib
import datetime
import os
from typing import NamedTuple

import psycopg2

from odoo import sql_db
from odoo.exceptions import ConcurrencyError
from odoo.tools import SQL, config

from .server_options import path_option
from .tools import ledger
from .tools.ledger import LedgerError

OPTION = "destruction_ledger"
FOLDER = "insurance_use_log"
#: rows of insurance_vault_fingerprint that are no fingerprints
ROW = "ledger"
REPLAYED = "ledger:replayed"
#: taken by whoever carries out entries: places follow one another
LOCK = 7316_0002
LOCK_SECONDS = 2
#: kinds of entries
ARCHIVE, MASTER, PURGE = "archive", "master", "purge"
_loaded = {}


class Location(NamedTuple):
    """Where the ledger is; not ``outside`` when nobody has named a place."""

    path: str
    outside: bool


def location(held):
    """Return the place of the ledger that belongs to a keyring."""
    if path := path_option(OPTION):
        return Location(path, True)
    name = f"destruction-{held.public_key().hex()[:16]}.ledger"
    return Location(os.path.join(config["data_dir"], FOLDER, name), False)


def current(held):
    """Return the ledger of a keyring, read on when its file has changed."""
    path = location(held).path
    key = path, held.public_key()
    found = ledger.read(path, held.verify, _loaded.get(key))
    _loaded[key] = found
    return found


def check(env, held, kept):
    """Return the ledger when this transaction sees all of it carried out.

    :param kept: rows of the database's bookkeeping; brought up to date
    :raise LedgerError: the ledger is not the one this database knows
    :raise ConcurrencyError: entries were carried out while this transaction ran, which
        still sees the keys: it must begin anew
    """
    found = current(held)
    if kept.get(ROW, "") == _spelled(found.head):
        return found
    place = _place(kept.get(ROW))
    _check_place(found, place)
    found = _catch_up(env, held)
    missed = [entry.content["uuid"] for entry in found.after(place[0], ARCHIVE)]
    if _sees_keys(env.cr, missed):
        raise ConcurrencyError("Keys were destroyed meanwhile.")
    kept[ROW] = _spelled(found.head)
    return found


def replay(cr, found):
    """Carry out the entries that this database has not; return how many keys went."""
    place = _known_place(cr)
    _check_place(found, place)
    entries = found.after(place[0])
    if not entries:
        return 0
    count = destroy(cr, [e.content["uuid"] for e in entries if e.kind == ARCHIVE])
    masters = [f"master:{e.content['version']}" for e in entries if e.kind == MASTER]
    if masters:
        # the keyring does not have them any more, and that is no wrong keyring
        cr.execute(
            SQL("DELETE FROM insurance_vault_fingerprint WHERE name = ANY(%s)", masters)
        )
    _keep(cr, ROW, _spelled(found.head))
    if count:
        _keep(cr, REPLAYED, now())
    return count


def destroy(cr, uuids):
    """Destroy the keys, values and index entries of archives; return how many keys."""
    if not uuids:
        return 0
    cr.execute(
        SQL("SELECT id FROM insurance_archive WHERE uuid = ANY(%s) FOR UPDATE", uuids)
    )
    archive_ids = [row[0] for row in cr.fetchall()]
    if not archive_ids:
        return 0
    cr.execute(
        SQL(
            "UPDATE insurance_vault_key SET state = 'destroyed', wrapped = NULL"
            " WHERE archive_id = ANY(%s) AND state <> 'destroyed'",
            archive_ids,
        )
    )
    count = cr.rowcount
    # an archive that never had a key must not get one now
    cr.execute(
        SQL(
            """
            INSERT INTO insurance_vault_key
                   (archive_id, generation, kek_version, state, create_date)
            SELECT archive.id, 1, 0, 'destroyed', now() AT TIME ZONE 'UTC'
              FROM insurance_archive archive
             WHERE archive.id = ANY(%s) AND NOT EXISTS (
                SELECT FROM insurance_vault_key WHERE archive_id = archive.id)
            """,
            archive_ids,
        )
    )
    _delete_rest(cr, archive_ids)
    return count


def delete_rest(database, archive_ids):
    """Delete what was sealed while the destruction waited for its lock."""
    with sql_db.db_connect(database).cursor() as cr:
        _delete_rest(cr, archive_ids)


@contextlib.contextmanager
def writing(env, held):
    """Give (ledger, append) with everything before carried out in this transaction.

    What is appended must be carried out in the same transaction; when that fails, the
    next one that opens the vault does it.
    """
    lock(env.cr)
    path = location(held).path
    key = path, held.public_key()
    with ledger.writing(path, held, _loaded.get(key)) as (found, append):
        try:
            replay(env.cr, found)
            yield found, append
            _keep(env.cr, ROW, _spelled(found.head))
        finally:
            # what is in the file is there, whatever becomes of the transaction
            _loaded[key] = found
    env.cr.cache.pop("insurance_vault", None)


def lock(cr):
    cr.execute(SQL("SELECT pg_advisory_xact_lock(%s)", LOCK))


def compare(cr, found):
    """Refuse a ledger that is not the one which the database has carried out."""
    _check_place(found, _known_place(cr))


def kept_place(cr):
    """Return the number that the database has carried out, and when it last had to."""
    cr.execute(
        SQL("SELECT value FROM insurance_vault_fingerprint WHERE name = %s", REPLAYED)
    )
    row = cr.fetchone()
    return _known_place(cr)[0], row and row[0]


def forget():
    """Forget the ledgers that were read; the next use reads the files again."""
    _loaded.clear()


def _catch_up(env, held):
    """Carry out what is missing, in a transaction of its own that stays."""
    if not env.registry.ready:
        # an installation holds locks that another transaction would wait for
        lock(env.cr)
        found = current(held)
        replay(env.cr, found)
        return found
    try:
        with sql_db.db_connect(env.cr.dbname).cursor() as cr:
            cr.execute("SET TRANSACTION ISOLATION LEVEL READ COMMITTED")
            cr.execute(SQL("SET LOCAL lock_timeout = %s", f"{LOCK_SECONDS}s"))
            lock(cr)
            found = current(held)
            if count := replay(cr, found):
                # whoever opens the vault may not be able to read the log
                log = env["insurance.use.log"].sudo()
                log._record("destroy", content=["destruction_ledger"], count=count)
            return found
    except (psycopg2.errors.LockNotAvailable, psycopg2.errors.SerializationFailure):
        raise ConcurrencyError("The ledger is being carried out.") from None


def _delete_rest(cr, archive_ids):
    for table in ("value", "index"):
        cr.execute(
            SQL(
                "DELETE FROM %s WHERE archive_id = ANY(%s)",
                SQL.identifier(f"insurance_vault_{table}"),
                list(archive_ids),
            )
        )


def _sees_keys(cr, uuids):
    """Tell whether the transaction still sees keys of these archives."""
    if not uuids:
        return False
    cr.execute(
        SQL(
            """
            SELECT EXISTS (
                SELECT FROM insurance_vault_key key
                  JOIN insurance_archive archive ON archive.id = key.archive_id
                 WHERE archive.uuid = ANY(%s) AND key.wrapped IS NOT NULL)
            """,
            uuids,
        )
    )
    return cr.fetchone()[0]


def _check_place(found, place):
    number, digest = place
    if number > found.number:
        raise LedgerError("ledger_short" if found.number else "ledger_missing")
    if found.place(number) != (number, digest):
        raise LedgerError("ledger_other")


def _known_place(cr):
    cr.execute(
        SQL("SELECT value FROM insurance_vault_fingerprint WHERE name = %s", ROW)
    )
    row = cr.fetchone()
    return _place(row and row[0])


def _place(text):
    """Return (number, hash) of the database's bookkeeping."""
    if not text:
        return 0, ledger.START
    number, _colon, digest = text.partition(":")
    return (int(number), digest) if number.isdecimal() else (0, "")


def _spelled(place):
    number, digest = place
    return f"{number}:{digest}" if number else ""


def _keep(cr, name, value):
    cr.execute(
        SQL(
            "INSERT INTO insurance_vault_fingerprint (name, value) VALUES (%s, %s)"
            " ON CONFLICT (name) DO UPDATE SET value = EXCLUDED.value",
            name,
            value,
        )
    )


def now():
    return datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds")
