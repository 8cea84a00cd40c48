"""The destruction ledger: what was destroyed for good, in a file beside the anchors.

A restored backup brings destroyed keys back. The ledger does not come out of the
backup, so whoever reads it knows what to destroy again. One line of JSON for each
entry, chained by hash and signed with the keyring; the file only grows.
"""

import contextlib
import fcntl
import hashlib
import json
import os
from typing import NamedTuple

from . import canonical
from .coded_error import CodedError, _lt

START = "0" * 64
FIELDS = {"number", "kind", "content", "previous", "signature"}


class LedgerError(CodedError):
    """A ledger that can't be trusted or written; ``code`` says why."""

    MESSAGES = {
        "ledger_missing": _lt("The destruction ledger is missing."),
        "ledger_unreadable": _lt("The destruction ledger can't be read by the server."),
        "ledger_damaged": _lt(
            "The destruction ledger was changed, or belongs to another keyring."
        ),
        "ledger_short": _lt(
            "The destruction ledger lacks entries that this database knows."
        ),
        "ledger_other": _lt(
            "The destruction ledger is not the one this database was used with."
        ),
        "ledger_unwritable": _lt("The destruction ledger can't be written."),
    }


class Entry(NamedTuple):
    """One line: what was destroyed (``content`` by ``kind``), in which place."""

    number: int
    kind: str
    content: dict
    hash: str


class Ledger:
    """The entries of a ledger that was read and found whole."""

    def __init__(self, entries=()):
        self.entries = list(entries)

    @property
    def head(self):
        """Return (number, hash) of the last entry."""
        return self.place(len(self.entries))

    def place(self, number):
        """Return (number, hash) of an entry; number 0 is before the first one."""
        if not number:
            return 0, START
        return number, self.entries[number - 1].hash

    def after(self, number, kind=None):
        """Return the entries behind a number, of one kind or all."""
        return [entry for entry in self.entries[number:] if kind in (None, entry.kind)]

    def add(self, kind, content, sign):
        """Return the line of a new entry, which then is the last one."""
        number, previous = self.head
        entry = _entry(number + 1, kind, content, previous)
        line = {
            "number": entry.number,
            "kind": kind,
            "content": content,
            "previous": previous,
            "signature": sign(_signed(entry.hash)).hex(),
        }
        self.entries.append(entry)
        return json.dumps(line, sort_keys=True).encode() + b"\n"


def read(path, verify):
    """Return the ledger in a file; a file that is not there has no entries.

    :param verify: function of a message and its signature
    """
    try:
        with open(path, "rb") as file:
            return parse(file, verify)
    except FileNotFoundError:
        return Ledger()
    except OSError:
        raise LedgerError("ledger_unreadable") from None


def parse(lines, verify):
    """Return the ledger in *lines*, or raise `LedgerError`.

    The signature of the last entry holds for all before it: each has the hash of its
    predecessor. Half a line, left by a crash, is no entry; a hole breaks the chain.
    """
    ledger, signature = Ledger(), None
    for line in lines:
        row = _row(line)
        if row is None:
            continue
        number, previous = ledger.head
        if row["number"] != number + 1 or row["previous"] != previous:
            raise LedgerError("ledger_damaged")
        ledger.entries.append(
            _entry(row["number"], row["kind"], row["content"], previous)
        )
        signature = row["signature"]
    if signature is not None:
        _check_signature(ledger.head[1], signature, verify)
    return ledger


@contextlib.contextmanager
def writing(path, held):
    """Give (ledger, append) while nobody else writes to the file.

    ``append(kind, content)`` returns the entry when it is on the disk.
    """
    with _locked(path) as file:
        ledger = parse(file, held.verify)

        def append(kind, content):
            size = file.seek(0, os.SEEK_END)
            line = ledger.add(kind, content, held.sign)
            try:
                _write(file, line)
            except OSError:
                # what was refused must not be carried out later
                ledger.entries.pop()
                with contextlib.suppress(OSError):
                    file.truncate(size)
                raise LedgerError("ledger_unwritable") from None
            return ledger.entries[-1]

        yield ledger, append


@contextlib.contextmanager
def _locked(path):
    try:
        folder = os.path.dirname(os.path.abspath(path))
        os.makedirs(folder, exist_ok=True)
        is_new = not os.path.exists(path)
        handle = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
        file = os.fdopen(handle, "r+b", buffering=0)
        if is_new:
            _sync_folder(folder)
    except OSError:
        raise LedgerError("ledger_unwritable") from None
    with file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield file


def _write(file, line):
    """Append a line behind whatever a crash has left, so that it stays."""
    if file.seek(0, os.SEEK_END):
        file.seek(-1, os.SEEK_END)
        if file.read(1) != b"\n":
            line = b"\n" + line
    file.write(line)
    os.fsync(file.fileno())


def _sync_folder(folder):
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _row(line):
    """Return the fields of a line, or None where it is no whole line."""
    try:
        row = json.loads(line)
    except ValueError:
        return None
    if not isinstance(row, dict) or row.keys() != FIELDS:
        return None
    return row


def _entry(number, kind, content, previous):
    try:
        body = canonical.encode(
            "ledger", {"number": number, "kind": kind, "content": content}
        )
    except (TypeError, ValueError):
        raise LedgerError("ledger_damaged") from None
    digest = hashlib.sha256(bytes.fromhex(previous) + body).hexdigest()
    return Entry(number, kind, content, digest)


def _check_signature(digest, signature, verify):
    try:
        signed = verify(_signed(digest), bytes.fromhex(signature))
    except (TypeError, ValueError):
        signed = False
    if not signed:
        raise LedgerError("ledger_damaged")


def _signed(digest):
    return b"ins-ledger-entry|" + digest.encode()
