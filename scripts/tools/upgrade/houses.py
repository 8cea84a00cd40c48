"""The databases of the trial, each with a configuration and files of its own."""

import contextlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

import psycopg2

sys.path.append(str(Path(__file__).resolve().parents[1]))

import db
import install_log


class Failed(Exception):
    """A step ended with an error; the text says where to look."""


class House:
    """A database with the sources that serve it."""

    def __init__(self, name, sources, folder, odoo, addons_path):
        self.name = name
        self.odoo = odoo
        self.folder = Path(folder)
        self.data = self.folder / f"data-{name}"
        self.config = self.folder / f"{name}.conf"
        self.data.mkdir(parents=True, exist_ok=True)
        path = ",".join(filter(None, (str(sources), addons_path)))
        self.config.write_text(
            f"[options]\naddons_path = {path}\ndata_dir = {self.data}\n"
            f"db_name = {name}\nlist_db = False\nmax_cron_threads = 0\n"
        )

    def take_over(self, source, data, keys=True):
        """Be a copy of another database, its files, and its keys and ledgers."""
        db.drop(self.name)
        db.clone(source, self.name)
        shutil.rmtree(self.data)
        self.data.mkdir()
        for part in Path(data).glob("insurance_*") if keys else ():
            copy = shutil.copytree if part.is_dir() else shutil.copy2
            copy(part, self.data / part.name)
        files = Path(data, "filestore", source)
        if files.is_dir():
            shutil.copytree(files, self.data / "filestore" / self.name)

    def run(self, what, *arguments, script=None, **environment):
        """Run Odoo; return its output. What it logged above INFO is in ``warnings``."""
        log = self.folder / f"{self.name}-{what}.log"
        with open(script or os.devnull) as standard_input:
            done = subprocess.run(
                [*self.odoo, *arguments, "-c", str(self.config), "-d", self.name],
                stdin=standard_input,
                capture_output=True,
                text=True,
                env={**os.environ, "ODOO_RC": str(self.config), **environment},
                check=False,
            )
        log.write_text(done.stderr + done.stdout)
        self.warnings = install_log.findings(done.stderr)
        if done.returncode not in (0, 1):
            raise Failed(f"{what} ended with status {done.returncode}: {log}")
        if done.returncode and arguments[0] != "insurance":
            raise Failed(f"{what} failed: {log}")
        return done.stdout

    def load(self, what, *options):
        self.run(what, *options, "--no-http", "--stop-after-init")
        return self.warnings

    def shell(self, what, script, **environment):
        return self.run(what, "shell", "--no-http", script=script, **environment)

    @contextlib.contextmanager
    def cursor(self):
        with contextlib.closing(psycopg2.connect(dbname=self.name)) as connection:
            connection.set_session(readonly=True)
            yield connection.cursor()

    def installed(self):
        with self.cursor() as cr:
            cr.execute(
                "SELECT name FROM ir_module_module WHERE state = 'installed'"
                " AND name LIKE 'insurance%' ORDER BY name"
            )
            return [name for (name,) in cr.fetchall()]

    def drop(self):
        db.drop(self.name)
