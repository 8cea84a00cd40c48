from odoo import api, models
from odoo.exceptions import AccessError, UserError

TEXT_LIMIT = 5000


class InsuranceConsent(models.Model):
    """What clients have said, and how they take it back, on the portal.

    Portal users have no access to any insurance model: each method asks for the
    logged-in person's own records alone.
    """

    _inherit = "insurance.consent"

    @api.model
    def _portal_consents(self):
        """Return what the logged-in client has agreed to or refused, as superuser."""
        archive = self.env["insurance.feedback"]._portal_archive()
        # superuser: only the archive of the person who asks
        return self.sudo().search(
            [("archive_id", "in", archive.ids), ("state", "!=", "replaced")]
        )

    @api.model
    def _portal_rows(self):
        labels = dict(self._fields["status"]._description_selection(self.env))
        return [
            {
                "id": consent.id,
                "name": consent.processing_id.name,
                "question": consent.processing_id.question,
                "recipient": consent.recipient_id.name,
                "status": consent.status,
                "label": labels[consent.status],
                "given_on": consent.given_on,
                "withdrawn_on": consent.withdrawn_on,
                "categories": ", ".join(consent.category_ids.mapped("name")),
                "text_id": consent.evidence_id.text_id.id,
                "necessary": consent.processing_id.necessary,
                "open": consent.state == "given" and consent.basis == "consent",
                "objectable": consent.state == "given"
                and consent.basis != "consent"
                and not consent.processing_id.necessary,
            }
            for consent in self._portal_consents()
        ]

    @api.model
    def _portal_withdraw(self, consent_id, reason):
        """Withdraw a consent of the logged-in client."""
        consent = self._portal_consents().filtered(lambda one: one.id == consent_id)
        if not consent or consent.state != "given":
            raise AccessError(self.env._("There is nothing here for you to withdraw."))
        if consent.basis != "consent" and consent.processing_id.necessary:
            raise UserError(self._portal_no_choice())
        words = (reason or "").strip()[:TEXT_LIMIT] or self.env._("No reason given")
        consent._withdraw(words, "portal")

    @api.model
    def _portal_no_choice(self):
        return self.env._(
            "This rests on the contract or the law and not on your consent. "
            "Ask us under “My data”."
        )

    @api.model
    def _portal_text(self, text_id):
        """Return the notice that the logged-in client was shown."""
        texts = self._portal_consents().evidence_id.text_id
        return texts.filtered(lambda text: text.id == text_id).body
