from odoo import api, models
from odoo.fields import Domain

MODULE = "insurance_client_archive"


class InsuranceReminderMixin(models.AbstractModel):
    """Work in committed batches, and neutral reminders on the contacts of clients.

    Everybody may read activities on contacts and they outlive the right to open an
    archive: their text says nothing about the client, and nobody becomes a follower.
    """

    _name = "insurance.reminder.mixin"
    _description = "Reminders on contacts, set in batches"

    @api.model
    def _in_batches(self, tasks, batch_size):
        """Do each task on the records of its domain, a committed batch at a time.

        What is still to do is always found by a search in the data: whoever comes
        after a killed process goes on where it stopped, and does nothing twice.
        """
        cron = self.env["ir.cron"]
        cron._commit_progress(
            remaining=sum(self.search_count(domain) for domain, _work in tasks)
        )
        for domain, work in tasks:
            last = 0
            while records := self.search(
                domain & Domain("id", ">", last), limit=batch_size, order="id"
            ):
                last = records[-1].id
                # another node may be at work on some of them
                getattr(records.try_lock_for_update(), work)()
                if not cron._commit_progress(len(records)):
                    return

    @api.model
    def _remind(self, kind, waiting):
        """Create one reminder a contact from (contact, user, day) triples."""
        activity_type = self._reminder_type(kind)
        contact_model = self.env["ir.model"]._get_id("res.partner")
        first = {}
        for partner, user, day in waiting:
            first.setdefault(partner, (user, day))
        # superuser: whoever reminds needs no right to change the contact; the text is
        # that of the activity type
        return (
            self.env["mail.activity"]
            .sudo()
            .with_context(mail_activity_quick_update=True, insurance_review=True)
            .create(
                [
                    {
                        "res_model_id": contact_model,
                        "res_id": partner.id,
                        "activity_type_id": activity_type.id,
                        "summary": activity_type.with_context(lang=user.lang).summary,
                        "note": False,
                        "user_id": user.id,
                        "date_deadline": day,
                    }
                    for partner, (user, day) in first.items()
                ]
            )
        )

    @api.model
    def _finish_reminders(self, kinds, partners):
        """Close the open reminders of these kinds on the contacts."""
        for kind in kinds:
            self._open_reminders(kind, partners).action_feedback()

    @api.model
    def _open_reminders(self, kind, partners):
        """Return the open reminders of the kind on the contacts."""
        # superuser: a reminder belongs to the client, whoever it is assigned to
        Activity = self.env["mail.activity"].sudo()
        return Activity.with_context(
            mail_activity_quick_update=True, insurance_review=True
        ).search(
            [
                ("res_model", "=", "res.partner"),
                ("res_id", "in", partners.ids),
                ("activity_type_id", "=", self._reminder_type(kind).id),
            ]
        )

    @api.model
    def _reminded_contacts(self, kind):
        """Return the contacts with an open reminder, as a sub-select."""
        return (
            self.env["mail.activity"]
            ._search(
                [
                    ("res_model", "=", "res.partner"),
                    ("activity_type_id", "=", self._reminder_type(kind).id),
                ],
                bypass_access=True,
            )
            .subselect("res_id")
        )

    @api.model
    def _reminder_type(self, kind):
        return self.env.ref(f"{MODULE}.mail_activity_type_{kind}")
