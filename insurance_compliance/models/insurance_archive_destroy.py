import logging

import psycopg2

from odoo import SUPERUSER_ID, api, models, tools
from odoo.exceptions import UserError
from odoo.tools import SQL

from odoo.addons.insurance_client_archive import vault_shred

from .. import destruction_contact
from ..destruction_plan import Plan, Schema, Unlinkable, newest_constraint
from ..destruction_registry import ARCHIVE_COLUMNS

_logger = logging.getLogger(__name__)
#: archives whose keys the ledger has destroyed, but whose rows a backup brought back
BROUGHT_BACK = SQL(
    """
    SELECT archive.id FROM insurance_archive archive
     WHERE archive.state <> 'destroyed'
       AND EXISTS (SELECT FROM insurance_vault_key key
                    WHERE key.archive_id = archive.id AND key.state = 'destroyed')
       AND NOT EXISTS (SELECT FROM insurance_vault_key key
                        WHERE key.archive_id = archive.id AND key.wrapped IS NOT NULL)
     ORDER BY archive.id
    """
)


class InsuranceArchive(models.Model):
    """The rows of one archive: how they go, and how they go again after a restore."""

    _inherit = "insurance.archive"

    def _is_listed_as_destroyed(self):
        """Tell whether the ledger has the archive: then there is no way back."""
        return bool(vault_shred.dates(self))

    def _on_replay(self):
        """Destroy the rows that a restored backup has brought back, in turns.

        Three persons have shared that destruction, and the ledger has it: nobody
        decides anew. Holds of a backup's time come too late, too.
        """
        yield from super()._on_replay()
        # superuser: the server does again what persons have done
        archives = self.env["insurance.archive"].sudo()
        for (archive_id,) in self.env.execute_query(BROUGHT_BACK):
            archive = archives.browse(archive_id)
            try:
                with self.env.cr.savepoint():
                    self.env.cr.execute(
                        SQL(
                            "SELECT FROM insurance_archive WHERE id = %s FOR UPDATE",
                            archive_id,
                        )
                    )
                    archive._destroy_rows()
            # one that can't be emptied does not keep the others
            except (Unlinkable, psycopg2.Error, UserError) as error:
                _logger.warning("Archive %s was not emptied: %s", archive_id, error)
                continue
            archive._log_use("destroy", content=["destruction_ledger"], wait=False)
            yield archive

    @api.model
    def _cron_destroy_again(self):
        """Do it without being asked, soon after a restored database has started."""
        commit = self.env["ir.cron"]._commit_progress
        for _archive in self._on_replay():
            if not commit(1, remaining=1):
                # the time is up: the rest follows at once
                return
        commit(remaining=0)

    def _destroy_rows(self):
        """Delete all copies, and empty the archive and its contact.

        :return: how many rows went, and whether the contact stays for something else
        :raise Unlinkable: rows of another archive hang on it; nothing has happened
        """
        self.ensure_one()
        archive, cr = self, self.env.cr
        if archive.state == "destroyed":
            return 0, False
        root = self.env(user=SUPERUSER_ID, su=True, context={"active_test": False})
        partner = archive.partner_id
        self.env.flush_all()
        plan = Plan(cr, archive.id, self._destruction_schema(newest_constraint(cr)))
        name = self.env._("Destroyed record %s", archive.number or archive.id)
        contacts = destruction_contact.contacts_of(plan, partner.id)
        leads = destruction_contact.leads_of(plan, partner.id)
        beside = {
            model._name: plan.rows[model._table]
            for model in self.env.registry.values()
            if not model._abstract and model._auto and model._table in plan.rows
        }
        beside |= {archive._name: archive.ids, "crm.lead": leads}
        count = destruction_contact.delete_beside(root, beside)
        self.env.flush_all()
        # from here on the database lets go what hangs under it
        self._end_row()
        count += sum(plan.delete().values())
        destruction_contact.clear_leads(root, leads, name)
        kept = False
        for contact_id in contacts:
            if destruction_contact.is_needed(root, plan, contact_id, archive.id):
                kept = kept or contact_id == partner.id
                continue
            count += destruction_contact.delete_beside(
                root, {"res.partner": [contact_id]}
            )
            count += destruction_contact.delete_words(root, contact_id)
            root.flush_all()
            destruction_contact.anonymise(root, plan, contact_id, name)
        self.env.invalidate_all()
        return count, kept

    @api.model
    @tools.ormcache("_newest")
    def _destruction_schema(self, _newest):
        """Return the foreign keys of the database.

        Read anew when there is another one: a run goes on for hours, and what an addon
        that comes meanwhile has of a client must not stay behind.
        """
        return Schema(self.env.cr)

    @api.model
    @tools.ormcache()
    def _destruction_names(self):
        """Return the columns of tables that name rows of any model."""
        return tuple(destruction_contact.references(self.env))

    def _end_row(self):
        self.env.cr.execute(
            SQL(
                "UPDATE insurance_archive SET state = 'destroyed',"
                " state_date = now() AT TIME ZONE 'UTC' WHERE id = %s",
                self.id,
            )
        )
        destruction_contact.clear(
            self.env.cr, "insurance_archive", self.id, ARCHIVE_COLUMNS
        )
