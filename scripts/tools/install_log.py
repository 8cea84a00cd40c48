"""Fail when an installation logged a warning or an error.

usage: install_log.py LOG
"""

import re
import sys
from pathlib import Path

LINE = re.compile(r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d+ \d+ (?P<level>[A-Z]+) ")
# What this machine, not the addons, is to blame for.
HARMLESS = (
    "Running as user 'root' is a security risk",
    "wkhtmltopdf",
)


def findings(text):
    """Return the log entries (with their traceback) above INFO."""
    entries, keep = [], False
    for line in text.splitlines():
        start = LINE.match(line)
        if start:
            keep = start["level"] in {"WARNING", "ERROR", "CRITICAL"} and not any(
                harmless in line for harmless in HARMLESS
            )
            if keep:
                entries.append(line)
        elif keep:
            entries[-1] += "\n" + line
    return entries


def main(path):
    entries = findings(Path(path).read_text(errors="replace"))
    for entry in entries:
        print(entry)
    sys.exit(bool(entries))


if __name__ == "__main__":
    main(sys.argv[1])
