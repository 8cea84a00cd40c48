"""The destruction ledger: what was destroyed for good, in a file beside the anchors.

A restored backup brings destroyed keys back. The ledger does not come out of the
backup, so whoever reads it knows what to destroy again. One line of JSON for each
entry, chained by hash and signed with the keyring; the file only grows.

So whoever has read it reads on where it has ended: a list of a thousand archives does
not read it a thousand times.
"""

import bisect
import contextlib
import fcntl
import hashlib
import io
import json
import operator
import os
import threading
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


class Version(NamedTuple):
    """What tells that a file is still what it was."""

    changed: int
    inode: int
    size: int


class Entry(NamedTuple):
    """One line: what was destroyed (``content`` by ``kind``), in which place."""

    number: int
    kind: str
    content: dict
    hash: str


class _Chain:
    """Entries in their order, and where to find them; ledgers of one file share it."""

    def __init__(self, entries=()):
        self.lock = threading.Lock()
        self.entries = []
        self.by_kind = {}
        self.by_uuid = {}
        for entry in entries:
            self.add(entry)

    def add(self, entry):
        self.entries.append(entry)
        self.by_kind.setdefault(entry.kind, []).append(entry)
        if isinstance(entry.content, dict) and "uuid" in entry.content:
            self.by_uuid.setdefault(entry.content["uuid"], entry)


class Ledger:
    """The entries of a ledger that was read and found whole, up to a number."""

    def __init__(self, chain=None, number=0):
        self._chain = chain or _Chain()
        self.number = number
        #: what the file was like, and how long when all of it was read
        self.version = None
        self.whole = 0
        #: (where the line of the last entry begins, that line)
        self.last = None

    @property
    def entries(self):
        return self._chain.entries[: self.number]

    @property
    def head(self):
        """Return (number, hash) of the last entry."""
        return self.place(self.number)

    def snapshot(self):
        """Return a ledger that stays as it is when this one gets more entries."""
        other = Ledger(self._chain, self.number)
        other.version, other.whole, other.last = self.version, self.whole, self.last
        return other

    def place(self, number):
        """Return (number, hash) of an entry; number 0 is before the first one."""
        if not number:
            return 0, START
        return number, self._chain.entries[number - 1].hash

    def after(self, number, kind=None):
        """Return the entries behind a number, of one kind or all."""
        if kind is None:
            return self._chain.entries[number : self.number]
        entries = self._chain.by_kind.get(kind, [])
        first, end = (
            bisect.bisect_right(entries, edge, key=operator.attrgetter("number"))
            for edge in (number, self.number)
        )
        return entries[first:end]

    def about(self, uuid):
        """Return the entry about an archive, or nothing."""
        entry = self._chain.by_uuid.get(uuid)
        return entry if entry and entry.number <= self.number else None

    def add(self, entry):
        """Take the next entry."""
        chain = self._chain
        with chain.lock:
            if len(chain.entries) == self.number:
                chain.add(entry)
            elif chain.entries[self.number] != entry:
                # another thread has read something else
                self._chain = _Chain([*chain.entries[: self.number], entry])
        self.number += 1

    def line(self, kind, content, sign):
        """Return the entry that would be next, and its line."""
        number, previous = self.head
        entry = _entry(number + 1, kind, content, previous)
        line = {
            "number": entry.number,
            "kind": kind,
            "content": content,
            "previous": previous,
            "signature": sign(_signed(entry.hash)).hex(),
        }
        return entry, json.dumps(line, sort_keys=True).encode() + b"\n"


def read(path, verify, known=None):
    """Return the ledger in a file; a file that is not there has no entries.

    :param verify: function of a message and its signature
    :param known: what was read of the file before
    """
    try:
        if known is not None and known.version == _version(os.stat(path)):
            return known
        with open(path, "rb") as file:
            return _read(file, verify, known)
    except FileNotFoundError:
        return Ledger()
    except OSError:
        raise LedgerError("ledger_unreadable") from None


def _read(file, verify, known):
    """Return the ledger in an open file, perhaps by reading but what has come to it.

    That is enough when its last line stands where it stood: what is before that was
    read, and each line holds for those before it. A file that was changed, replaced or
    cut, or that has doubled since, is read as a whole.
    """
    version = _version(os.fstat(file.fileno()))
    if known is not None and known.version == version:
        return known.snapshot()
    if known is not None and _has_grown(file, known, version):
        ledger = known.snapshot()
    else:
        ledger = Ledger()
        ledger.whole = version.size
        file.seek(0)
    _parse(file, verify, ledger)
    ledger.version = version
    return ledger


def _has_grown(file, known, version):
    """Tell whether lines were appended to what is known; they are read next."""
    if not known.last or known.version.inode != version.inode:
        return False
    if not known.version.size < version.size < 2 * known.whole:
        return False
    offset, line = known.last
    file.seek(offset)
    return file.readline().rstrip(b"\n") == line


def _parse(file, verify, ledger):
    """Read on to the end of the file, or raise `LedgerError`.

    The signature of the last entry holds for all before it: each has the hash of its
    predecessor. Half a line, left by a crash, is no entry; a hole breaks the chain.
    """
    signature, offset = None, file.tell()
    for line in file:
        begin, offset = offset, offset + len(line)
        row = _row(line)
        if row is None:
            continue
        number, previous = ledger.head
        if row["number"] != number + 1 or row["previous"] != previous:
            raise LedgerError("ledger_damaged")
        ledger.add(_entry(row["number"], row["kind"], row["content"], previous))
        ledger.last = begin, line.rstrip(b"\n")
        signature = row["signature"]
    if signature is not None:
        _check_signature(ledger.head[1], signature, verify)


@contextlib.contextmanager
def writing(path, held, known=None):
    """Give (ledger, append) while nobody else writes to the file.

    ``append(kind, content)`` returns the entry when it is on the disk.
    """
    with _locked(path) as file:
        with io.BufferedReader(io.FileIO(file.fileno(), closefd=False)) as reader:
            ledger = _read(reader, held.verify, known)

        def append(kind, content):
            size = file.seek(0, os.SEEK_END)
            entry, line = ledger.line(kind, content, held.sign)
            try:
                offset = _write(file, line)
            except OSError:
                # what was refused must not be carried out later
                with contextlib.suppress(OSError):
                    file.truncate(size)
                raise LedgerError("ledger_unwritable") from None
            ledger.add(entry)
            ledger.last = offset, line.rstrip(b"\n")
            ledger.version = _version(os.fstat(file.fileno()))
            return entry

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
    """Append a line behind whatever a crash has left; return where it begins."""
    offset, gap = file.seek(0, os.SEEK_END), b""
    if offset:
        file.seek(-1, os.SEEK_END)
        if file.read(1) != b"\n":
            gap = b"\n"
    if file.write(gap + line) != len(gap + line):
        raise OSError("The disk took a part of the line.")
    os.fsync(file.fileno())
    return offset + len(gap)


def _sync_folder(folder):
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _version(status):
    return Version(status.st_mtime_ns, status.st_ino, status.st_size)


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
