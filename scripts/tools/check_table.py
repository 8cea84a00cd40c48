"""Write docs/check-catalogue.md out of the data of the automatic checks.

python3 scripts/tools/check_table.py
"""

import re
from pathlib import Path
from xml.etree import ElementTree

REPO = Path(__file__).resolve().parents[2]
DATA = REPO / "insurance_compliance" / "data"
PAGE = REPO / "docs" / "check-catalogue.md"
STAGES = {
    "collect": "Collection",
    "store": "Storage",
    "use": "Use",
    "transmit": "Transmission",
    "destroy": "Destruction",
    "governance": "Governance",
}
HEAD = """# Catalogue of automatic checks

What the system looks at by itself, how severe it is, how often, and by which law. How
plans, runs and results work is in [checks.md](checks.md). Names, advice, severity and
frequency can be changed under Compliance ▸ Checks ▸ Catalogue; limits are parameters
whose keys begin with `check_`. Each check is proved both ways by
`test_check_catalogue.py`: what was seeded is found, what was mended is not, and a house
where everything is done by the rules (`test_check_clean.py`) breaks no demand.

What the database or the code refuses anyway (own approvals, two persons, holds, the
counter of downloads) is not checked a second time: these checks look for the traces of
somebody who went around it.

This page is written by `scripts/tools/check_table.py`.
"""


def checks():
    """Yield the automatic checks in the order of the screen, as dictionaries."""
    for path in DATA.glob("insurance_check_*data.xml"):
        for record in ElementTree.parse(path).iter("record"):
            if record.get("model") != "insurance.check":
                continue
            values = {
                field.get("name"): field.get("eval") or (field.text or "").strip()
                for field in record.iter("field")
            }
            if values.get("method"):
                yield values


def laws(references):
    """Return the articles as people write them, out of the XML ids."""
    names = re.findall(r"regulation_([a-z0-9_]+)", references)
    return ", ".join(name.upper().replace("_", " ") for name in names)


def page():
    """Return the page."""
    known = sorted(checks(), key=lambda one: (int(one["sequence"]), one["code"]))
    parts = [HEAD]
    for stage, title in STAGES.items():
        mine = [one for one in known if one["stage"] == stage]
        parts.append(
            f"\n## {title} ({len(mine)})\n\n"
            "| code | demand | what breaks it | severity | how often | law |\n"
            "|---|---|---|---|---|---|\n"
        )
        parts += [
            f"| `{one['code']}` | {one['name']} | {one['description']} |"
            f" {one['severity']} | {one['frequency']} |"
            f" {laws(one.get('regulation_ids', ''))} |\n"
            for one in mine
        ]
    return "".join(parts)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
