"""Run the programs of PostgreSQL and of Odoo, and say what went wrong."""

import os
import pwd
import shutil
import subprocess
from pathlib import Path


class Failed(Exception):
    """Something could not be done; the text says what to do."""


class Programs:
    """PostgreSQL's programs of one version, run as the user who may own a cluster."""

    def __init__(self, folder, owner):
        self.folder = Path(folder)
        # PostgreSQL refuses to run as root
        self.changed = os.geteuid() == 0
        self.owner = owner if self.changed else pwd.getpwuid(os.geteuid()).pw_name
        group = pwd.getpwnam(self.owner).pw_gid
        self.user = {"user": self.owner, "group": group} if self.changed else {}

    def command(self, program, *arguments):
        path = self.folder / program
        if not path.exists():
            raise Failed(f"{path} is missing: name PostgreSQL's programs by --bin")
        return [str(path), *map(str, arguments)]

    def run(self, program, *arguments, check=True, detached=False):
        """Run a program of PostgreSQL; return its end.

        :param detached: it leaves a server behind, which would keep a pipe open
        """
        command = self.command(program, *arguments)
        nowhere = subprocess.DEVNULL
        done = subprocess.run(
            command,
            **self.user,
            env=_environment(),
            cwd="/",
            stdin=nowhere,
            stdout=nowhere if detached else subprocess.PIPE,
            stderr=nowhere if detached else subprocess.PIPE,
            text=True,
            check=False,
        )
        if check and done.returncode:
            said = (done.stderr or done.stdout or "").strip()[-2000:]
            raise Failed(f"{' '.join(command)} ended with {done.returncode}: {said}")
        return done

    def start(self, program, *arguments):
        """Start a program that goes on."""
        return subprocess.Popen(
            self.command(program, *arguments),
            **self.user,
            env=_environment(),
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )

    def need_reach(self, folder):
        """Refuse a folder that the user who runs the programs can't get to."""
        done = subprocess.run(
            ["test", "-w", str(folder)], **self.user, cwd="/", check=False
        )
        if done.returncode:
            raise Failed(
                f"user {self.owner}, who runs PostgreSQL's programs, can't write to "
                f"{folder}: name a folder whose parents {self.owner} may enter"
            )

    def own(self, *paths):
        """Give files to the user who runs the programs."""
        if self.changed:
            subprocess.run(["chown", "-R", self.owner, *map(str, paths)], check=True)


def need_space(place, size, what):
    """Refuse to begin what would fill the disk."""
    free = shutil.disk_usage(place).free
    if free < size * 1.1:
        raise Failed(
            f"{free >> 20} MB are free in {place}, {what} needs about {size >> 20} MB"
        )


def _environment():
    known = {**os.environ, "LC_ALL": "C"}
    if libraries := os.environ.get("PG_LIBS"):
        known["LD_LIBRARY_PATH"] = libraries
    return known
