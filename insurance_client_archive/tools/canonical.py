"""One spelling for one record, so that a hash over it means something.

Canonical JSON: sorted keys, no blanks, ASCII only, no floats. A prefix names what is
hashed and its version, so that an event can never be taken for an epoch.
"""

import datetime
import hashlib
import hmac
import json

VERSION = 1
#: the chain of a writer begins here
ORIGIN = bytes(32)
#: the columns of an event that its code covers: all that is stored
EVENT_FIELDS = (
    "writer",
    "n",
    "date",
    "user_id",
    "caller_id",
    "company_id",
    "tier",
    "channel",
    "action",
    "result",
    "archive_id",
    "archive_ids",
    "count",
    "ids_hash",
    "content",
    "purpose",
    "note_hash",
    "grant_id",
)

_encoder = json.JSONEncoder(
    sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False
)


def encode(kind, value):
    """Return the bytes of *value*, marked as a *kind* of this version."""
    _refuse_floats(value)
    return f"ins-{kind}|{VERSION}|{_encoder.encode(value)}".encode("ascii")


def event_bytes(row):
    """Return the bytes of a stored event.

    :param row: values in the order of ``EVENT_FIELDS``
    """
    event = dict(zip(EVENT_FIELDS, row, strict=True))
    event["date"] = moment(event["date"])
    # all other values are texts, whole numbers and lists of them by their columns
    return f"ins-event|{VERSION}|{_encoder.encode(event)}".encode("ascii")


def chained(previous, body):
    """Return what the code of an event is made of: its predecessor and itself."""
    return previous + body


def leaf_bytes(body, mac):
    """Return what the tree holds of an event."""
    return body + mac


def moment(date):
    """Return a point in time (UTC, naive) to the microsecond."""
    if not isinstance(date, datetime.datetime):
        return date
    return date.isoformat(timespec="microseconds")


def ids_hash(ids):
    """Return a fingerprint of a set of record ids."""
    text = ",".join(map(str, sorted(ids)))
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def note_hash(salt, text):
    """Return the commitment to a text that may be erased later."""
    return hmac.digest(salt, text.encode(), "sha256").hex()


def epoch_hash(epoch):
    """Return the hash of the header of an epoch (a dict without floats)."""
    return hashlib.sha256(encode("epoch", epoch)).digest()


def pruned_hash(record):
    """Return the hash of a record of pruning (a dict without floats)."""
    return hashlib.sha256(encode("pruned", record)).digest()


def _refuse_floats(value):
    if isinstance(value, float):
        raise TypeError("A float has no single spelling.")
    if isinstance(value, dict):
        for key, item in value.items():
            if not isinstance(key, str):
                raise TypeError("The key of an object is a text.")
            _refuse_floats(item)
    elif isinstance(value, (list, tuple)):
        for item in value:
            _refuse_floats(item)
