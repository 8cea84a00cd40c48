"""Take a backup of a running database, and note what is in it at one exact moment."""

import configparser
import contextlib
import functools
import hashlib
import json
import os
import shutil
import signal
import subprocess
import tempfile
import time
from datetime import datetime, timezone
from pathlib import Path

import fingerprint
import psycopg2
from programs import Failed, need_space
from psycopg2 import sql

SECTION = "insurance_client_archive"
#: seconds to wait for the locks that make the moment exact; users wait as long
LOCK_SECONDS = 3
LOCK_TRIES = 10
#: seconds to wait for the write-ahead log
LOG_SECONDS = 120
IN_THE_WAY = (psycopg2.errors.LockNotAvailable, psycopg2.errors.DeadlockDetected)


def now():
    return datetime.now(timezone.utc)


class Source:
    """The running database, its files, and the files that belong to it."""

    def __init__(self, database, configuration, odoo):
        self.database = database
        self.configuration = configuration
        self.odoo = odoo
        parser = configparser.RawConfigParser()
        parser.read([configuration])
        self.options = dict(parser["options"])
        known = parser.has_section(SECTION)
        self.section = dict(parser[SECTION]) if known else {}
        self.data = Path(self.options["data_dir"])
        self.filestore = self.data / "filestore" / database

    def connect(self):
        # PGHOST, PGPORT, PGUSER: a superuser, for it copies and locks everything
        connection = psycopg2.connect(
            dbname=self.database, application_name="restore-drill"
        )
        with connection.cursor() as cr:
            cr.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
            if not cr.fetchone()[0]:
                raise Failed(
                    "the backup is taken by a superuser of PostgreSQL: name one by "
                    "PGUSER, or run this as user postgres"
                )
        connection.rollback()
        return connection

    def ask(self, *words, configuration):
        """Run ``odoo insurance …``; return (exit code, answer)."""
        # which server is meant, the configuration says
        known = {name: text for name, text in os.environ.items() if name[:2] != "PG"}
        done = subprocess.run(
            [*self.odoo, "insurance", *words, "--json"],
            env={**known, "ODOO_RC": str(configuration)},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        last = done.stdout.strip().splitlines()[-1:]
        if not last:
            # of a traceback, its last line says what has happened
            said = (done.stderr.strip().splitlines() or ["no answer"])[-1]
            raise Failed(f"odoo insurance {' '.join(words)}: {said}")
        return done.returncode, json.loads(last[0])

    def path(self, option, default):
        text = self.section.get(option)
        return Path(os.path.expandvars(text)).expanduser() if text else default

    @property
    def keyring(self):
        default = self.data / "insurance_client_archive.keyring"
        return self.path("keyring", default)

    @functools.cached_property
    def ledger(self):
        """Return the file of the destruction ledger, if there is one."""
        parser = configparser.RawConfigParser()
        # without a database: only where the ledger is
        names = ("addons_path", "data_dir")
        parser["options"] = {name: self.options.get(name, "") for name in names}
        parser[SECTION] = self.section
        with tempfile.NamedTemporaryFile("w", suffix=".conf") as file:
            parser.write(file)
            file.flush()
            _code, said = self.ask(
                "keys", "shred-ledger", "verify", configuration=file.name
            )
        path = Path(said["path"]) if "path" in said else None
        return path if path and path.exists() else None

    @property
    def anchors(self):
        default = self.data / "insurance_use_log" / f"{self.database}.anchors"
        return self.path("use_log_anchor", default)


def take(source, folder, programs, say):
    """Fill a folder with base, wal, filestore and ledger; return what was noted."""
    _make_folder(source, folder, programs)
    label = f"drill-{now():%Y%m%dT%H%M%S}"
    started = now()
    with _receiving(source, programs, folder / "wal") as receiver:
        say("full backup (pg_basebackup)")
        programs.run(
            "pg_basebackup",
            *("-D", folder / "base", "-F", "plain", "-X", "stream"),
            *("-c", "fast", "-l", label, "--manifest-checksums=SHA256"),
        )
        stopped = now()
        say("the moment: all tables locked, restore point, snapshot")
        moment = _moment(
            source, label, lambda wal: _wait_for_log(receiver, folder / "wal" / wal)
        )
    say("files")
    size = _copy_files(source, folder / "filestore")
    if source.ledger:
        shutil.copy(source.ledger, folder / "destruction.ledger")
    verified = programs.run("pg_verifybackup", folder / "base", check=False)
    moment |= {"label": label, "files_bytes": size}
    (folder / "moment.json").write_text(json.dumps(moment, indent=1, sort_keys=True))
    backups = _backups(folder, moment, started, stopped, verified)
    report = {"report": "insurance-backup", "version": 1, "backups": backups}
    (folder / "backup.json").write_text(json.dumps(report, indent=1))
    return report


def _make_folder(source, folder, programs):
    """Make the folder of a backup: its own, for nobody else to read, big enough."""
    if folder.exists() and any(folder.iterdir()):
        raise Failed(
            f"{folder} is not empty: name a new folder, or restore the backup in it "
            "by the step “check”"
        )
    with contextlib.closing(source.connect()) as connection:
        with connection.cursor() as cr:
            cr.execute("SELECT sum(pg_database_size(oid)) FROM pg_database")
            size = int(cr.fetchone()[0])
    size += sum(path.stat().st_size for path in source.filestore.rglob("*"))
    folder.mkdir(parents=True, exist_ok=True)
    need_space(folder, size, "the backup")
    folder.chmod(0o700)
    for name in ("base", "wal"):
        (folder / name).mkdir(mode=0o700)
    programs.own(folder)
    programs.need_reach(folder / "base")


@contextlib.contextmanager
def _receiving(source, programs, wal):
    """Let the write-ahead log flow into a folder: all changes since the full backup."""
    with contextlib.closing(source.connect()) as keeper:
        with keeper.cursor() as cr:
            # PostgreSQL keeps the log for us, and no longer than this connection lives
            cr.execute(
                "SELECT pg_create_physical_replication_slot(%s, true, true)",
                [f"drill_{os.getpid()}"],
            )
        keeper.commit()
        process = programs.start("pg_receivewal", "-D", wal, "--no-loop")
        try:
            problem = "the write-ahead log does not come"
            _wait(lambda: any(wal.iterdir()), process, problem)
            yield process
        finally:
            process.send_signal(signal.SIGINT)
            process.wait()


def _moment(source, label, wait_for_log):
    """Note the content of all tables at a restore point, while nobody could write.

    Users wait only until the snapshot is there; the rows are read afterwards.
    """
    locking, reading = source.connect(), source.connect()
    with contextlib.closing(locking), contextlib.closing(reading):
        with reading.cursor() as cr:
            tables = fingerprint.names(cr)
        reading.rollback()
        for connection in (locking, reading):
            connection.set_session(isolation_level="REPEATABLE READ")
        begun = time.monotonic()
        noted = _locked(locking, reading, tables, label)
        wait_for_log(noted["wal"])
        noted["rpo_seconds"] = round(time.monotonic() - begun, 3)
        with reading.cursor() as cr:
            cr.execute(fingerprint.SETTINGS)
            return noted | {
                "database": source.database,
                "point": label,
                "tables": fingerprint.of_tables(cr),
                "files": fingerprint.of_files(cr),
                "epoch": fingerprint.last_epoch(cr),
            }


def _locked(locking, reading, tables, label):
    """Set the restore point, and the snapshot of the reader, while nobody can write."""
    lock = sql.SQL("LOCK TABLE {} IN SHARE MODE").format(
        sql.SQL(", ").join(sql.Identifier(*table) for table in tables)
    )
    for _try in range(LOCK_TRIES):
        with locking.cursor() as cr, reading.cursor() as other:
            # a user who waits for us the other way round goes first
            cr.execute("SET LOCAL deadlock_timeout = '100ms'")
            cr.execute("SET LOCAL lock_timeout = %s", [f"{LOCK_SECONDS}s"])
            try:
                cr.execute(lock)
            except IN_THE_WAY:
                locking.rollback()
                continue
            # the first question fixes the snapshot: the locks came before it
            cr.execute("SELECT pg_export_snapshot(), clock_timestamp()::text")
            snapshot, moment = cr.fetchone()
            other.execute("SET TRANSACTION SNAPSHOT %s", [snapshot])
            other.execute("SELECT 1")
            cr.execute("SELECT pg_create_restore_point(%s)::text", [label])
            (lsn,) = cr.fetchone()
            locking.commit()
            cr.execute("SELECT pg_walfile_name(%s::pg_lsn), pg_switch_wal()", [lsn])
            wal = cr.fetchone()[0]
            cr.execute("SELECT system_identifier::text FROM pg_control_system()")
            (system,) = cr.fetchone()
            locking.commit()
        return {"lsn": lsn, "wal": wal, "time": moment, "system": system}
    raise Failed(
        "the database was never without a long write transaction: try again at night"
    )


def _wait(is_there, process, problem):
    end = time.monotonic() + LOG_SECONDS
    while not is_there():
        if process.poll() is not None:
            raise Failed(f"{problem}: {process.stderr.read().strip()}")
        if time.monotonic() > end:
            raise Failed(problem)
        # the receiver of the log tells nobody what is on the disk: it has to be asked
        time.sleep(0.05)


def _wait_for_log(receiver, path):
    """Wait until the file of the log with the moment is safe."""
    problem = "the write-ahead log of the moment does not come"
    _wait(path.exists, receiver, problem)


def _copy_files(source, target):
    """Copy the filestore; Odoo never changes a file in place."""
    size = 0
    target.mkdir()
    for path in source.filestore.rglob("*"):
        relative = path.relative_to(source.filestore)
        # what waits for the garbage collector is no content
        if relative.parts[0] == "checklist":
            continue
        if path.is_dir():
            (target / relative).mkdir(parents=True, exist_ok=True)
        else:
            # a file that goes meanwhile is missed only if the snapshot names it
            with contextlib.suppress(FileNotFoundError):
                shutil.copy2(path, target / relative)
                size += path.stat().st_size
    return size


def _backups(folder, moment, started, stopped, verified):
    """Return the two rows of the ledger: the full backup, and the log since then."""
    manifest = json.loads((folder / "base" / "backup_manifest").read_text())
    ranges = manifest["WAL-Ranges"]
    logs = sorted(path for path in (folder / "wal").iterdir() if len(path.name) == 24)
    common = {
        "system_id": moment["system"],
        "with_filestore": True,
        "with_ledger": (folder / "destruction.ledger").exists(),
        "with_keyring": False,
    }
    full = {
        "label": moment["label"],
        "kind": "full",
        "tool": "pg_basebackup",
        "started": started.isoformat(),
        "stopped": stopped.isoformat(),
        "size": sum(file["Size"] for file in manifest["Files"]) + moment["files_bytes"],
        "lsn_start": ranges[0]["Start-LSN"],
        "lsn_stop": ranges[-1]["End-LSN"],
        # of the manifest and of what the restored tables are compared with
        "checksum": digest(folder / "base" / "backup_manifest", folder / "moment.json"),
        "verification": (verified.stdout + verified.stderr).strip(),
        **common,
    }
    log = {
        "label": f"{moment['label']}-wal",
        "kind": "incremental",
        "tool": "pg_receivewal",
        "started": stopped.isoformat(),
        "stopped": now().isoformat(),
        "size": sum(path.stat().st_size for path in logs),
        "lsn_start": ranges[-1]["End-LSN"],
        "lsn_stop": moment["lsn"],
        "wal_start": logs[0].name,
        "wal_stop": logs[-1].name,
        **common,
    }
    return [full, log]


def digest(*paths):
    """Return the SHA-256 over some files."""
    total = hashlib.sha256()
    for path in paths:
        total.update(path.read_bytes())
    return total.hexdigest()
