"""A cluster for trial: the backup comes up in it, at the moment that was noted."""

import contextlib
import shutil
import tempfile
import time
from pathlib import Path

import psycopg2
from programs import Failed

#: what the source is set to does not matter here, and its files may be elsewhere
SETTINGS = """
listen_addresses = ''
port = {port}
unix_socket_directories = '{socket}'
unix_socket_permissions = 0700
hba_file = '{hba}'
archive_mode = off
fsync = off
hot_standby = off
max_connections = 50
max_wal_senders = 5
shared_buffers = 128MB
max_locks_per_transaction = 256
restore_command = 'cp "{wal}/%f" "%p"'
recovery_target_name = '{point}'
recovery_target_action = 'promote'
"""
START_SECONDS = 3600


class Scratch:
    """A cluster in a folder of its own, which nobody else reaches."""

    def __init__(self, programs, port, place):
        self.programs = programs
        self.port = port
        self.folder = Path(tempfile.mkdtemp(prefix="drill-", dir=place))
        # the path of a socket may have 107 bytes, and the place may lie deep
        self.socket = Path(tempfile.mkdtemp(prefix="drill-", dir="/tmp"))
        self.data = self.folder / "data"
        programs.own(self.folder, self.socket)

    def restore(self, backup, point):
        """Copy the backup, and bring it to the named moment."""
        shutil.copytree(backup / "base", self.data, symlinks=True)
        self.data.chmod(0o700)
        wal = self.folder / "wal"
        shutil.copytree(backup / "wal", wal)
        hba = self.folder / "hba"
        hba.write_text("local all all trust\nlocal replication all trust\n")
        for name in ("postgresql.auto.conf", "standby.signal"):
            (self.data / name).unlink(missing_ok=True)
        (self.data / "recovery.signal").touch()
        (self.folder / "conf").write_text(
            SETTINGS.format(
                port=self.port,
                socket=self.socket,
                hba=hba,
                wal=wal,
                point=point.replace("'", "''"),
            )
        )
        self.programs.own(self.folder)
        self.start()

    def start(self):
        self._control("start", "-o", f"-c config_file={self.folder / 'conf'}")

    def stop(self):
        self._control("stop", "-m", "fast")

    def connect(self, database, user=None):
        return psycopg2.connect(
            host=str(self.socket), port=self.port, dbname=database, user=user
        )

    def wait(self, database):
        """Wait until the moment is reached and the cluster can be used."""
        end = time.monotonic() + START_SECONDS
        while time.monotonic() < end:
            try:
                with contextlib.closing(self.connect(database)) as connection:
                    with connection.cursor() as cr:
                        cr.execute("SELECT pg_is_in_recovery()")
                        if not cr.fetchone()[0]:
                            return
            except psycopg2.OperationalError:
                # not yet; when it has given up there is no process any more
                if not (self.data / "postmaster.pid").exists():
                    break
            # recovery tells nobody when it has come to the moment: it has to be asked
            time.sleep(0.2)
        raise Failed(f"the moment was not reached: {self.said()}")

    def remove(self):
        if (self.data / "postmaster.pid").exists():
            self._control("stop", "-m", "immediate")
        for folder in (self.folder, self.socket):
            shutil.rmtree(folder, ignore_errors=True)

    def said(self):
        log = self.folder / "log"
        return log.read_text(errors="replace")[-1500:] if log.exists() else ""

    def _control(self, command, *options):
        self.programs.run(
            "pg_ctl",
            command,
            *("-D", self.data, "-w", "-t", START_SECONDS, "-l", self.folder / "log"),
            *options,
            detached=True,
        )
