"""Recount the use log: every code, every tree, every epoch, every anchor.

One pass over the epochs in order: within an epoch the events stand by writer and
number, so the chains of all writers are followed in the same pass. Memory is needed
for one state a writer, not for the log.
"""

import dataclasses
import hmac

from . import use_log_epoch, use_log_prune
from .tools import canonical, keyring, merkle

FETCH = 2000
TREE = f"""
    SELECT leaf.epoch_id, leaf.position, leaf.writer, leaf.n, log.id, log.mac,
           {use_log_epoch.ROW}
    FROM insurance_use_leaf leaf
    LEFT JOIN insurance_use_log log ON log.id = leaf.log_id
    WHERE leaf.epoch_id BETWEEN %s AND %s
    ORDER BY leaf.epoch_id, leaf.position
"""
EPOCHS = """
    SELECT id, date, count, root, heads, previous, hash, signature
    FROM insurance_use_epoch WHERE id BETWEEN %s AND %s ORDER BY id
"""
PRUNED = f"""
    SELECT {", ".join(use_log_prune.HEADER)}, hash, signature,
           (SELECT sum(count) FROM insurance_use_epoch
            WHERE id BETWEEN first_epoch AND last_epoch) AS sealed,
           (SELECT hash FROM insurance_use_epoch WHERE id = last_epoch) AS last_hash
    FROM insurance_use_pruned ORDER BY id
"""


class Misfit(Exception):
    """The first thing that does not fit."""

    def __init__(self, kind, epoch=None, writer=None, n=None, log_id=None):
        self.kind = kind
        self.epoch = epoch
        self.writer = writer
        self.n = n
        self.log_id = log_id
        super().__init__(kind)


@dataclasses.dataclass
class Result:
    """What a verification has found. ``kind`` names what does not fit, or is empty."""

    first_epoch: int = 0
    last_epoch: int = 0
    epochs: int = 0
    events: int = 0
    unsealed: int = 0
    anchored: int = 0
    pruned: int = 0
    kind: str = ""
    epoch: int | None = None
    writer: int | None = None
    n: int | None = None
    log_id: int | None = None

    @property
    def ok(self):
        return not self.kind


def verify(cr, held, anchors=(), first=1, last=None, progress=None):
    """Recount epochs *first* to *last*, and with the last one what follows it.

    :param cr: a cursor of Odoo, not used for anything else meanwhile
    :param held: the keyring
    :param anchors: objects with ``known()``
    :param progress: called with (events done, events in all) now and then
    """
    return _Verification(cr, held, anchors, progress).run(first, last)


class _Verification:
    def __init__(self, cr, held, anchors, progress):
        self.cr = cr
        self.held = held
        self.anchors = anchors
        self.progress = progress or (lambda done, total: None)
        self.result = Result()
        #: writer: (number, code) of its last event that fits
        self.heads = {}
        #: what was pruned: records, and {(writer, number): (record, code)}
        self.pruned = []
        self.pruned_heads = {}
        self.total = 0

    def run(self, first, last):
        result = self.result
        self.cr.execute("SELECT max(id) FROM insurance_use_epoch")
        newest = self.cr.fetchone()[0] or 0
        to_the_end = last is None or last >= newest
        last = newest if to_the_end else last
        result.first_epoch, result.last_epoch = first, last
        try:
            self._check_anchors(newest, first, last)
            self._check_pruned(first, last)
            self._follow_epochs(first, last)
            if to_the_end:
                self._follow_unsealed(first)
        except Misfit as misfit:
            result.kind = misfit.kind
            for name in ("epoch", "writer", "n", "log_id"):
                setattr(result, name, getattr(misfit, name))
        return result

    def _check_anchors(self, newest, first, last):
        """Compare with what was carried outside, before anything inside is believed."""
        for anchor in self.anchors:
            known = anchor.known()
            if known and max(known) > newest:
                # the end is missing, or an older database was restored
                raise Misfit("anchor_missing", epoch=newest + 1)
            self.cr.execute(
                "SELECT id, encode(hash, 'hex') FROM insurance_use_epoch"
                " WHERE id BETWEEN %s AND %s ORDER BY id",
                [first, last],
            )
            for number, digest in self.cr.fetchall():
                if known.get(number, digest) != digest:
                    raise Misfit("anchor", epoch=number)
                self.result.anchored += number in known

    def _check_pruned(self, first, last):
        """Check what says that epochs were emptied, before anything is missed."""
        self.cr.execute(PRUNED)
        for record in self.cr.dictfetchall():
            if first <= record["last_epoch"] and record["first_epoch"] <= last:
                self._check_pruned_record(record)
                self.pruned.append((record["first_epoch"], record["last_epoch"]))
            for writer, (n, mac) in record["heads"].items():
                self.pruned_heads[int(writer), n] = record, bytes.fromhex(mac)

    def _check_pruned_record(self, record):
        digest = use_log_prune.record_hash(record)
        fits = (
            bytes(record["hash"]) == digest
            and record["sealed"] == record["count"]
            and bytes(record["last_hash"] or b"") == bytes(record["root"])
            and keyring.verify(
                self.held.public_key(), digest, bytes(record["signature"])
            )
        )
        if not fits:
            raise Misfit("pruned", epoch=record["first_epoch"])

    def _is_pruned(self, number):
        return any(first <= number <= last for first, last in self.pruned)

    def _follow_epochs(self, first, last):
        self.cr.execute(EPOCHS, [first, last])
        epochs = self.cr.dictfetchall()
        kept = [epoch for epoch in epochs if not self._is_pruned(epoch["id"])]
        self.total = sum(epoch["count"] for epoch in kept)
        self.result.pruned = sum(epoch["count"] for epoch in epochs) - self.total
        self.cr.execute(
            "SELECT hash FROM insurance_use_epoch WHERE id = %s", [first - 1]
        )
        previous = self.cr.fetchone()
        previous = bytes(previous[0]) if previous else canonical.ORIGIN
        for expected, epoch in enumerate(epochs, first):
            if epoch["id"] != expected:
                raise Misfit("epoch_missing", epoch=expected)
            self._check_header(epoch, previous)
            previous = bytes(epoch["hash"])
        if epochs and epochs[-1]["id"] != last:
            raise Misfit("epoch_missing", epoch=epochs[-1]["id"] + 1)
        rows = self._stream("insurance_use_tree", TREE, [first, last])
        row = next(rows, None)
        for epoch in kept:
            if row is not None and row[0] < epoch["id"]:
                break
            row = self._follow_epoch(epoch, row, rows)
            self.result.epochs += 1
        if row is not None:
            # also a record in an epoch that is said to be empty
            raise Misfit("leaf", epoch=row[0], writer=row[2], n=row[3], log_id=row[4])

    def _check_header(self, epoch, previous):
        digest = use_log_epoch.header_hash(epoch)
        if bytes(epoch["previous"]) != previous or bytes(epoch["hash"]) != digest:
            raise Misfit("epoch", epoch=epoch["id"])
        public_key = self.held.public_key()
        if not keyring.verify(public_key, digest, bytes(epoch["signature"])):
            raise Misfit("signature", epoch=epoch["id"])

    def _follow_epoch(self, epoch, row, rows):
        """Follow the leaves of one epoch; return the first row of the next one."""
        tree, number = merkle.TreeHasher(), epoch["id"]
        while row is not None and row[0] == number:
            _epoch, position, writer, n, log_id, mac, *event = row
            if log_id is None:
                raise Misfit("missing", number, writer, n)
            if position != tree.size or (event[0], event[1]) != (writer, n):
                raise Misfit("leaf", number, writer, n, log_id)
            body = self._follow_event(event, mac, log_id, number)
            leaf = canonical.leaf_bytes(body, self.heads[writer][1])
            tree.add(merkle.leaf_hash(leaf))
            row = next(rows, None)
        if tree.size != epoch["count"]:
            raise self._lost_leaf(epoch, tree.size)
        if tree.root() != bytes(epoch["root"]):
            raise Misfit("root", number)
        return row

    def _lost_leaf(self, epoch, size):
        """Return the misfit of an epoch with fewer leaves, with the first gap."""
        for writer, n in epoch["heads"].items():
            reached = self._reached(int(writer), n)
            if reached < n:
                return Misfit("missing", epoch["id"], int(writer), reached + 1)
        return Misfit("leaf", epoch["id"], n=size)

    def _follow_event(self, event, mac, log_id, epoch=None):
        """Check one event against its predecessor; return its canonical bytes."""
        writer, n = event[0], event[1]
        known = self.heads.get(writer) or self._before(writer, n)
        if known is None or known[0] != n - 1:
            known = self._pruned_before(writer, n) or known
        if known is None or known[0] != n - 1:
            raise Misfit("gap", epoch, writer, (known[0] if known else 0) + 1, log_id)
        body = canonical.event_bytes(event)
        expected = self.held.audit_mac(canonical.chained(known[1], body))
        if not hmac.compare_digest(expected, mac):
            raise Misfit("mac", epoch, writer, n, log_id)
        self.heads[writer] = (n, expected)
        self._count()
        return body

    def _before(self, writer, n):
        """Return the place in the chain before *n*, for a chain met in its middle."""
        if n == 1 or self.result.first_epoch <= 1:
            return 0, canonical.ORIGIN
        self.cr.execute(
            "SELECT n, mac FROM insurance_use_log WHERE writer = %s AND n = %s",
            [writer, n - 1],
        )
        row = self.cr.fetchone()
        return (row[0], bytes(row[1])) if row else None

    def _pruned_before(self, writer, n):
        """Return the place in the chain before *n*, where that was pruned."""
        record, mac = self.pruned_heads.get((writer, n - 1), (None, None))
        if record is None:
            return None
        self._check_pruned_record(record)
        return n - 1, mac

    def _reached(self, writer, n):
        """Return the last number of a chain that is there, or was pruned."""
        pruned = [
            number
            for other, number in self.pruned_heads
            if other == writer and number < n
        ]
        return max(self.heads.get(writer, (0, None))[0], *pruned, 0)

    def _follow_unsealed(self, first):
        query = use_log_epoch.UNSEALED
        since = "-infinity"
        if first > 1:
            self.cr.execute(
                "SELECT date - interval '1 day' FROM insurance_use_epoch WHERE id = %s",
                [first],
            )
            found = self.cr.fetchone()
            since = found[0] if found else since
        for log_id, mac, *event in self._stream("insurance_use_rest", query, [since]):
            self._follow_event(event, mac, log_id)
            self.result.unsealed += 1

    def _stream(self, name, query, params):
        """Yield the rows of a query out of a cursor on the server."""
        with self.cr._cnx.cursor(name) as rows:
            rows.itersize = FETCH
            rows.execute(query, params)
            yield from rows

    def _count(self):
        self.result.events += 1
        if self.result.events % FETCH == 0:
            self.progress(self.result.events, self.total)
