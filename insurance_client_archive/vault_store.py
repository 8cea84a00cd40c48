"""Sealed values in the database: the only code that encrypts and decrypts them.

These are functions of a module and not methods of a model, so that neither a remote
call nor the code of a server action can reach them.

Each archive has a data key (a row of ``insurance.vault.key`` per generation), wrapped
by the master key. A value belongs to an archive, a slot (the field, and for records
below the archive which of them) and a generation; all are authenticated.
"""

import os
from typing import NamedTuple

import psycopg2

from odoo.tools import SQL

from . import vault_process
from .tools import blind_index, cipher
from .tools.cipher import SealError
from .tools.keyring import KeyringError


class Cell(NamedTuple):
    """Where a sealed value lives."""

    archive_id: int
    slot: str


class DataKey(NamedTuple):
    uuid: str
    generation: int
    key: bytes


class UnsealError(Exception):
    """A stored value can't be opened: damaged, moved, replayed, or its key is gone."""

    def __init__(self, cell, code):
        super().__init__(f"{cell.slot} of archive {cell.archive_id}: {code}")
        self.cell = cell
        self.code = code


def put(env, values):
    """Seal *values* ({cell: bytes, or None to remove}) and store them."""
    removed = [cell for cell, value in values.items() if value is None]
    kept = {cell: value for cell, value in values.items() if value is not None}
    if removed:
        _delete_cells(env, removed)
    if not kept:
        return
    held = vault_process.keys(env, sealing=True)
    data_keys = _sealing_keys(env, held, {cell.archive_id for cell in kept})
    rows = []
    for cell, value in kept.items():
        data_key = data_keys[cell.archive_id]
        blob = cipher.seal(
            data_key.key,
            data_key.generation,
            cipher.pad(value),
            value_context(data_key.uuid, cell.slot, data_key.generation),
            held.cipher_name,
        )
        rows.append((*cell, data_key.generation, psycopg2.Binary(blob)))
    _upsert(env, rows)


def get(env, cells):
    """Return {cell: bytes} of those *cells* that hold a value.

    :raise UnsealError: when one can't be opened
    :raise VaultLocked: without the right keyring
    """
    rows = _fetch(env, cells)
    if not rows:
        return {}
    held = vault_process.keys(env)
    data_keys = _data_keys(env, held, {cell.archive_id for cell in rows})
    return {cell: _open(cell, *row, data_keys) for cell, row in rows.items()}


def kept_cells(env, archive_ids):
    """Return the cells of the archives that hold a value; opens nothing."""
    query = SQL(
        "SELECT archive_id, slot FROM insurance_vault_value WHERE archive_id = ANY(%s)",
        list(archive_ids),
    )
    return {Cell(*row) for row in env.execute_query(query)}


def value_context(uuid, slot, generation):
    """Return what a sealed value is bound to."""
    return ("ins-val", uuid, slot, str(generation))


def key_context(uuid, generation):
    """Return what a wrapped data key is bound to."""
    return cipher.frame(uuid, str(generation))


def new_data_key(held, uuid, generation):
    """Return a new data key as (key, version of the master key, wrapped key)."""
    key = os.urandom(cipher.KEY_SIZE)
    return key, *held.wrap(key, key_context(uuid, generation))


def forget_slots(env, cells):
    """Remove values for good, without a look into them."""
    if cells:
        _delete_cells(env, cells)


def forget_archives(env, archive_ids):
    """Remove keys, values and index entries of archives that are deleted."""
    for table in ("index", "value", "key"):
        env.cr.execute(
            SQL(
                "DELETE FROM %s WHERE archive_id = ANY(%s)",
                SQL.identifier(f"insurance_vault_{table}"),
                list(archive_ids),
            )
        )


def examine(env, archive_ids):
    """Try to open all that the archives hold, and keep nothing of it.

    :return: number of values, and {archive id: [what can't be opened, and why]}
    """
    held = vault_process.keys(env)
    data_keys = _data_keys(env, held, archive_ids)
    problems = {}
    for (archive_id, generation), key in data_keys.items():
        if not isinstance(key, DataKey):
            text = f"key {generation}: {key.code}"
            problems.setdefault(archive_id, []).append(text)
    query = SQL(
        "SELECT archive_id, slot, generation, sealed FROM insurance_vault_value"
        " WHERE archive_id = ANY(%s)",
        list(archive_ids),
    )
    rows = env.execute_query(query)
    for archive_id, slot, generation, sealed in rows:
        try:
            _open(Cell(archive_id, slot), generation, bytes(sealed), data_keys)
        except UnsealError as error:
            problems.setdefault(archive_id, []).append(f"{slot}: {error.code}")
    return len(rows), problems


def index(env, field, entries):
    """Set the index entries of a field.

    :param entries: {(archive id, record id): (company id, normalised value or None)}
    """
    if not entries:
        return
    env.cr.execute(
        SQL(
            "DELETE FROM insurance_vault_index WHERE field = %s AND res_id = ANY(%s)",
            field,
            [res_id for _archive_id, res_id in entries],
        )
    )
    present = {
        key: (company_id, normalized)
        for key, (company_id, normalized) in entries.items()
        if normalized
    }
    if present:
        mac = vault_process.keys(env, sealing=True).index_mac
        rows = [
            SQL(
                "(%s, %s, %s, %s, %s)",
                archive_id,
                res_id,
                field,
                psycopg2.Binary(blind_index.digest(mac, company_id, field, normalized)),
                blind_index.VERSION,
            )
            for (archive_id, res_id), (company_id, normalized) in present.items()
        ]
        env.cr.execute(
            SQL(
                "INSERT INTO insurance_vault_index"
                " (archive_id, res_id, field, digest, version) VALUES %s",
                SQL(", ").join(rows),
            )
        )


def find(env, field, company_ids, normalized):
    """Return the ids of the records whose field holds exactly this value."""
    if not company_ids or vault_process.is_unused(env):
        return []
    mac = vault_process.keys(env).index_mac
    digests = [
        psycopg2.Binary(blind_index.digest(mac, company_id, field, normalized))
        for company_id in company_ids
    ]
    query = SQL(
        "SELECT res_id FROM insurance_vault_index WHERE field = %s AND digest IN %s",
        field,
        tuple(digests),
    )
    return [row[0] for row in env.execute_query(query)]


def _open(cell, generation, blob, data_keys):
    data_key = data_keys.get((cell.archive_id, generation))
    if data_key is None:
        raise UnsealError(cell, "no_key")
    if isinstance(data_key, (SealError, KeyringError)):
        raise UnsealError(cell, data_key.code)
    context = value_context(data_key.uuid, cell.slot, generation)
    try:
        if cipher.key_number(blob) != generation:
            raise SealError("damaged")
        return cipher.unpad(cipher.unseal(data_key.key, blob, context))
    except SealError as error:
        raise UnsealError(cell, error.code) from None


def _fetch(env, cells):
    wanted = set(cells)
    query = SQL(
        "SELECT archive_id, slot, generation, sealed FROM insurance_vault_value"
        " WHERE archive_id = ANY(%s) AND slot = ANY(%s)",
        list({cell.archive_id for cell in wanted}),
        list({cell.slot for cell in wanted}),
    )
    return {
        Cell(archive_id, slot): (generation, bytes(sealed))
        for archive_id, slot, generation, sealed in env.execute_query(query)
        if (archive_id, slot) in wanted
    }


def _data_keys(env, held, archive_ids):
    """Return {(archive id, generation): data key, or why it can't be had}."""
    query = SQL(
        """
        SELECT archive.id, archive.uuid, key.generation, key.kek_version, key.wrapped
          FROM insurance_vault_key key
          JOIN insurance_archive archive ON archive.id = key.archive_id
         WHERE key.archive_id = ANY(%s) AND key.state IN ('live', 'retiring')
        """,
        list(archive_ids),
    )
    data_keys = {}
    for archive_id, uuid, generation, version, wrapped in env.execute_query(query):
        try:
            key = held.unwrap(version, bytes(wrapped), key_context(uuid, generation))
            data_keys[archive_id, generation] = DataKey(uuid, generation, key)
        except (SealError, KeyringError) as error:
            data_keys[archive_id, generation] = error
    return data_keys


def _sealing_keys(env, held, archive_ids):
    """Return {archive id: newest live data key}, making those that are missing."""
    query = SQL(
        """
        SELECT archive.id, archive.uuid, key.generation, key.kek_version, key.wrapped
          FROM insurance_archive archive
          JOIN insurance_vault_key key
               ON key.archive_id = archive.id AND key.state = 'live'
         WHERE archive.id = ANY(%s)
           -- a change of generation waits until these values are committed
           FOR SHARE OF key
        """,
        list(archive_ids),
    )
    data_keys = {}
    for archive_id, uuid, generation, version, wrapped in env.execute_query(query):
        try:
            key = held.unwrap(version, bytes(wrapped), key_context(uuid, generation))
        except (SealError, KeyringError) as error:
            raise UnsealError(Cell(archive_id, "key"), error.code) from None
        data_keys[archive_id] = DataKey(uuid, generation, key)
    missing = set(archive_ids) - data_keys.keys()
    if missing:
        data_keys |= _first_keys(env, held, missing)
    return data_keys


def _first_keys(env, held, archive_ids):
    query = SQL(
        """
        SELECT archive.id, archive.uuid,
               (SELECT max(CASE state WHEN 'destroyed' THEN 'destroyed'
                                      ELSE 'no_key' END)
                  FROM insurance_vault_key WHERE archive_id = archive.id)
          FROM insurance_archive archive
         WHERE archive.id = ANY(%s)
        """,
        list(archive_ids),
    )
    data_keys, rows = {}, []
    for archive_id, uuid, gone in env.execute_query(query):
        if gone:
            # keys that are destroyed or broken are never followed by a new one unseen
            raise UnsealError(Cell(archive_id, "key"), gone)
        key, version, wrapped = new_data_key(held, uuid, 1)
        data_keys[archive_id] = DataKey(uuid, 1, key)
        rows.append(
            SQL(
                "(%s, 1, %s, %s, 'live', now() AT TIME ZONE 'UTC', %s)",
                archive_id,
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
    return data_keys


def _upsert(env, rows):
    values = SQL(", ").join(
        SQL("(%s, %s, %s, %s, now() AT TIME ZONE 'UTC')", *row) for row in rows
    )
    env.cr.execute(
        SQL(
            "INSERT INTO insurance_vault_value"
            " (archive_id, slot, generation, sealed, write_date) VALUES %s"
            " ON CONFLICT (archive_id, slot) DO UPDATE"
            " SET generation = EXCLUDED.generation, sealed = EXCLUDED.sealed,"
            " write_date = EXCLUDED.write_date",
            values,
        )
    )


def _delete_cells(env, cells):
    pairs = SQL(", ").join(SQL("(%s, %s)", *cell) for cell in cells)
    env.cr.execute(
        SQL("DELETE FROM insurance_vault_value WHERE (archive_id, slot) IN (%s)", pairs)
    )
