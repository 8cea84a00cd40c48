import hashlib
import json

from odoo import fields, models
from odoo.tools import SQL

from odoo.addons.insurance_client_archive import vault_process, vault_shred


class InsuranceDestruction(models.Model):
    """The certificate: what was destroyed, when, and that nobody has changed it."""

    _inherit = "insurance.destruction"

    def _finish(self, left=None):
        """Seal what was done: hash of the list, epoch, signature.

        :param str left: why what is still planned is not destroyed
        """
        for run in self:
            # what has failed again and again is whole, and waits for the next list
            run.line_ids.filtered(
                lambda line: line.decision == "destroy" and line.state == "planned"
            ).write(
                {
                    "state": "kept",
                    "message": left
                    or self.env._("It could not be destroyed: see bulk work."),
                }
            )
            run.list_hash = run._hash_of_list()
            self.env.cr.execute("SELECT coalesce(max(id), 0) FROM insurance_use_epoch")
            run.epoch_number = self.env.cr.fetchone()[0]
            run.done_on = fields.Datetime.now()
            run.state = "done"
            run.signature = vault_process.keys(self.env).sign(run._statement()).hex()

    def _hash_of_list(self):
        """Return the hash of what was destroyed; nobody can be found by it."""
        self.env.flush_all()
        query = SQL(
            """
            SELECT archive.uuid, line.done_on::text, line.row_count,
                   (SELECT coalesce(array_agg(generation ORDER BY generation), '{}')
                      FROM insurance_vault_key WHERE archive_id = archive.id)
              FROM insurance_destruction_line line
              JOIN insurance_archive archive ON archive.id = line.archive_id
             WHERE line.destruction_id = %s AND line.state = 'done'
             ORDER BY archive.uuid
            """,
            self.id,
        )
        rows = [list(row) for row in self.env.execute_query(query)]
        text = json.dumps(rows, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()

    def _statement(self):
        """Return what the server signs."""
        self.ensure_one()
        statement = {
            "destruction": self.name,
            "archives": self.done_count,
            "list": self.list_hash,
            "epoch": self.epoch_number,
            "done": fields.Datetime.to_string(self.done_on),
            "applicant": self.applicant_id.id,
            "approver": self.approver_id.id,
            "supervisor": self.supervisor_id.id,
            "executor": self.executor_id.id,
        }
        return json.dumps(statement, sort_keys=True, separators=(",", ":")).encode()

    def _verify(self):
        """Tell whether the certificate still says what was signed."""
        self.ensure_one()
        held = vault_process.keys(self.env)
        return bool(
            self.signature
            and self.list_hash == self._hash_of_list()
            and held.verify(self._statement(), bytes.fromhex(self.signature))
        )

    def action_verify(self):
        """Recount list and signature; return a message that says whether they fit.

        The hash is SHA-256 over what was destroyed: random identifiers, moments,
        numbers of rows, keys. The keyring of this server signs it (Ed25519).
        """
        self.ensure_one()
        self.check_access("read")
        fits = self.sudo()._verify()  # only whether it fits is told
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success" if fits else "danger",
                "sticky": not fits,
                "message": self.env._("The certificate fits list and signature.")
                if fits
                else self.env._("The certificate does not fit any more."),
            },
        }

    def _dates(self):
        """Return when what was destroyed became unreadable, and where: T1, T2, T3."""
        done = self.sudo().line_ids.filtered(  # dates alone
            lambda line: line.state == "done"
        )
        known = list(vault_shred.dates(done.archive_id).values())
        if not known:
            return {}
        dates = {
            name: None
            if any(not one[name] for one in known)
            else max(one[name] for one in known)
            for name in ("live", "files", "backups", "backups_planned")
        }
        return {name: value and self._moment(value) for name, value in dates.items()}

    @staticmethod
    def _moment(value):
        """Return a day, or a moment of the ledger to the minute and in its zone."""
        if len(value) > len("2026-01-01"):
            return f"{value[:16].replace('T', ' ')} UTC"
        return value

    def _last_backup_day(self):
        """Return the day on which the last backup with these archives goes."""
        days = self.env["insurance.parameter"]._get("vault_backup_days")
        return self.done_on and fields.Date.add(self.done_on.date(), days=days)
