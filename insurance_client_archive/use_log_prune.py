"""Take away what is past its time: whole epochs, never single records.

The header of an epoch stays for ever. A signed record says which epochs were emptied,
how many records they had, who asked and who approved; it keeps the last code of each
chain that goes on, so that what comes after can still be recounted. A record deleted in
any other way is a missing record.
"""

import psycopg2.extras

from odoo.tools import SQL

from . import use_log_epoch
from .tools import canonical

#: the moment up to which records may go; the database has the last word
LIMIT = SQL("(now() AT TIME ZONE 'UTC') - insurance_use_log_keep()")
HEADER = (
    "id",
    "date",
    "first_epoch",
    "last_epoch",
    "count",
    "before",
    "root",
    "heads",
    "requested_by",
    "approved_by",
)


class Piece:
    """Neighbouring epochs of a month, emptied in one transaction."""

    def __init__(self, epoch, date):
        self.first = self.last = epoch
        self.month = (date.year, date.month)
        self.count = 0

    def takes(self, epoch, date):
        return epoch == self.last + 1 and (date.year, date.month) == self.month


def limit(cr, before=None):
    """Return the moment up to which records may go, not after *before*."""
    cr.execute(SQL("SELECT least(%s, %s)", LIMIT, before))
    return cr.fetchone()[0]


def preview(cr, before, hold):
    """Return (pieces, number of records under a hold, first and last date).

    :param SQL hold: true for a record (alias ``log``) that must stay
    """
    cr.execute(
        SQL(
            """
            SELECT epoch.id, epoch.date, epoch.count, old.held, old.first, old.last
            FROM insurance_use_epoch epoch
            JOIN (
                SELECT leaf.epoch_id, count(*) AS past, min(log.date) AS first,
                       max(log.date) AS last,
                       count(*) FILTER (WHERE %(hold)s) AS held
                FROM insurance_use_log log
                JOIN insurance_use_leaf leaf ON leaf.log_id = log.id
                WHERE log.date < %(before)s
                GROUP BY leaf.epoch_id
            ) old ON old.epoch_id = epoch.id AND old.past = epoch.count
            ORDER BY epoch.id
            """,
            hold=hold,
            before=before,
        )
    )
    pieces, all_held, dates = [], 0, []
    for epoch, date, count, held, first, last in cr.fetchall():
        all_held += held
        if held:
            continue
        if not pieces or not pieces[-1].takes(epoch, date):
            pieces.append(Piece(epoch, date))
        pieces[-1].last = epoch
        pieces[-1].count += count
        dates += [first, last]
    return pieces, all_held, (min(dates), max(dates)) if dates else (None, None)


def announce(cr, keyring, piece, before, requested_by, approved_by):
    """Write the signed record of what is going to be pruned; return it as a dict."""
    # nobody seals or prunes beside
    cr.execute("SELECT pg_advisory_xact_lock(%s)", [use_log_epoch.LOCK])
    cr.execute(
        "SELECT coalesce(max(id), 0) + 1, clock_timestamp() AT TIME ZONE 'UTC',"
        " (SELECT hash FROM insurance_use_epoch WHERE id = %s)"
        " FROM insurance_use_pruned",
        [piece.last],
    )
    number, date, root = cr.fetchone()
    record = {
        "id": number,
        "date": date,
        "first_epoch": piece.first,
        "last_epoch": piece.last,
        "count": piece.count,
        "before": before,
        "root": bytes(root),
        "heads": _heads(cr, piece),
        "requested_by": requested_by,
        "approved_by": approved_by,
    }
    digest = record_hash(record)
    cr.execute(
        SQL(
            "INSERT INTO insurance_use_pruned (%s, hash, signature, public_key)"
            " VALUES %s",
            SQL(", ").join(map(SQL.identifier, HEADER)),
            (
                *(
                    psycopg2.extras.Json(value) if name == "heads" else value
                    for name, value in record.items()
                ),
                digest,
                keyring.sign(digest),
                keyring.public_key(),
            ),
        )
    )
    return {**record, "hash": digest}


def carry_out(cr, record):
    """Delete what a record of pruning names; return how many records went."""
    cr.execute(SQL("SELECT insurance_use_log_prune(%s)", record["id"]))
    return cr.fetchone()[0]


def record_hash(record):
    """Return the hash of a record of pruning, given its values by name."""
    plain = {name: record[name] for name in HEADER}
    plain["date"] = canonical.moment(record["date"])
    plain["before"] = canonical.moment(record["before"])
    plain["root"] = bytes(record["root"]).hex()
    return canonical.pruned_hash(plain)


def _heads(cr, piece):
    """Return {chain: [number, code]} of the chains that have not ended there."""
    cr.execute(
        """
        SELECT tail.writer::text, tail.n, encode(log.mac, 'hex')
        FROM (
            SELECT writer, max(n) AS n FROM insurance_use_leaf
            WHERE epoch_id BETWEEN %s AND %s GROUP BY writer
        ) tail
        JOIN insurance_use_log log USING (writer, n)
        WHERE log.action <> 'writer_stop' OR EXISTS (
            SELECT FROM insurance_use_log later
            WHERE later.writer = tail.writer AND later.n = tail.n + 1
        )
        """,
        [piece.first, piece.last],
    )
    return {writer: [n, mac] for writer, n, mac in cr.fetchall()}
