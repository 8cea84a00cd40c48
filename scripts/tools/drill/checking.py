"""Restore a backup for trial, and compare what comes back with what was noted."""

import configparser
import contextlib
import hashlib
import json
import shutil
import tempfile
import time

import fingerprint
import psycopg2
import saying
from programs import Failed, need_space
from scratch import Scratch
from taking import digest, now

#: so many differences are named; the report is no list of everything
NAMED = 20


class Check:
    """The steps of a drill; each says whether it passed and what it has found."""

    def __init__(self, source, folder, programs, port, say, place=None):
        self.source = source
        self.folder = folder
        self.programs = programs
        self.say = say
        if not (folder / "backup.json").exists():
            raise Failed(f"{folder} has no backup that was taken to its end")
        self.noted = json.loads((folder / "moment.json").read_text())
        place = place or tempfile.gettempdir()
        size = sum(path.lstat().st_size for path in folder.rglob("*"))
        what = "the restored cluster (--scratch and TMPDIR name another place)"
        need_space(place, size, what)
        self.scratch = Scratch(programs, port, place)
        self.files = self.scratch.folder / "odoo" / "filestore" / source.database
        self.rows = self.files_seen = 0

    def run(self):
        """Return the report of the drill."""
        started, begun = now(), time.monotonic()
        checks = []
        try:
            for number, (code, step) in enumerate(self._steps(), 1):
                saying.begin(number, code)
                since = time.monotonic()
                try:
                    passed, found = step()
                except (Failed, OSError, psycopg2.Error) as error:
                    passed, found = False, str(error)
                checks.append(
                    {
                        "code": code,
                        "passed": passed,
                        "found": found,
                        "seconds": round(time.monotonic() - since, 3),
                    }
                )
                word = "fine" if passed else "WRONG"
                seconds = checks[-1]["seconds"]
                self.say(f"    {word} after {seconds:.1f} s: {found}")
                if code == "recovery" and not passed:
                    break
        finally:
            self.scratch.remove()
        seconds = time.monotonic() - begun
        return self._report(checks, started, seconds)

    def _steps(self):
        return (
            ("manifest", self._manifest),
            ("moment", self._moment),
            ("recovery", self._recovery),
            ("tables", self._tables),
            ("files", self._files),
            ("ledger", self._ledger),
            ("log", self._log),
            ("keys", self._keys),
        )

    def _report(self, checks, started, seconds):
        backups = json.loads((self.folder / "backup.json").read_text())["backups"]
        return {
            "report": "insurance-restore-drill",
            "version": 1,
            "database": self.source.database,
            "operator": self.programs.owner,
            "started": started.isoformat(),
            "ended": now().isoformat(),
            "point": _iso(self.noted["time"]),
            "rto_seconds": round(seconds, 3),
            "rpo_seconds": self.noted["rpo_seconds"],
            "tables": len(self.noted["tables"]),
            "rows": self.rows,
            "files": self.files_seen,
            "backups": backups,
            "checks": checks,
        }

    # --- steps

    def _manifest(self):
        done = self.programs.run("pg_verifybackup", self.folder / "base", check=False)
        return done.returncode == 0, _short((done.stdout + done.stderr).strip())

    def _moment(self):
        """Compare what the tables are compared with: by the report of the backup."""
        [full, *_rest] = json.loads((self.folder / "backup.json").read_text())[
            "backups"
        ]
        found = digest(
            self.folder / "base" / "backup_manifest", self.folder / "moment.json"
        )
        known = self._ledger_checksum(full["label"]) or full["checksum"]
        return found == known, f"sha256 {found[:16]}"

    def _ledger_checksum(self, label):
        """Return what the ledger of backups in the running database says, if any."""
        with contextlib.closing(self.source.connect()) as connection:
            with connection.cursor() as cr:
                cr.execute("SELECT to_regclass('insurance_backup')")
                if cr.fetchone() == (None,):
                    return None
                cr.execute(
                    "SELECT checksum FROM insurance_backup WHERE label = %s", [label]
                )
                row = cr.fetchone()
                return row and row[0]

    def _recovery(self):
        self.scratch.restore(self.folder, self.noted["point"])
        self.scratch.wait(self.source.database)
        return True, f"{self.noted['point']} at {self.noted['lsn']}"

    def _tables(self):
        with self._restored() as cr:
            cr.execute(fingerprint.SETTINGS)
            found = fingerprint.of_tables(cr)
        self.rows = sum(rows for rows, _hash in found.values())
        wrong = fingerprint.differences(self.noted["tables"], found)
        fine = f"{len(found)} tables, {self.rows} rows"
        return not wrong, _list(wrong) or fine

    def _files(self):
        shutil.copytree(self.folder / "filestore", self.files)
        with self._restored() as cr:
            named = fingerprint.of_files(cr)
        wrong = [
            f"{name}: was not there"
            for name in named.keys() - self.noted["files"].keys()
        ]
        for name, checksum in sorted(self.noted["files"].items()):
            path = self.files / name
            if not path.exists():
                wrong.append(f"{name}: missing")
            elif checksum and _sha1(path) != checksum:
                wrong.append(f"{name}: was changed")
        self.files_seen = len(self.noted["files"])
        return not wrong, _list(wrong) or f"{self.files_seen} files"

    def _ledger(self):
        """Carry out what was destroyed since the backup; nothing of it may open."""
        self._configure()
        if not self.source.keyring.exists():
            return False, f"the keyring is missing: {self.source.keyring}"
        code, said = self._odoo("keys", "shred-ledger", "replay")
        if code:
            return False, _words(said)
        verified, state = self._odoo("keys", "shred-ledger", "verify")
        left = self._left_of_destroyed()
        text = (
            f"{said['entries']} entries, {said['carried_out']} carried out,"
            f" {said.get('destroyed_again', 0)} archives destroyed again"
        )
        if left or verified:
            text = f"{text}; {left} archives are still there; {_words(state)}"
        return not left and not verified, text

    def _left_of_destroyed(self):
        """Return how many archives of the ledger still open, or still have content."""
        ledger = self.scratch.folder / "odoo" / "ledger"
        uuids = []
        for line in ledger.read_text().splitlines() if ledger.exists() else ():
            with contextlib.suppress(ValueError, KeyError):
                uuids.append(json.loads(line)["content"]["uuid"])
        with self._restored() as cr:
            # without the addon that destroys archives there are only keys to destroy
            cr.execute("SELECT to_regclass('insurance_destruction') IS NOT NULL")
            (whole,) = cr.fetchone()
            cr.execute(
                """
                SELECT count(*) FROM insurance_archive archive
                 WHERE archive.uuid = ANY(%s) AND (
                       (%s AND archive.state <> 'destroyed')
                    OR EXISTS (SELECT FROM insurance_vault_key
                                WHERE archive_id = archive.id AND wrapped IS NOT NULL))
                """,
                [uuids, whole],
            )
            return cr.fetchone()[0]

    def _log(self):
        code, said = self._odoo("log", "verify")
        text = _words(said)
        if not code and "first_epoch" in said and "last_epoch" in said:
            text = f"epochs {said['first_epoch']} to {said['last_epoch']} fit"
        return not code, text

    def _keys(self):
        code, said = self._odoo("keys", "check")
        text = _words(said)
        if not code:
            text = f"{said['values']} values of {said['archives']} archives open"
        return not code, text

    # --- the restored database

    @contextlib.contextmanager
    def _restored(self):
        with contextlib.closing(self.scratch.connect(self.source.database)) as one:
            with one.cursor() as cr:
                yield cr
            one.rollback()

    def _configure(self):
        """Write a configuration by which nothing of the running server is touched."""
        folder = self.scratch.folder / "odoo"
        folder.mkdir(exist_ok=True)
        section = {
            "keyring": self.source.keyring,
            "destruction_ledger": folder / "ledger",
        }
        if self.source.ledger:
            shutil.copy(self.source.ledger, folder / "ledger")
        section["use_log_anchor"] = folder / "anchors"
        if self.source.anchors.exists():
            # later ones tell of epochs that the backup can't have
            lines = self.source.anchors.read_text().splitlines(keepends=True)
            (folder / "anchors").write_text("".join(filter(self._is_known, lines)))
        parser = configparser.RawConfigParser()
        parser["options"] = {
            "addons_path": self.source.options.get("addons_path", ""),
            "data_dir": folder,
            "db_host": self.scratch.socket,
            "db_port": self.scratch.port,
            "db_user": self._role(),
            "list_db": "False",
            "log_level": "warn",
        }
        parser["insurance_client_archive"] = section
        with open(folder / "odoo.conf", "w") as file:
            parser.write(file)

    def _role(self):
        """Return the role to which the tables belong: Odoo refuses superusers."""
        with self._restored() as cr:
            cr.execute(
                "SELECT tableowner FROM pg_tables WHERE tablename = 'ir_module_module'"
            )
            return cr.fetchone()[0]

    def _is_known(self, line):
        try:
            return json.loads(line)["epoch"] <= self.noted["epoch"]
        except (ValueError, KeyError, TypeError):
            return False

    def _odoo(self, *words):
        """Ask Odoo about the restored database."""
        configuration = self.scratch.folder / "odoo" / "odoo.conf"
        database = ("-d", self.source.database)
        return self.source.ask(*words, *database, configuration=configuration)


def _iso(text):
    """Return a time as PostgreSQL writes it in the way of ISO 8601."""
    text = text.replace(" ", "T")
    return text if text[-3] == ":" else f"{text}:00"


def _sha1(path):
    total = hashlib.sha1()
    with open(path, "rb") as file:
        while block := file.read(1 << 20):
            total.update(block)
    return total.hexdigest()


def _short(text):
    return text if len(text) < 1000 else f"{text[:1000]} …"


def _list(wrong):
    more = len(wrong) - NAMED
    return "\n".join(wrong[:NAMED] + ([f"and {more} more"] if more > 0 else []))


def _words(answer):
    return _short(", ".join(f"{name}: {value}" for name, value in answer.items()))
