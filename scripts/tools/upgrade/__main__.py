"""Upgrade an old release with data to these sources, and say what is otherwise.

Called by ``scripts/upgrade-check``. Needs PGHOST, PGPORT, PGUSER and DATA_DIR, where
the files of the two template databases are.
"""

import argparse
import os
import shlex
import sys
from pathlib import Path

import content
import records
import schema
from houses import Failed, House

HERE = Path(__file__).resolve().parent
REPO = HERE.parents[2]


def main():
    options = _options()
    folder = Path(options.folder).absolute()
    odoo = shlex.split(options.odoo)
    scene = str(folder / "scene.json")

    def house(name, sources):
        return House(f"{options.prefix}_{name}", sources, folder, odoo, options.addons)

    old, new = house("old", Path(options.old).absolute()), house("new", REPO)
    try:
        _make(options, old, scene)
        new.take_over(old.name, old.data)
        wrong = _upgrade(old, new)
        wrong += _compare(options, new)
        wrong += _look(new, scene)
    except Failed as error:
        _say(f"error: {error}")
        return 2
    finally:
        if not options.keep:
            old.drop()
            new.drop()
    _say(f"{wrong} findings, logs: {folder}" if wrong else f"nothing wrong: {folder}")
    return 1 if wrong else 0


def _make(options, old, scene):
    """Install the old release with its demo data, and work with it."""
    old.take_over(options.core, os.environ["DATA_DIR"], keys=False)
    addons = sorted(path.parent.name for path in _manifests(options.old))
    _say(f"installing the old release of {', '.join(addons)}")
    old.load("install", "-i", ",".join(addons), "--with-demo")
    for line in old.shell("scene", HERE / "scene.py", UPGRADE_SCENE=scene).splitlines():
        _say(f"  {line}")


def _manifests(folder):
    return Path(folder).glob("insurance_*/__manifest__.py")


def _upgrade(old, new):
    """Upgrade what is installed; then add what the old release did not have."""
    addons = new.installed()
    _say(f"upgrading {', '.join(addons)}")
    wrong = _told("warning", new.load("upgrade", "-u", ",".join(addons)))
    with old.cursor() as before, new.cursor() as after:
        # not all of it is wrong: an upgrade may tidy up; a reader decides
        _told("data", content.differences(before, after))
    added = {path.parent.name for path in _manifests(REPO)} - set(addons)
    if added:
        _say(f"installing {', '.join(sorted(added))}")
        wrong += _told("warning", new.load("add", "-i", ",".join(added)))
    return wrong


def _compare(options, new):
    """Compare with a database that was made anew."""
    _say(f"comparing with {options.fresh}")
    fresh = House(options.fresh, REPO, new.folder, new.odoo, options.addons)
    names = fresh.installed()
    with fresh.cursor() as expected, new.cursor() as found:
        wrong = _told(
            "schema",
            schema.differences(schema.of_database(expected), schema.of_database(found)),
        )
        _told(
            "record",
            records.differences(
                records.of_database(expected, names),
                records.of_database(found, names),
                records.demo_names(REPO),
            ),
        )
    return wrong


def _look(new, scene):
    """Use the upgraded database."""
    _say("looking at the upgraded database")
    lines = new.shell("probe", HERE / "probe.py", UPGRADE_SCENE=scene).splitlines()
    wrong = _told("probe", [line for line in lines if line.startswith("finding: ")])
    if not any(line.startswith("looked at: ") for line in lines):
        raise Failed(f"the look ended early: {new.folder}")
    _say("  " + lines[-1])
    for what, *command in (("keys", "keys", "check"), ("log", "log", "verify")):
        answer = new.run(what, "insurance", *command, "--json").strip()
        _say(f"  {what}: {answer}")
        good = '"damaged": []' if what == "keys" else '"state": "ok"'
        wrong += good not in answer
    return wrong


def _told(kind, words):
    words = list(words)
    for text in words:
        print(f"{kind}: {text[:600]}", flush=True)
    _say(f"  {kind}: {len(words)}")
    return len(words)


def _options():
    parser = argparse.ArgumentParser(prog="upgrade-check", description=__doc__)
    parser.add_argument("--old", required=True, help="sources of the old release")
    parser.add_argument("--core", required=True, help="database without our addons")
    parser.add_argument(
        "--fresh", required=True, help="database made from these sources"
    )
    parser.add_argument("--folder", required=True, help="for logs and files")
    parser.add_argument("--prefix", required=True, help="of the two databases")
    parser.add_argument("--odoo", default="odoo", help="how Odoo is started")
    parser.add_argument("--addons", default="", help="path of Odoo's own addons")
    parser.add_argument("--keep", action="store_true", help="keep the two databases")
    return parser.parse_args()


def _say(text):
    print(text, file=sys.stderr, flush=True)


sys.exit(main())
