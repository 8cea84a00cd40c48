"""Take a real backup, restore it for trial, compare, and write a report.

Called by ``scripts/restore-drill``; on a server without this checkout's scripts:

    sudo -u postgres python3 scripts/tools/drill --config /etc/odoo/odoo.conf \\
        --database production --folder /backup/drill --bin /usr/lib/postgresql/15/bin

Whoever runs it is a superuser of PostgreSQL (PGHOST, PGPORT, PGUSER), may read the
files of Odoo, and can start Odoo's command line.

Exit code 0: passed; 1: carried out, and something is not as it was; 2: could not be
carried out.
"""

import argparse
import json
import shlex
import sys
from pathlib import Path

import psycopg2
import saying
from checking import Check
from programs import Failed, Programs
from taking import Source, take

PASSED, DIFFERENT, IMPOSSIBLE, INTERRUPTED = 0, 1, 2, 130


def main():
    options = _options()
    folder = Path(options.folder).absolute()
    try:
        return _drill(options, folder)
    except (Failed, OSError, psycopg2.Error) as error:
        saying.say(f"\nerror: {str(error).strip()}")
        saying.say(
            "The drill could not be carried out: nothing is known of the backup."
        )
        return IMPOSSIBLE
    except KeyboardInterrupt:
        saying.say("\nstopped: nothing is known of the backup.")
        return INTERRUPTED


def _drill(options, folder):
    programs = Programs(options.bin, options.owner)
    source = Source(options.database, options.config, shlex.split(options.odoo))
    if options.step in ("all", "backup"):
        saying.say(f"backup of {options.database} into {folder}")
        take(source, folder, programs, saying.say)
    if options.step == "backup":
        saying.say(f"report: {folder / 'backup.json'}")
        return PASSED
    saying.say(f"restore of {folder} for trial; {options.database} goes on meanwhile")
    check = Check(source, folder, programs, options.port, saying.say, options.scratch)
    report = check.run()
    path = Path(options.report or folder / "drill.json")
    path.write_text(json.dumps(report, indent=1) + "\n")
    saying.conclude(report, path, options.call or options.odoo)
    passed = all(one["passed"] for one in report["checks"])
    return PASSED if passed else DIFFERENT


def _options():
    parser = argparse.ArgumentParser(
        prog="restore-drill",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "step",
        nargs="?",
        choices=["all", "backup", "check"],
        default="all",
        help="backup: only take one; check: restore the one in the folder",
    )
    parser.add_argument("--config", required=True, help="configuration file of Odoo")
    parser.add_argument("--database", required=True)
    parser.add_argument("--folder", required=True, help="for the backup; a new one")
    parser.add_argument("--bin", required=True, help="PostgreSQL's programs")
    parser.add_argument("--owner", default="postgres", help="if run as root: who else")
    parser.add_argument("--odoo", default="odoo", help="how Odoo is started")
    parser.add_argument("--call", help="how the last lines call Odoo, if otherwise")
    parser.add_argument("--port", type=int, default=5499, help="number of the socket")
    parser.add_argument(
        "--scratch", help="where it is restored to; otherwise TMPDIR or /tmp"
    )
    parser.add_argument("--report", help="otherwise drill.json in the folder")
    return parser.parse_args()


sys.exit(main())
