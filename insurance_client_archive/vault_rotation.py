"""Change the keys under the values: at no moment is anything unreadable.

These are functions of a module and not methods of a model, so that neither a remote
call nor the code of a server action can reach them.
"""

import os
from typing import NamedTuple

import psycopg2

from odoo.tools import SQL

from .tools import cipher
from .tools.cipher import SealError
from .tools.keyring import KeyringError
from .vault_store import key_context, new_data_key, value_context

#: a key in one of these states opens values
USABLE = ("live", "retiring")


class Rewrapped(NamedTuple):
    """What `rewrap` did: number of keys done, broken ones, id of the last one seen."""

    done: int
    broken: list
    last: int | None
    seen: int


class WrappedKey(NamedTuple):
    id: int
    archive_id: int
    uuid: str
    generation: int
    version: int
    wrapped: bytes
    state: str
    is_old: bool = False


def rewrap(env, held, after, until, limit):
    """Wrap data keys with the active master key; the data keys stay the same.

    Keys that somebody else holds are left out. Unreadable ones are marked as broken.
    """
    rows = _lock_stale_keys(env, held, after, until, limit)
    changed, broken = [], []
    for key in rows:
        try:
            context = key_context(key.uuid, key.generation)
            opened = held.unwrap(key.version, key.wrapped, context)
            version, wrapped = held.wrap(opened, context)
        except (SealError, KeyringError) as error:
            broken.append((key, error.code))
        else:
            changed.append((key.id, key.wrapped, wrapped, version))
    done = _swap_keys(env, changed)
    _mark_broken(env, [key.id for key, _code in broken])
    return Rewrapped(done, broken, rows[-1].id if rows else None, len(rows))


def check_master(held):
    """Tell whether the active master key opens what it wraps."""
    key, context = os.urandom(cipher.KEY_SIZE), key_context("check", 0)
    return held.unwrap(*held.wrap(key, context), context) == key


def stale_extent(env, held):
    """Return (first id, last id, number) of the keys under another master key."""
    query = SQL(
        "SELECT coalesce(min(id), 0), coalesce(max(id), 0), count(*)"
        " FROM insurance_vault_key WHERE state IN %s AND kek_version <> %s",
        USABLE,
        held.active_version,
    )
    return env.execute_query(query)[0]


def mend(env, key_ids):
    """Let broken keys be tried again: somebody may have brought them back."""
    env.cr.execute(
        SQL(
            """
            UPDATE insurance_vault_key key
               SET state = CASE WHEN EXISTS (
                       SELECT FROM insurance_vault_key other
                        WHERE other.archive_id = key.archive_id
                          AND other.state = 'live')
                   THEN 'retiring' ELSE 'live' END
             WHERE id = ANY(%s) AND state = 'broken'
            """,
            list(key_ids),
        )
    )


# --- a new data key for an archive


def lock_archive_keys(env, archive_ids, since):
    """Return {archive id: keys in use}, locked; without archives that others use.

    :param since: a live key from before is old
    """
    query = SQL(
        """
        SELECT key.id, key.archive_id, archive.uuid, key.generation, key.kek_version,
               key.wrapped, key.state,
               key.create_date IS NULL OR key.create_date < %s
          FROM insurance_archive archive
          JOIN insurance_vault_key key ON key.archive_id = archive.id
         WHERE archive.id = ANY(%s) AND key.state IN %s
         ORDER BY key.archive_id, key.generation
           -- a destruction locks the archive first
           FOR KEY SHARE OF archive SKIP LOCKED
           FOR UPDATE OF key SKIP LOCKED
        """,
        since,
        list(archive_ids),
        USABLE,
    )
    keys = {}
    for *key, wrapped, state, is_old in env.execute_query(query):
        key = WrappedKey(*key, bytes(wrapped), state, is_old)
        keys.setdefault(key.archive_id, []).append(key)
    counts = _count_usable(env, keys)
    return {
        archive_id: known
        for archive_id, known in keys.items()
        if len(known) == counts[archive_id]
    }


def add_generations(env, held, live_keys):
    """Give archives a new data key; what the old one sealed stays readable by it."""
    if not live_keys:
        return
    env.cr.execute(
        SQL(
            "UPDATE insurance_vault_key SET state = 'retiring'"
            " WHERE id = ANY(%s) AND state = 'live'",
            [key.id for key in live_keys],
        )
    )
    rows = []
    for key in live_keys:
        generation = key.generation + 1
        _key, version, wrapped = new_data_key(held, key.uuid, generation)
        rows.append(
            SQL(
                "(%s, %s, %s, %s, 'live', clock_timestamp() AT TIME ZONE 'UTC', %s)",
                key.archive_id,
                generation,
                version,
                psycopg2.Binary(wrapped),
                env.uid,
            )
        )
    env.cr.execute(
        SQL(
            "INSERT INTO insurance_vault_key"
            " (archive_id, generation, kek_version, wrapped, state, create_date,"
            " create_uid) VALUES %s",
            SQL(", ").join(rows),
        )
    )


def reseal(env, held, keys):
    """Seal the values of archives with the live key, where there is one.

    :param keys: {archive id: locked keys in use}
    :return: {archive id: code of the error} of those with an unreadable value
    """
    opened = _open_keys(held, keys)
    live = {
        archive_id: key.generation
        for archive_id, known in keys.items()
        for key in known
        if key.state == "live"
    }
    uuids = {archive_id: known[0].uuid for archive_id, known in keys.items()}
    query = SQL(
        "SELECT archive_id, slot, generation, sealed FROM insurance_vault_value"
        " WHERE archive_id = ANY(%s) FOR UPDATE",
        list(keys),
    )
    changed, failed = [], {}
    for archive_id, slot, generation, sealed in env.execute_query(query):
        target, sealed = live.get(archive_id), bytes(sealed)
        if generation == target:
            continue
        old = opened.get((archive_id, generation))
        new = opened.get((archive_id, target))
        if old is None or new is None:
            failed[archive_id] = "no_key"
            continue
        try:
            blob = _reseal_value(
                held, sealed, uuids[archive_id], slot, (old, generation), (new, target)
            )
        except (SealError, KeyringError) as error:
            failed[archive_id] = error.code
        else:
            changed.append((archive_id, slot, sealed, blob, target))
    _swap_values(env, changed)
    return failed


def retire_generations(env, keys):
    """Destroy replaced data keys that no value needs; return how many."""
    env.cr.execute(
        SQL(
            """
            UPDATE insurance_vault_key key
               SET state = 'retired', wrapped = NULL
             WHERE id = ANY(%s) AND state = 'retiring' AND NOT EXISTS (
                   SELECT FROM insurance_vault_value
                    WHERE archive_id = key.archive_id AND generation = key.generation)
            """,
            [key.id for key in keys if key.state == "retiring"],
        )
    )
    return env.cr.rowcount


def _count_usable(env, archive_ids):
    query = SQL(
        "SELECT archive_id, count(*) FROM insurance_vault_key"
        " WHERE archive_id = ANY(%s) AND state IN %s GROUP BY archive_id",
        list(archive_ids),
        USABLE,
    )
    return dict(env.execute_query(query))


def _lock_stale_keys(env, held, after, until, limit):
    query = SQL(
        """
        SELECT key.id, key.archive_id, archive.uuid, key.generation, key.kek_version,
               key.wrapped, key.state
          FROM insurance_vault_key key
          JOIN insurance_archive archive ON archive.id = key.archive_id
         WHERE key.id > %s AND key.id <= %s
           AND key.state IN %s AND key.kek_version <> %s
         ORDER BY key.id
         LIMIT %s
           FOR UPDATE OF key SKIP LOCKED
        """,
        after,
        until,
        USABLE,
        held.active_version,
        limit,
    )
    return [
        WrappedKey(*row, bytes(wrapped), state)
        for *row, wrapped, state in env.execute_query(query)
    ]


def _swap_keys(env, changed):
    """Store wrapped keys where the old ones still are; return how many."""
    if not changed:
        return 0
    ids, old, new, versions = zip(*changed, strict=True)
    env.cr.execute(
        SQL(
            """
            UPDATE insurance_vault_key key
               SET wrapped = new.wrapped, kek_version = new.version,
                   write_date = now() AT TIME ZONE 'UTC'
              FROM unnest(%s::integer[], %s::bytea[], %s::bytea[], %s::integer[])
                   AS new (id, old, wrapped, version)
             WHERE key.id = new.id AND key.wrapped = new.old AND key.state IN %s
            """,
            list(ids),
            _binaries(old),
            _binaries(new),
            list(versions),
            USABLE,
        )
    )
    return env.cr.rowcount


def _mark_broken(env, key_ids):
    if key_ids:
        env.cr.execute(
            SQL(
                "UPDATE insurance_vault_key SET state = 'broken'"
                " WHERE id = ANY(%s) AND state IN %s",
                key_ids,
                USABLE,
            )
        )


def _open_keys(held, keys):
    """Return {(archive id, generation): data key} of those that can be had."""
    opened = {}
    for known in keys.values():
        for key in known:
            context = key_context(key.uuid, key.generation)
            try:
                opened[key.archive_id, key.generation] = held.unwrap(
                    key.version, key.wrapped, context
                )
            except (SealError, KeyringError):
                # missing from the answer: the key can't be had
                continue
    return opened


def _reseal_value(held, sealed, uuid, slot, old, new):
    old_key, old_generation = old
    new_key, new_generation = new
    if cipher.key_number(sealed) != old_generation:
        raise SealError("damaged")
    # padded it was, and padded it stays
    padded = cipher.unseal(old_key, sealed, value_context(uuid, slot, old_generation))
    return cipher.seal(
        new_key,
        new_generation,
        padded,
        value_context(uuid, slot, new_generation),
        held.cipher_name,
    )


def _swap_values(env, changed):
    if not changed:
        return
    archive_ids, slots, old, new, generations = zip(*changed, strict=True)
    env.cr.execute(
        SQL(
            """
            UPDATE insurance_vault_value value
               SET sealed = new.sealed, generation = new.generation
              FROM unnest(%s::integer[], %s::varchar[], %s::bytea[], %s::bytea[],
                          %s::integer[])
                   AS new (archive_id, slot, old, sealed, generation)
             WHERE value.archive_id = new.archive_id AND value.slot = new.slot
               AND value.sealed = new.old
            """,
            list(archive_ids),
            list(slots),
            _binaries(old),
            _binaries(new),
            list(generations),
        )
    )


def _binaries(blobs):
    return [psycopg2.Binary(blob) for blob in blobs]
