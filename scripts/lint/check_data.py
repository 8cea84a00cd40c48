"""XML is well formed; manifests name what exists, and nothing is left over."""

import ast
import sys
from pathlib import Path
from xml.sax import SAXParseException, make_parser

REPO = Path(__file__).resolve().parents[2]
DATA_FOLDERS = ("data", "demo", "report", "reports", "security", "views", "wizards")
DATA = {".xml", ".csv"}
REQUIRED = {"license": "LGPL-3"}


def unreadable_xml(addon):
    for path in sorted(addon.rglob("*.xml")):
        try:
            make_parser().parse(str(path))
        except SAXParseException as error:
            place = f"{path.relative_to(REPO)}:{error.getLineNumber()}"
            yield f"{place}: {error.getMessage()}"


def manifest_faults(addon):
    manifest = ast.literal_eval((addon / "__manifest__.py").read_text())
    where = f"{addon.name}/__manifest__.py"
    if not manifest.get("version", "").startswith("19.0."):
        yield f"{where}: version must start with 19.0."
    for key, value in REQUIRED.items():
        if manifest.get(key) != value:
            yield f"{where}: {key} must be {value!r}"
    named = [*manifest.get("data", []), *manifest.get("demo", [])]
    for name in sorted({name for name in named if named.count(name) > 1}):
        yield f"{where}: {name} is named twice"
    for name in named:
        if not (addon / name).is_file():
            yield f"{where}: {name} does not exist"
    code = "".join(path.read_text() for path in addon.rglob("*.py"))
    for folder in DATA_FOLDERS:
        for path in sorted((addon / folder).rglob("*")):
            name = path.relative_to(addon).as_posix()
            read_by_code = path.name in code
            if path.suffix in DATA and name not in named and not read_by_code:
                yield f"{where}: {name} is never loaded"


def main():
    found = 0
    for manifest in sorted(REPO.glob("insurance_*/__manifest__.py")):
        for check in (unreadable_xml, manifest_faults):
            for fault in check(manifest.parent):
                print(fault)
                found += 1
    sys.exit(bool(found))


if __name__ == "__main__":
    main()
