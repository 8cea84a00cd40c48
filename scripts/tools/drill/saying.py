"""What the drill tells whoever carries it out."""

import sys

#: {check: (what it looks at, what to do when it fails)}
CHECKS = {
    "manifest": (
        "all files of the backup are whole",
        "Don't rely on this backup: take another one, and look at the disk it lies on.",
    ),
    "moment": (
        "the backup is the one that was reported",
        "Somebody has changed it since: take another one, and tell compliance.",
    ),
    "recovery": (
        "it comes up in a cluster of its own, at the noted moment",
        "Don't rely on this backup: take another one. PostgreSQL says why, above.",
    ),
    "tables": (
        "every table has the rows that it had",
        "Don't rely on this backup: take another one, and tell compliance.",
    ),
    "files": (
        "every file is there, and as it was",
        "Look for them in an older backup and in the data directory; take another one.",
    ),
    "ledger": (
        "what was destroyed since stays destroyed",
        "Don't restore it as it is: find out why the ledger can't be carried out.",
    ),
    "log": (
        "the use log fits together",
        "Tell compliance, and compare with the log of the running database.",
    ),
    "keys": (
        "what is sealed opens",
        "Look for the right keyring now, while the running server still has it.",
    ),
}


def say(text):
    print(text, file=sys.stderr, flush=True)


def begin(number, code):
    what, _advice = CHECKS[code]
    say(f"{number}/{len(CHECKS)} {code}: {what}")


def conclude(report, path, odoo):
    """Say how it ended, what that means and what is next."""
    wrong = [check["code"] for check in report["checks"] if not check["passed"]]
    if wrong:
        say(f"\nFAILED: {', '.join(wrong)}")
        for code in wrong:
            say(f"    {code}: {CHECKS[code][1]}")
    else:
        say(
            f"\nPASSED: {report['rows']} rows in {report['tables']} tables and "
            f"{report['files']} files came back as they were"
        )
    if left := len(CHECKS) - len(report["checks"]):
        say(f"    {left} checks were left out: without a restored database they can't")
    say(f"    restored and looked through in {report['rto_seconds']:.0f} s")
    say(f"    a change was safe after {report['rpo_seconds']:.1f} s")
    say(f"    report: {path}")
    say(
        "next: enter it into the ledger of backups; a second person decides on it\n"
        f"    {odoo} insurance backups import {path} \\\n"
        f"        --user LOGIN --place CODE -d {report['database']}"
    )
