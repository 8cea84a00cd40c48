import base64

from odoo import fields, models


class InsuranceBackupImport(models.TransientModel):
    """Hand in what a tool of backup has reported."""

    _name = "insurance.backup.import"
    _description = "Import of a report of backups"

    file = fields.Binary(
        string="Report",
        required=True,
        attachment=False,
        help="“backup_manifest” of pg_basebackup, the output of “pgbackrest info "
        "--output=json”, or the report of a restore drill.",
    )
    file_name = fields.Char()
    verification = fields.Binary(
        attachment=False, help="What pg_verifybackup has said about the same backup."
    )
    verification_name = fields.Char()
    place_id = fields.Many2one(
        "insurance.storage.place",
        string="Where the backup lies",
        help="Empty if the report names it by the code of a storage place.",
    )
    encrypted = fields.Boolean()
    with_filestore = fields.Boolean(string="With the files")
    with_ledger = fields.Boolean(string="With the destruction ledger")
    with_keyring = fields.Boolean(
        string="With the keyring",
        help="The keyring belongs elsewhere: who has both can open everything.",
    )

    def action_import(self):
        """Keep what is new in the report, and show it."""
        self.ensure_one()
        said = base64.b64decode(self.verification or b"").decode(errors="replace")
        stated = {
            "encrypted": self.encrypted,
            "filestore": self.with_filestore,
            "ledger": self.with_ledger,
            "keyring": self.with_keyring,
        }
        taken = self.env["insurance.backup"]._take(
            base64.b64decode(self.file),
            place=self.place_id,
            verification=said,
            facts=frozenset(name for name, given in stated.items() if given),
        )
        shown = taken.drills or taken.backups | taken.known
        if shown._name == "insurance.restore.drill":
            name, action = self.env._("Drill imported"), "insurance_restore_drill"
        else:
            name, action = self.env._("Backups imported"), "insurance_backup"
        action = {
            **self.env["ir.actions.act_window"]._for_xml_id(
                f"insurance_compliance.{action}_action"
            ),
            "name": name,
            "domain": [("id", "in", shown.ids)],
            "context": {},
        }
        return self._warned(action, taken.unread) if taken.unread else action

    def _warned(self, action, unread):
        """Say first that the tool itself could not read all of its repositories."""
        lines = [f"{name}: {message}" for name, message in sorted(unread.items())]
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "danger",
                "sticky": True,
                "title": self.env._("Repositories that could not be read"),
                "message": "\n".join(lines),
                "next": action,
            },
        }
