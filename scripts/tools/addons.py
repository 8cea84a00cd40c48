"""The addons of this repository: names, what they need from Odoo, content hashes.

usage: addons.py list | others ADDON | depends | hash [ADDON...]
"""

import ast
import hashlib
import json
import os
import sys
from pathlib import Path

REPO = Path(__file__).resolve().parents[2]
# What is in no database: a change there needs no new installation.
IGNORED = {"__pycache__", "tests", "description", "README.rst"}


def addons():
    """Return {name: manifest}, each addon after those that it depends on."""
    found = {}
    for path in sorted(REPO.glob("insurance_*/__manifest__.py")):
        manifest = ast.literal_eval(path.read_text())
        if manifest.get("installable", True):
            found[path.parent.name] = manifest
    ordered = {}

    def visit(name):
        if name in found and name not in ordered:
            for needed in found[name].get("depends", []):
                if needed != name:
                    visit(needed)
            ordered[name] = found[name]

    for name in found:
        visit(name)
    return ordered


def core_depends():
    ours = addons()
    needed = {name for manifest in ours.values() for name in manifest["depends"]}
    return sorted(needed - set(ours)) or ["base"]


def content_hash(name):
    digest = hashlib.sha256()
    folder = REPO / name
    for directory, folders, files in os.walk(folder):
        folders[:] = sorted(set(folders) - IGNORED)
        for file in sorted(set(files) - IGNORED):
            if not file.endswith((".pyc", ".pot")):
                path = Path(directory, file)
                digest.update(f"{path.relative_to(folder)}\0".encode())
                digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def hashes():
    return {name: content_hash(name) for name in addons()}


def main(command, *names):
    if command == "list":
        print(",".join(addons()))
    elif command == "others":
        print(",".join(name for name in addons() if name not in names))
    elif command == "depends":
        print(",".join(core_depends()))
    elif command == "hash":
        chosen = {name: hashes()[name] for name in names or addons()}
        print(hashlib.sha256(json.dumps(chosen).encode()).hexdigest()[:12])
    else:
        sys.exit(__doc__)


if __name__ == "__main__":
    main(*sys.argv[1:] or [""])
