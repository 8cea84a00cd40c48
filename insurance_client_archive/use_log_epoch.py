"""Seal what the writers have committed: an epoch is a signed tree over its events.

The header of an epoch holds the root of the tree, the last number of each writer and
the hash of the epoch before, so whoever has kept one hash can tell that nothing before
it has changed or gone.
"""

import datetime

import psycopg2.extras

from odoo import sql_db

from .tools import canonical, merkle

#: taken while sealing: two sealers would make two epochs with one number
LOCK = 7316_0001
ROW = ", ".join(f"log.{name}" for name in canonical.EVENT_FIELDS)
ORIGIN = canonical.ORIGIN

UNSEALED = f"""
    SELECT log.id, log.mac, {ROW}
    FROM insurance_use_log log
    WHERE log.date >= %s AND NOT EXISTS (
        SELECT FROM insurance_use_leaf leaf WHERE leaf.log_id = log.id
    )
    ORDER BY log.writer, log.n
"""
HEADER = ("id", "date", "count", "root", "heads", "previous")


def open_cursor(database):
    """Return a cursor of its own: the log is never seen through a request's eyes."""
    return sql_db.db_connect(database).cursor()


def seal(cr, keyring, everything=False):
    """Seal all committed events that are in no epoch yet; return the epoch's number.

    :param everything: look at all months, not only at the last days
    """
    cr.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    cr.execute(
        "SELECT id, date, hash FROM insurance_use_epoch ORDER BY id DESC LIMIT 1"
    )
    number, last, previous = cr.fetchone() or (0, datetime.datetime.min, ORIGIN)
    since = datetime.datetime.min
    if number and not everything:
        since = last - datetime.timedelta(days=1)
    cr.execute(UNSEALED, [since])
    rows = cr.fetchall()
    if not rows:
        return None
    tree, heads, leaves = merkle.TreeHasher(), {}, []
    for position, (log_id, mac, *row) in enumerate(rows):
        tree.add(leaf(row, mac))
        writer, n = row[:2]
        heads[str(writer)] = n
        leaves.append((log_id, number + 1, position, writer, n))
    cr.execute("SELECT clock_timestamp() AT TIME ZONE 'UTC'")
    epoch = {
        "id": number + 1,
        "date": cr.fetchone()[0],
        "count": len(rows),
        "root": tree.root(),
        "heads": heads,
        "previous": bytes(previous),
    }
    digest = header_hash(epoch)
    cr.execute(
        "INSERT INTO insurance_use_epoch"
        " (id, date, count, root, heads, previous, hash, signature, public_key)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)",
        [
            *(epoch[name] for name in ("id", "date", "count", "root")),
            psycopg2.extras.Json(heads),
            epoch["previous"],
            digest,
            keyring.sign(digest),
            keyring.public_key(),
        ],
    )
    psycopg2.extras.execute_values(
        cr._obj,
        "INSERT INTO insurance_use_leaf (log_id, epoch_id, position, writer, n)"
        " VALUES %s",
        leaves,
        page_size=1000,
    )
    return epoch["id"]


def leaf(row, mac):
    """Return the hash of an event as it stands in the tree."""
    return merkle.leaf_hash(
        canonical.leaf_bytes(canonical.event_bytes(row), bytes(mac))
    )


def header_hash(epoch):
    """Return the hash of an epoch's header, given its values by name."""
    return canonical.epoch_hash(
        {
            "id": epoch["id"],
            "date": canonical.moment(epoch["date"]),
            "count": epoch["count"],
            "root": bytes(epoch["root"]).hex(),
            "heads": epoch["heads"],
            "previous": bytes(epoch["previous"]).hex(),
        }
    )


def proof(cr, log_id):
    """Return what shows that one event stands in a signed epoch, or None."""
    cr.execute(
        "SELECT epoch_id, position FROM insurance_use_leaf WHERE log_id = %s", [log_id]
    )
    found = cr.fetchone()
    if not found:
        return None
    epoch_id, position = found
    cr.execute(
        f"SELECT log.mac, {ROW} FROM insurance_use_leaf leaf"
        " JOIN insurance_use_log log ON log.id = leaf.log_id"
        " WHERE leaf.epoch_id = %s ORDER BY leaf.position",
        [epoch_id],
    )
    leaves = [leaf(row, mac) for mac, *row in cr.fetchall()]
    cr.execute(
        "SELECT root, hash, signature, public_key, count, date"
        " FROM insurance_use_epoch WHERE id = %s",
        [epoch_id],
    )
    root, digest, signature, public_key, count, date = cr.fetchone()
    path = merkle.inclusion_proof(leaves, position) if position < len(leaves) else []
    return {
        "epoch": epoch_id,
        "date": date,
        "position": position,
        "count": count,
        "leaf": leaves[position] if position < len(leaves) else b"",
        "path": path,
        "root": bytes(root),
        "hash": bytes(digest),
        "signature": bytes(signature),
        "public_key": bytes(public_key),
        "holds": position < len(leaves)
        and merkle.verify_inclusion(
            leaves[position], position, count, path, bytes(root)
        ),
    }
