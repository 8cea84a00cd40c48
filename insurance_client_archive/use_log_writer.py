"""One background writer for each Odoo process and database, on its own connection.

The writer never rolls back with a request, so its events are numbered without a gap
and each carries a code over itself and its predecessor: a missing or changed event
shows. Many waiting requests share one commit.

While the answer to a commit is unknown the rows of the batch stay as they are and are
sent again: their unique (writer, n, date) makes the second time harmless.
"""

import atexit
import collections
import contextlib
import datetime
import logging
import os
import secrets
import socket
import threading
import time

import psycopg2
import psycopg2.extras
from psycopg2.extensions import ISOLATION_LEVEL_READ_COMMITTED

from odoo import SUPERUSER_ID, release, sql_db
from odoo.service.server import CommonServer

from . import vault_process
from .tools import canonical

_logger = logging.getLogger(__name__)

#: a request waits so long for its record, and is refused then: within two seconds
#: with all that is around it
WAIT_SECONDS = 1.5
BATCH = 500
#: records nobody waits for, kept while the database is out of reach
BACKLOG = 20_000
RETRY_SECONDS = 0.2
LOCKED_SECONDS = 5
IDLE_SECONDS = 60
APPLICATION = "insurance-use-log"
#: a server that is gone without a word is noticed in seconds; the system's own
#: limits are hours, and nobody ends a thread that waits for an answer
PATIENCE = {
    "connect_timeout": 2,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 20_000,
}

COLUMNS = (*canonical.EVENT_FIELDS, "mac")
INSERT = f"""
    INSERT INTO insurance_use_log ({", ".join(COLUMNS)}) VALUES %s
    ON CONFLICT (writer, n, date) DO NOTHING RETURNING n, id
"""
INSERT_NOTE = """
    INSERT INTO insurance_use_note (writer, n, salt, note) VALUES %s
    ON CONFLICT (writer, n) DO NOTHING
"""
FRESH = """
    SELECT NOT EXISTS (SELECT FROM insurance_vault_key)
       AND NOT EXISTS (SELECT FROM insurance_use_log)
"""
FIND = "SELECT n, id FROM insurance_use_log WHERE writer = %s AND n BETWEEN %s AND %s"

_writers = {}
_lock = threading.Lock()


class LogUnavailable(Exception):
    """The event could not be committed in time; ``code`` says why."""

    def __init__(self, code):
        self.code = code
        super().__init__(code)


class _Entry:
    """An event on its way; ``event_id`` is set when it is committed."""

    __slots__ = ("done", "error", "event", "event_id", "given_up", "note", "waited")

    def __init__(self, event, note, waited):
        self.event = event
        self.note = note
        self.waited = waited
        self.done = threading.Event() if waited else None
        self.event_id = None
        self.error = None
        self.given_up = False

    def finish(self, event_id=None, error=None):
        self.event_id, self.error = event_id, error
        if self.done:
            self.done.set()


class Writer:
    """Take events from all threads of the process and commit them in order."""

    def __init__(self, database):
        self.database = database
        self.writer_id = secrets.randbits(62)
        self._n = 0
        self._head = canonical.ORIGIN
        self._queue = collections.deque()
        self._changed = threading.Condition()
        self._lost = 0
        self._outage = 0
        self._stalled = False
        self._stop_by = None
        self._connection = None
        self._known = {}
        self._is_fresh = False
        self._audit_key = None
        self._thread = threading.Thread(
            target=self._run, name=f"{APPLICATION} {database}", daemon=True
        )
        self._thread.start()

    @property
    def alive(self):
        return self._thread.is_alive() and self._stop_by is None

    def submit(self, event, note="", wait=True, timeout=None):
        """Hand over an event; with *wait* return its id when it is committed.

        :param dict event: values of ``canonical.EVENT_FIELDS``, but for the place in
            the chain, which the writer gives
        :raise LogUnavailable: not committed in time
        """
        entry = _Entry(event, note, wait)
        with self._changed:
            if wait and self._stalled:
                # somebody has waited in vain: requests that queue up behind would
                # keep the server from all other work
                raise LogUnavailable("timeout")
            if not wait and len(self._queue) >= BACKLOG:
                self._lost += 1
                return None
            self._queue.append(entry)
            self._changed.notify()
        if not wait:
            return None
        if not entry.done.wait(WAIT_SECONDS if timeout is None else timeout):
            with self._changed:
                # not begun: take it back; begun: it may still be recorded
                entry.given_up = True
                self._stalled = True
                self._changed.notify()
            raise LogUnavailable("timeout")
        if entry.error:
            raise LogUnavailable(entry.error)
        return entry.event_id

    def stop(self, timeout=WAIT_SECONDS):
        """Commit what is waiting and the end of the chain, then end the thread."""
        with self._changed:
            self._stop_by = time.monotonic() + timeout
            self._changed.notify()
        self._thread.join(timeout + 1)

    # --- the thread

    def _run(self):
        try:
            while (entries := self._next()) is not None:
                self._write(entries)
            if self._n and not self._queue:
                self._write([self._own_event("writer_stop")])
        except Exception:
            _logger.exception("The writer of the use log has ended.")
        finally:
            self._close()
            self._give_up(list(self._queue))
            if self._lost:
                _logger.error("%s records of the use log are lost.", self._lost)

    def _next(self):
        """Return the next events, in order, or None when the writer is to stop.

        None of them to write is a try whether the log can be reached again.
        """
        with self._changed:
            while not self._queue:
                if self._stop_by is not None:
                    return None
                if self._stalled:
                    self._changed.wait(RETRY_SECONDS)
                    # only a new connection tells
                    self._close()
                    break
                if not self._changed.wait(IDLE_SECONDS):
                    # a connection without work would keep the database from being
                    # copied or dropped; the chain goes on with the next one
                    self._close()
            size = min(BATCH, len(self._queue))
            return [self._queue.popleft() for _turn in range(size)]

    def _live(self, entries):
        """Leave out the events whose requests were refused meanwhile."""
        return [entry for entry in entries if not entry.given_up]

    def _write(self, entries):
        try:
            keyring = self._open()
        except (psycopg2.Error, LogUnavailable) as error:
            self._postpone(entries, error)
            return
        lost = self._lost
        begun = self._live(entries)
        if not self._n:
            begun.insert(0, self._own_event("writer_start"))
        if lost:
            begun.append(self._own_event("writer_gap", count=lost))
        if not begun:
            self._reached()
            return
        rows, notes, head = self._chain(begun, keyring)
        try:
            ids = self._commit(rows, notes)
        except psycopg2.Error as error:
            self._refuse(entries, error)
            return
        if ids is None:
            self._give_up(self._live(entries))
            return
        self._n += len(rows)
        self._head = head
        self._lost -= lost
        self._reached()
        for entry, row in zip(begun, rows, strict=True):
            entry.finish(ids[row[1]])

    def _chain(self, entries, keyring):
        """Return the rows of the entries, their notes and the new head."""
        head, rows, notes = self._head, [], []
        now = datetime.datetime.now(datetime.UTC).replace(tzinfo=None)
        for n, entry in enumerate(entries, self._n + 1):
            event = {**entry.event, "writer": self.writer_id, "n": n, "date": now}
            if entry.note:
                salt = secrets.token_bytes(16)
                event["note_hash"] = canonical.note_hash(salt, entry.note)
                notes.append((self.writer_id, n, salt, entry.note))
            row = [event.get(name) for name in canonical.EVENT_FIELDS]
            body = canonical.event_bytes(row)
            head = keyring.audit_mac(canonical.chained(head, body))
            rows.append((*row, head))
        return rows, notes, head

    def _commit(self, rows, notes):
        """Commit the rows, however often the connection breaks; return {n: id}.

        :raise psycopg2.Error: refused, and surely nothing of the rows is in the log
        """
        uncertain = False
        while True:
            try:
                self._open()
                return self._insert(rows, notes)
            except psycopg2.Error as error:
                if not uncertain and _is_refusal(error):
                    raise
                uncertain = True
                self._warn(error)
            except LogUnavailable as error:
                # the keys went away after the rows were made: the rows stay good
                self._warn(error)
            self._close()
            with self._changed:
                if self._stop_by is not None and time.monotonic() > self._stop_by:
                    return None
                self._changed.wait(RETRY_SECONDS)

    def _insert(self, rows, notes):
        with self._connection.cursor() as cr:
            found = psycopg2.extras.execute_values(
                cr, INSERT, rows, page_size=len(rows), fetch=True
            )
            if notes:
                psycopg2.extras.execute_values(cr, INSERT_NOTE, notes, page_size=BATCH)
            if len(found) < len(rows):
                cr.execute(FIND, (self.writer_id, rows[0][1], rows[-1][1]))
                found = cr.fetchall()
        self._connection.commit()
        return dict(found)

    def _refuse(self, entries, error):
        """Try the events of a refused batch one by one: one of them is bad."""
        with contextlib.suppress(psycopg2.Error):
            self._connection.rollback()
        if not isinstance(error, (psycopg2.DataError, psycopg2.IntegrityError)):
            # it is not the event: the table is not there yet, or may not be written
            self._postpone(entries, error)
        elif len(entries) > 1:
            for entry in entries:
                self._write([entry])
        else:
            _logger.error("The use log refused an event: %s", error)
            self._lost += 1
            self._fail(entries, "refused")

    def _postpone(self, entries, error):
        """Put events back that were not begun, and wait a little."""
        self._close()
        self._warn(error)
        locked = isinstance(error, LogUnavailable)
        if locked:
            # waiting does not bring the keys back
            self._fail([entry for entry in entries if entry.waited], error.code)
            entries = [entry for entry in entries if not entry.waited]
            self._stalled = False
        with self._changed:
            self._queue.extendleft(reversed(self._live(entries)))
            if self._stop_by is not None:
                if locked or time.monotonic() > self._stop_by:
                    self._give_up(self._queue)
                    self._queue.clear()
                    return
            elif locked:
                self._changed.wait_for(self._must_hurry, LOCKED_SECONDS)
                return
            self._changed.wait(RETRY_SECONDS)

    def _must_hurry(self):
        return self._stop_by is not None or any(entry.waited for entry in self._queue)

    def _warn(self, error):
        """Write the first and then every hundredth failure to the server's log."""
        if self._outage % 100 == 0:
            _logger.warning("The use log can't be written now: %s", error)
        self._outage += 1

    def _reached(self):
        """Take waiting requests again."""
        if self._outage:
            _logger.info("The use log can be written again.")
        self._outage = 0
        self._stalled = False

    def _give_up(self, entries):
        """Refuse whoever waits; what nobody waits for is lost, and counted."""
        self._lost += sum(
            not entry.waited and entry.event["action"] != "writer_stop"
            for entry in entries
        )
        self._fail(entries, "ended")

    def _fail(self, entries, code):
        for entry in entries:
            entry.finish(error=code)

    def _own_event(self, action, count=None):
        content = f"pid={os.getpid()},host={socket.gethostname()},{release.version}"
        event = {
            "user_id": SUPERUSER_ID,
            "action": action,
            "result": "done",
            "channel": "server",
            "content": content if action == "writer_start" else None,
            "count": count,
        }
        return _Entry(event, "", False)

    # --- connection and keys

    def _open(self):
        """Return the keyring; have a connection to the database."""
        if self._connection is None or self._connection.closed:
            self._connect()
        try:
            keyring = vault_process.log_keys(self._known, self._is_fresh)
        except vault_process.KeysRefused as error:
            raise LogUnavailable(error.code) from None
        audit_key = keyring.audit_mac(b"which key")
        if audit_key != (self._audit_key or audit_key):
            # a chain has one key; a new one begins with the next start of the server
            raise LogUnavailable("fingerprint")
        self._audit_key = audit_key
        return keyring

    def _connect(self):
        self._connection = psycopg2.connect(**connection_parameters(self.database))
        self._connection.set_session(isolation_level=ISOLATION_LEVEL_READ_COMMITTED)
        with self._connection.cursor() as cr:
            cr.execute("SET lock_timeout = '2s'; SET synchronous_commit = on")
            cr.execute("SELECT name, value FROM insurance_vault_fingerprint")
            self._known = dict(cr.fetchall())
            cr.execute(FRESH)
            self._is_fresh = cr.fetchone()[0]
        self._connection.commit()

    def _close(self):
        connection, self._connection = self._connection, None
        if connection is not None:
            with contextlib.suppress(psycopg2.Error):
                connection.close()


def _is_refusal(error):
    """Tell whether it is the database that answers, and surely kept nothing.

    A connection that breaks in the middle raises errors of any class, but without the
    code that the database gives to its own.
    """
    return error.pgcode is not None and not isinstance(error, psycopg2.OperationalError)


def connection_parameters(database):
    """Return the parameters of Odoo's own connections, under the writer's name."""
    _name, parameters = sql_db.connection_info_for(database)
    return {**PATIENCE, **parameters, "application_name": APPLICATION}


def writer(database):
    """Return the writer of this process for *database*; the first call makes it."""
    key = os.getpid(), database
    found = _writers.get(key)
    if found is None or not found.alive:
        with _lock:
            found = _writers.get(key)
            if found is None or not found.alive:
                found = _writers[key] = Writer(database)
    return found


def stop_all(timeout=WAIT_SECONDS):
    """End the writers of this process; a writer needed later begins a new chain."""
    pid = os.getpid()
    for key in [key for key in _writers if key[0] == pid]:
        _writers.pop(key).stop(timeout)


def _after_fork():
    # a thread of the parent may have held it; that thread does not exist here
    global _lock
    _lock = threading.Lock()


os.register_at_fork(after_in_child=_after_fork)
atexit.register(stop_all)
CommonServer.on_stop(stop_all)
