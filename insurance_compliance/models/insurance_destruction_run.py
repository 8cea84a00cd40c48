from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from odoo.addons.insurance_client_archive import vault_process, vault_shred
from odoo.addons.insurance_client_archive.sweep_kind import Chunk, Extent, Kind

from ..destruction_plan import Unlinkable
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

    def action_cancel(self):
        """End the work for good; a list of destruction ends with its work."""
        result = super().action_cancel()
        # superuser: whoever may end the work ends its list; what is left is kept
        for sweep in self.sudo().filtered(lambda one: one.kind == SWEEP):
            runs = self.env["insurance.destruction"].sudo()
            run = runs.browse(sweep.scope["destruction_id"]).exists()
            if run.state == "running":
                run._finish(self.env._("The work was ended before it came to this."))
        return result


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
        # what a crash has left in the ledger is carried out before anything is locked
        vault_process.keys(self.env)
        self._lock()
        listed = archive._is_listed_as_destroyed()
        problem = self._problem(listed)
        if problem:
            self.write({"state": "kept", "message": problem})
            return
        # a restored database has carried out the ledger: this list only has to end
        gone = listed and archive.state == "destroyed"
        # a server that was killed has written the ledger already: whole, not half
        late = listed and archive._held() and self._late_hold_text()
        try:
            with self.env.cr.savepoint():
                count, contact_kept = archive._destroy_rows()
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
        self.write(
            {
                "state": "done",
                "done_on": fields.Datetime.now(),
                "row_count": count,
                "contact_kept": contact_kept,
                "message": late,
            }
        )
        if gone and vault_shred.is_done(archive):
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

    def _is_only_one(self):
        """Tell whether no other list has destroyed the archive.

        Then the server has: after a restore, before this list went on.
        """
        others = [("archive_id", "=", self.archive_id.id), ("state", "=", "done")]
        return not self.search_count(others, limit=1)

    def _late_hold_text(self):
        return self.env._("A hold came when the keys had been destroyed already.")

    def _problem(self, listed):
        """Return why the archive is not destroyed after all, or nothing.

        :param listed: the ledger has it, so that its keys are gone for good
        """
        run, archive = self.destruction_id, self.archive_id
        persons = [run.applicant_id, run.approver_id, run.supervisor_id]
        if run.state != "running" or len(set(persons)) != 3 or not all(persons):
            raise UserError(self.env._("This destruction is not approved."))
        if run.executor_id in (run.approver_id | run.supervisor_id):
            raise UserError(self.env._("This destruction is not approved."))
        if archive.state == "destroyed" and not (listed and self._is_only_one()):
            return self.env._("It was destroyed already.")
        if listed:
            return None
        if archive._held():
            return self.env._("A legal hold keeps it.")
        files = self.env["insurance.paper.file"].with_context(active_test=False)
        lent = Domain("archive_id", "=", archive.id) & Domain("state", "=", "lent")
        if files.search_count(lent, limit=1):
            return self.env._("A volume of its paper is borrowed.")
        retention = self.env["insurance.retention"]
        retention._solve_archives(archive.ids)
        row = retention.search([("archive_id", "=", archive.id)])
        if not row.over:
            return self.env._("Its time is not over any more.")
        return None
