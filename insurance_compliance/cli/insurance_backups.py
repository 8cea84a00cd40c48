"""``odoo insurance backups …``: Odoo loads this before it knows any addon."""

FACTS = ("encrypted", "filestore", "ledger", "keyring")


def add(subjects, common):
    """Add the subject to the command line of the client archive."""
    backups = subjects.add_parser("backups", help="backups and restore drills")
    commands = backups.add_subparsers(dest="command", required=True)
    text = "read a report of pg_basebackup, pgbackrest or of a restore drill"
    read = commands.add_parser("import", help=text, description=text, parents=[common])
    read.add_argument(
        "file", help="backup_manifest, output of pgbackrest info --output=json, report"
    )
    read.add_argument("--place", help="code of the storage place where the backup lies")
    read.add_argument("--verification", help="file with what pg_verifybackup has said")
    read.add_argument(
        "--with",
        dest="facts",
        action="append",
        default=[],
        choices=FACTS,
        help="what a manifest can't say of the backup; repeat it",
    )
    read.add_argument("--user", help="login of the person who hands the report in")
    text = "tell what is overdue"
    commands.add_parser("status", help=text, description=text, parents=[common])


def run(options, databases):
    from odoo.addons.insurance_compliance import backup_commands

    return backup_commands.run(options, databases)
