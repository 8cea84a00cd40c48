"""Read what the tools of backup say about their backups. Needs no database.

``parse`` knows the manifest of ``pg_basebackup`` (``backup_manifest``), the output of
``pgbackrest info --output=json``, and the reports of ``scripts/restore-drill``.
"""

import hashlib
import json
from datetime import datetime, timezone
from typing import NamedTuple

FULL, INCREMENTAL = "full", "incremental"
MANIFEST = "PostgreSQL-Backup-Manifest-Version"
REPORT, DRILL = "insurance-backup", "insurance-restore-drill"
#: status of a repository of pgbackrest: fine, or it has no backups (yet)
LISTED = (0, 2)
MESSAGE = 200
#: what pg_verifybackup says when nothing is wrong
VERIFIED = "backup successfully verified"


class ReportError(Exception):
    """A report that can't be read; ``code`` says why."""

    def __init__(self, code):
        self.code = code
        super().__init__(code)


class Backup(NamedTuple):
    """One backup, as its tool describes it. None: the tool does not say."""

    label: str
    kind: str
    tool: str
    started: datetime
    stopped: datetime
    size: int = 0
    lsn_start: str = ""
    lsn_stop: str = ""
    wal_start: str = ""
    wal_stop: str = ""
    system_id: str = ""
    repository: str = ""
    checksum: str = ""
    verification: str = ""
    failed: bool = False
    encrypted: bool | None = None
    with_filestore: bool | None = None
    with_ledger: bool | None = None
    with_keyring: bool | None = None

    @property
    def verified(self):
        return self.verification.strip().endswith(VERIFIED)


class Report(NamedTuple):
    """What was read: backups; which repositories it lists whole; perhaps a drill.

    ``unread`` has repositories that the tool itself could not read, and why.
    """

    backups: list
    listed: frozenset = frozenset()
    drill: dict | None = None
    unread: dict = {}


def parse(content):
    """Return the `Report` in the bytes of a file, or raise `ReportError`."""
    try:
        read = json.loads(content)
    except (ValueError, UnicodeDecodeError):
        raise ReportError("format") from None
    try:
        if isinstance(read, list):
            return _pgbackrest(read)
        if MANIFEST in read:
            return Report([_manifest(read, content)])
        if read.get("report") in (REPORT, DRILL):
            return _own(read)
    except (AttributeError, IndexError, KeyError, TypeError, ValueError):
        raise ReportError("format") from None
    raise ReportError("format")


def _manifest(read, content):
    _check_manifest(content)
    files = read["Files"]
    moments = {file["Path"]: _gmt(file["Last-Modified"]) for file in files}
    ranges = read["WAL-Ranges"]
    checksum = read["Manifest-Checksum"]
    return Backup(
        label=f"pg_basebackup-{checksum[:12]}",
        kind=FULL,
        tool="pg_basebackup",
        # the label is the first file of the backup, made for it
        started=moments.get("backup_label") or min(moments.values()),
        stopped=max(moments.values()),
        size=sum(file["Size"] for file in files),
        lsn_start=ranges[0]["Start-LSN"],
        lsn_stop=ranges[-1]["End-LSN"],
        system_id=str(read.get("System-Identifier", "")),
        checksum=checksum,
    )


def _check_manifest(content):
    """Recount the checksum that the last line has over the lines before it."""
    body, newline, last = content.rstrip(b"\n").rpartition(b"\n")
    checksum = json.loads(b"{" + last)["Manifest-Checksum"]
    if hashlib.sha256(body + newline).hexdigest() != checksum:
        raise ReportError("changed")


def _gmt(text):
    return datetime.strptime(text, "%Y-%m-%d %H:%M:%S GMT")


def _pgbackrest(stanzas):
    backups, listed, unread = [], set(), {}
    for stanza in stanzas:
        repositories = stanza.get("repo", ())
        ciphers = {repo["key"]: repo.get("cipher") for repo in repositories}
        systems = {
            (db["repo-key"], db["id"]): str(db["system-id"]) for db in stanza["db"]
        }
        for repo in repositories:
            name = _repository(stanza["name"], repo["key"])
            status = repo.get("status") or {"code": 0}
            # a disk that is not there lists no backups either: none of them is gone
            if status["code"] in LISTED:
                listed.add(name)
            else:
                unread[name] = str(status["message"])[:MESSAGE]
        for backup in stanza["backup"]:
            key = backup["database"]["repo-key"]
            repository = _repository(stanza["name"], key)
            listed.add(repository)
            cipher = ciphers.get(key) or stanza.get("cipher")
            backups.append(
                Backup(
                    label=backup["label"],
                    kind=FULL if backup["type"] == "full" else INCREMENTAL,
                    tool="pgbackrest",
                    started=_epoch(backup["timestamp"]["start"]),
                    stopped=_epoch(backup["timestamp"]["stop"]),
                    # what this backup has added, not the set that it belongs to
                    size=backup["info"]["repository"]["delta"],
                    lsn_start=(backup.get("lsn") or {}).get("start", ""),
                    lsn_stop=(backup.get("lsn") or {}).get("stop", ""),
                    wal_start=backup["archive"]["start"] or "",
                    wal_stop=backup["archive"]["stop"] or "",
                    system_id=systems.get((key, backup["database"]["id"]), ""),
                    repository=repository,
                    failed=bool(backup.get("error")),
                    encrypted=bool(cipher) and cipher != "none",
                )
            )
    if not backups and not listed and not unread:
        raise ReportError("empty")
    return Report(backups, frozenset(listed - unread.keys()), unread=unread)


def _repository(stanza, key):
    return f"{stanza}/repo{key}"


def _epoch(seconds):
    return datetime.fromtimestamp(seconds, timezone.utc).replace(tzinfo=None)


def _own(read):
    backups = [
        Backup(
            **{
                **{name: row[name] for name in Backup._fields if name in row},
                "started": _moment(row["started"]),
                "stopped": _moment(row["stopped"]),
            }
        )
        for row in read["backups"]
    ]
    if any(backup.kind not in (FULL, INCREMENTAL) for backup in backups):
        raise ReportError("format")
    return Report(backups, drill=read if read["report"] == DRILL else None)


def _moment(text):
    """Return a moment in UTC without zone, as Odoo keeps it."""
    found = datetime.fromisoformat(text)
    if found.tzinfo:
        found = found.astimezone(timezone.utc).replace(tzinfo=None)
    return found.replace(microsecond=0)
