"""Translations: terms of each addon, and what of them is Chinese.

usage: i18n.py update    export the .pot files, merge them into zh_CN.po
       i18n.py check     fail on a stale .pot and on missing or fuzzy translations

Needs ODOO_RC with a database that has the addons installed.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

import addons
import polib

LANGUAGE = "zh_CN"
SHOWN = 15  # of each kind of fault
STABLE_DATE = "1970-01-01 00:00+0000"  # no difference from one export to the next


def export(names, folder):
    """Return {addon: its exported terms}, by one run of Odoo per addon."""
    exported = {}
    for name in names:
        path = Path(folder, f"{name}.pot")
        subprocess.run(
            [sys.executable, "-m", "odoo", "i18n", "export", "-o", str(path), name],
            check=True,
            capture_output=True,
        )
        exported[name] = polib.pofile(str(path), wrapwidth=78)
    return exported


def odoo_translations():
    """Return how Odoo itself translates terms like "Created on"."""
    from odoo.modules import Manifest, initialize_sys_path

    initialize_sys_path()
    memory = {}
    for name in ["base", "web", "mail", *addons.core_depends()]:
        path = Path(Manifest.for_addon(name).path, "i18n", f"{LANGUAGE}.po")
        if path.exists():
            for entry in polib.pofile(str(path)).translated_entries():
                memory.setdefault(entry.msgid, entry.msgstr)
    return memory


def pot_path(name):
    return addons.REPO / name / "i18n" / f"{name}.pot"


def po_path(name):
    return addons.REPO / name / "i18n" / f"{LANGUAGE}.po"


def terms(catalog):
    return {(entry.msgid, tuple(entry.occurrences)) for entry in catalog}


def read(path):
    return (
        polib.pofile(str(path), wrapwidth=78)
        if path.exists()
        else polib.POFile(wrapwidth=78)
    )


def update(name, pot, memory):
    for date in ("POT-Creation-Date", "PO-Revision-Date"):
        pot.metadata[date] = STABLE_DATE
    pot_path(name).parent.mkdir(exist_ok=True)
    pot.save(str(pot_path(name)))
    catalog = read(po_path(name))
    known = memory | {entry.msgid: entry.msgstr for entry in catalog if entry.msgstr}
    catalog.merge(pot)
    catalog.metadata = {
        **pot.metadata,
        "Language": LANGUAGE,
        "Language-Team": "Chinese",
    }
    for entry in list(catalog):
        if entry.obsolete:
            catalog.remove(entry)
        else:
            entry.msgstr = known.get(entry.msgid, "")
            entry.flags = [flag for flag in entry.flags if flag != "fuzzy"]
    catalog.save(str(po_path(name)))
    missing = catalog.untranslated_entries()
    print(f"{name}: {len(pot)} terms, {len(missing)} without translation")
    for entry in missing:
        print(f"    {entry.msgid[:100]!r}")


def faults(name, pot):
    if not pot:
        return
    stored = terms(read(pot_path(name)))
    catalog = read(po_path(name))
    translated = {entry.msgid for entry in catalog.translated_entries()}
    kinds = {
        "not in the .pot, or from other places": terms(pot) - stored,
        "in the .pot, but no term any more": stored - terms(pot),
        f"without {LANGUAGE}": {(e.msgid,) for e in pot if e.msgid not in translated},
        f"fuzzy in {LANGUAGE}": {(e.msgid,) for e in catalog.fuzzy_entries()},
    }
    for kind, found in kinds.items():
        if found:
            yield f"{name}: {len(found)} terms {kind}"
            yield from (f"    {msgid[:90]!r}" for msgid, *_ in sorted(found)[:SHOWN])


def main(command):
    if command not in {"update", "check"}:
        sys.exit(__doc__)
    found = []
    memory = odoo_translations() if command == "update" else {}
    with tempfile.TemporaryDirectory() as folder:
        for name, pot in export(addons.addons(), folder).items():
            if command == "update":
                update(name, pot, memory)
            else:
                found += faults(name, pot)
    if found:
        print(*found, "repair the catalogs with: make i18n", sep="\n")
        sys.exit(1)


if __name__ == "__main__":
    main(*sys.argv[1:2] or [""])
