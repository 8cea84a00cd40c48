"""Carry the hashes of epochs out of the reach of whoever rules the database.

The file anchor appends one line for each epoch. Name a file on another machine, or one
that the system only lets grow, in the configuration of the server::

    [insurance_client_archive]
    use_log_anchor = /mnt/worm/use_log.anchors

Another anchor is a factory given to ``register_anchor``; it returns an object with
``append(epochs)`` and, where it can be read back, ``known()``.
"""

import configparser
import json
import os

from odoo.tools import config

SECTION = "insurance_client_archive"
OPTION = "use_log_anchor"
FOLDER = "insurance_use_log"
#: bytes at the end of the file in which the last line is looked for
TAIL = 65536
_FACTORIES = {}


class FileAnchor:
    """One line of JSON for each epoch, at the end of a file."""

    name = "file"

    def __init__(self, path, database, outside):
        self.path = path
        self.database = database
        #: somebody has chosen a place; the data directory is no protection
        self.outside = outside

    def append(self, epochs):
        """Write the epochs (dicts with texts and numbers), so that they stay."""
        os.makedirs(os.path.dirname(os.path.abspath(self.path)), exist_ok=True)
        lines = [
            json.dumps({"log": self.database, **epoch}, sort_keys=True) + "\n"
            for epoch in epochs
        ]
        with open(self.path, "a+", encoding="utf-8") as file:
            if not self._ends_with_a_line():
                file.write("\n")
            file.writelines(lines)
            file.flush()
            os.fsync(file.fileno())

    def last(self):
        """Return the number of the last epoch told, or 0; reads the end of the file."""
        try:
            with open(self.path, "rb") as file:
                size = file.seek(0, os.SEEK_END)
                file.seek(max(0, size - TAIL))
                lines = file.read().decode(errors="replace").splitlines()
        except FileNotFoundError:
            return 0
        for line in reversed(lines):
            entry = self._parse(line)
            if entry:
                return entry["epoch"]
        return max(self.known(), default=0) if size > TAIL else 0

    def known(self):
        """Return {number of the epoch: its hash in hex}, the first one told."""
        known = {}
        try:
            with open(self.path, encoding="utf-8") as file:
                for line in file:
                    entry = self._parse(line)
                    if entry:
                        known.setdefault(entry["epoch"], entry["hash"])
        except FileNotFoundError:
            return {}
        return known

    def _parse(self, line):
        """Return the entry of a line about this log; half a line of a crash is none."""
        try:
            entry = json.loads(line)
            return entry if entry["log"] == self.database else None
        except (ValueError, KeyError, TypeError):
            return None

    def _ends_with_a_line(self):
        with open(self.path, "rb") as file:
            if not file.seek(0, os.SEEK_END):
                return True
            file.seek(-1, os.SEEK_END)
            return file.read() == b"\n"


def register_anchor(name, factory):
    """Let ``factory(database)`` make one more anchor; None where it is not set up."""
    _FACTORIES[name] = factory


def anchors(database):
    """Return the anchors that are set up for a database."""
    made = (factory(database) for factory in _FACTORIES.values())
    return [anchor for anchor in made if anchor is not None]


def file_anchor(database):
    parser = configparser.RawConfigParser()
    parser.read([config["config"]])
    if path := parser.get(SECTION, OPTION, fallback=""):
        path = os.path.expanduser(os.path.expandvars(path))
        return FileAnchor(path, database, outside=True)
    path = os.path.join(config["data_dir"], FOLDER, f"{database}.anchors")
    return FileAnchor(path, database, outside=False)


register_anchor("file", file_anchor)
