import hashlib
import json

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from odoo.addons.insurance_client_archive import vault_process, vault_shred
from odoo.addons.insurance_client_archive.sweep_kind import Chunk, Extent, Kind

from .. import destruction_contact
from ..destruction_plan import Plan, Unlinkable
from ..destruction_registry import ARCHIVE_COLUMNS
from .insurance_destruction import ARCHIVIST

SWEEP = "destruction"
PLANNED = SQL("decision = 'destroy' AND state = 'planned'")


class InsuranceSweep(models.Model):
    _inherit = "insurance.sweep"

    @api.model
    def _kinds(self):
        destruction = Kind(
            self.env._("Destruction of archives"),
            "insurance.destruction.line",
            ARCHIVIST,
            limit=1,
        )
        return super()._kinds() | {SWEEP: destruction}


class InsuranceDestruction(models.Model):
    _inherit = "insurance.destruction"

    def _begin(self, executor):
        """Let the server begin; whoever has pressed the button has started it."""
        self.env.flush_all()
        sweep = (
            self.env["insurance.sweep"]
            .with_user(executor)
            ._start(SWEEP, {"destruction_id": self.id}, self.name)
        )
        self.sweep_id = sweep.id

    def _finish(self):
        """Seal what was done: hash of the list, epoch, signature."""
        for run in self:
            # what has failed again and again is whole, and waits for the next list
            run.line_ids.filtered(
                lambda line: line.decision == "destroy" and line.state == "planned"
            ).write(
                {
                    "state": "kept",
                    "message": self.env._("It could not be destroyed: see bulk work."),
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
        """Recount the list and the signature."""
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
        return {
            name: value and value[:16].replace("T", " ")
            for name, value in dates.items()
        }

    def _last_backup_day(self):
        """Return the day on which the last backup with these archives goes."""
        days = self.env["insurance.parameter"]._get("vault_backup_days")
        return self.done_on and fields.Date.add(self.done_on.date(), days=days)


class InsuranceDestructionLine(models.Model):
    """The work itself: one archive in each transaction, whole or not at all."""

    _inherit = "insurance.destruction.line"

    @api.model
    def _sweep_destruction_extent(self, sweep):
        query = SQL(
            "SELECT coalesce(min(id), 0), coalesce(max(id), 0), count(*)"
            " FROM insurance_destruction_line WHERE destruction_id = %s AND %s",
            sweep.scope["destruction_id"],
            PLANNED,
        )
        return Extent(*self.env.execute_query(query)[0])

    @api.model
    def _sweep_destruction_chunk(self, sweep, after, until, _limit):
        query = SQL(
            "SELECT id FROM insurance_destruction_line WHERE destruction_id = %s"
            " AND id > %s AND id <= %s AND %s ORDER BY id LIMIT 1",
            sweep.scope["destruction_id"],
            after,
            until,
            PLANNED,
        )
        rows = self.env.execute_query(query)
        if not rows:
            return Chunk(0, until)
        line = self.browse(rows[0][0])
        line._destroy()
        return Chunk(1, line.id)

    @api.model
    def _sweep_destruction_finish(self, sweep):
        run = self.env["insurance.destruction"].browse(sweep.scope["destruction_id"])
        run._finish()
        # the files of what is gone: at once, and not with the next night
        self.env.ref("base.autovacuum_job")._trigger()

    def _destroy(self):
        """Destroy one archive in this transaction, or say why it is kept."""
        self.ensure_one()
        archive = self.archive_id
        self._lock()
        problem = self._problem()
        if problem:
            self.write({"state": "kept", "message": problem})
            return
        try:
            with self.env.cr.savepoint():
                self._destroy_rows(archive)
        except Unlinkable as error:
            self.write(
                {
                    "state": "kept",
                    "message": self.env._(
                        "Records of another archive hang on it (%s).", error
                    ),
                }
            )
            return
        # last: from the ledger on there is no way back
        vault_shred.shred(archive.with_user(self.destruction_id.executor_id).sudo())

    def _lock(self):
        """Lock what decides; somebody who has just placed a hold comes first."""
        archive_id = self.archive_id.id
        for query in (
            SQL("SELECT FROM insurance_archive WHERE id = %s FOR UPDATE", archive_id),
            SQL(
                "SELECT FROM insurance_retention WHERE archive_id = %s FOR UPDATE",
                archive_id,
            ),
            SQL(
                "SELECT FROM insurance_destruction_line WHERE id = %s FOR UPDATE",
                self.id,
            ),
            SQL(
                "SELECT FROM insurance_destruction WHERE id = %s FOR SHARE",
                self.destruction_id.id,
            ),
        ):
            self.env.cr.execute(query)
        self.env.invalidate_all()

    def _problem(self):
        """Return why the archive is not destroyed after all, or nothing."""
        run, archive = self.destruction_id, self.archive_id
        persons = [run.applicant_id, run.approver_id, run.supervisor_id]
        if run.state != "running" or len(set(persons)) != 3 or not all(persons):
            raise UserError(self.env._("This destruction is not approved."))
        if run.executor_id in (run.approver_id | run.supervisor_id):
            raise UserError(self.env._("This destruction is not approved."))
        if archive.state == "destroyed":
            return self.env._("It was destroyed already.")
        if archive._held():
            return self.env._("A legal hold keeps it.")
        retention = self.env["insurance.retention"]
        retention._solve_archives(archive.ids)
        row = retention.search([("archive_id", "=", archive.id)])
        if not row.over:
            return self.env._("Its time is not over any more.")
        return None

    def _destroy_rows(self, archive):
        """Delete all copies, empty the archive and its contact, note what was done."""
        cr = self.env.cr
        root = self.env(user=SUPERUSER_ID, su=True, context={"active_test": False})
        partner = archive.partner_id
        self.env.flush_all()
        plan = Plan(cr, archive.id)
        name = self.env._("Destroyed record %s", archive.number or archive.id)
        contacts = destruction_contact.contacts_of(plan, partner.id)
        leads = destruction_contact.leads_of(plan, [partner.id])
        models_by_table = {
            model._table: model._name
            for model in self.env.registry.values()
            if not model._abstract and model._auto
        }
        count = 0
        for table, ids in plan.rows.items():
            if table in models_by_table:
                count += destruction_contact.delete_beside(
                    root, models_by_table[table], ids
                )
        count += destruction_contact.delete_beside(root, archive._name, archive.ids)
        self.env.flush_all()
        # from here on the database lets go what hangs under it
        self._end(archive)
        count += sum(plan.delete().values())
        destruction_contact.clear_leads(root, leads, name)
        kept = False
        for contact_id in contacts:
            if destruction_contact.is_needed(root, plan, contact_id, archive.id):
                kept = kept or contact_id == partner.id
                continue
            count += destruction_contact.delete_beside(
                root, "res.partner", [contact_id]
            )
            count += destruction_contact.delete_words(root, contact_id)
            root.flush_all()
            destruction_contact.anonymise(root, plan, contact_id, name)
        self.env.invalidate_all()
        self.write(
            {
                "state": "done",
                "done_on": fields.Datetime.now(),
                "row_count": count,
                "contact_kept": kept,
            }
        )
        self.env.flush_all()

    def _end(self, archive):
        self.env.cr.execute(
            SQL(
                "UPDATE insurance_archive SET state = 'destroyed',"
                " state_date = now() AT TIME ZONE 'UTC' WHERE id = %s",
                archive.id,
            )
        )
        destruction_contact.clear(
            self.env.cr, "insurance_archive", archive.id, ARCHIVE_COLUMNS
        )
