from odoo import api, fields, models
from odoo.tools import SQL

PENDING = "insurance.client.event"


class InsuranceClientEvent(models.Model):
    """Something happened that may change what is known of a client.

    Rows are only added and taken away, never changed: two users who work for the same
    client do not wait for each other. Whoever refreshes the figures takes the rows.
    """

    _name = "insurance.client.event"
    _description = "Client whose figures are to be refreshed"
    _order = "id"
    _rec_name = "archive_id"
    _log_access = False

    archive_id = fields.Many2one(
        "insurance.archive", required=True, ondelete="cascade", index=True
    )
    source = fields.Char(required=True, help="Model of the record that was changed.")

    @api.model
    def _note(self, archive_ids, source):
        """Remember at the end of the transaction that these clients are to be seen to.

        One statement a transaction, however many records it writes.
        """
        if not archive_ids:
            return
        pending = self.env.cr.precommit.data.setdefault(PENDING, {})
        if not pending:
            # superuser: nobody may write events, and only ids of archives are written
            self.env.cr.precommit.add(self.sudo()._write_pending)
        for archive_id in archive_ids:
            pending.setdefault(archive_id, source)

    @api.model
    def _write_pending(self):
        pending = self.env.cr.precommit.data.pop(PENDING, {})
        if not pending:
            return
        # one that was deleted in the meantime has no figures
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO insurance_client_event (archive_id, source)
                SELECT archive.id, noted.source
                FROM unnest(%s, %s::varchar[]) AS noted(archive_id, source)
                JOIN insurance_archive AS archive ON archive.id = noted.archive_id
                """,
                list(pending),
                list(pending.values()),
            )
        )
        self._on_events(len(pending))

    @api.model
    def _on_events(self, number):
        """Override to act on new events; the refresh starts at once."""
        cron = self.env.ref(
            "insurance_client_archive.ir_cron_client_events", raise_if_not_found=False
        )
        if cron:
            cron._trigger()


class InsuranceClientEventMixin(models.AbstractModel):
    """Records whose changes are events of a client."""

    _name = "insurance.client.event.mixin"
    _description = "Record that figures of a client are made of"

    #: the fields that figures are made of
    _event_fields = frozenset()

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        records._note_event()
        return records

    def write(self, vals):
        concerned = not self._event_fields.isdisjoint(vals)
        if concerned:
            self._note_event()
        result = super().write(vals)
        if concerned:
            self._note_event()
        return result

    def unlink(self):
        self._note_event()
        return super().unlink()

    def _note_event(self):
        # as superuser: only the ids of the archives are taken
        archives = self.sudo()._event_archives()
        self.env["insurance.client.event"]._note(archives.ids, self._name)

    def _event_archives(self):
        return self.archive_id


class InsuranceArchive(models.Model):
    _name = "insurance.archive"
    _inherit = ["insurance.archive", "insurance.client.event.mixin"]
    _event_fields = frozenset(
        {
            "client_kind",
            "birth_date",
            "marital_status",
            "occupation_id",
            "headcount",
            "intent_level",
            "income_band",
            "asset_band",
            "health_grade",
            "key_client",
            "state",
        }
    )

    def _event_archives(self):
        return self


class InsuranceRelatedPerson(models.Model):
    _name = "insurance.related.person"
    _inherit = ["insurance.related.person", "insurance.client.event.mixin"]
    _event_fields = frozenset({"archive_id", "relation", "in_household"})


class InsurancePolicy(models.Model):
    _name = "insurance.policy"
    _inherit = ["insurance.policy", "insurance.client.event.mixin"]
    _event_fields = frozenset(
        {
            "archive_id",
            "state",
            "product_id",
            "start_date",
            "end_date",
            "term_years",
            "premium",
            "annual_premium",
            "payment_mode",
            "sum_insured",
            "renewable",
            "previous_policy_id",
        }
    )


class InsuranceClaim(models.Model):
    _name = "insurance.claim"
    _inherit = ["insurance.claim", "insurance.client.event.mixin"]
    _event_fields = frozenset(
        {"policy_id", "state", "reported_date", "decision", "paid_amount", "paid_on"}
    )


class InsuranceInteraction(models.Model):
    _name = "insurance.interaction"
    _inherit = ["insurance.interaction", "insurance.client.event.mixin"]
    _event_fields = frozenset({"archive_id", "date", "outcome"})
