from odoo import api, fields, models
from odoo.exceptions import UserError

from ..access_slice import SLICES


class InsuranceShare(models.Model):
    """Which consents of the client a packet rests on, and what still has to be asked.

    Each kind of data has a consent of its own: a client who lets an insurer have the
    address has not said anything about the own health (PIPL 23, 29).
    """

    _inherit = "insurance.share"

    @api.depends("basis", "consent_ids", "part_ids", "recipient_id", "archive_id")
    @api.depends_context("lang")
    def _compute_missing_consent(self):
        labels = self.env["insurance.access.slices"]._slice_labels()
        for share in self:
            asked = share.basis == "consent" and share.archive_id
            # superuser: names of kinds of data, to whoever may read the share
            lacking = share.sudo()._lacking_slices() if asked else ()
            share.missing_consent = ", ".join(
                labels[name] for name in SLICES if name in lacking
            )

    @api.onchange("archive_id", "recipient_id", "part_ids", "basis")
    def _onchange_consents(self):
        """Name the consents that the client has given for just this."""
        self.consent_ids = self._proposed_consents()

    def action_name_consents(self):
        """Name what the client has agreed to since the share was begun."""
        self.check_access("write")
        for share in self:
            share.consent_ids = share._proposed_consents()
            if share.missing_consent:
                raise UserError(
                    self.env._(
                        "The client has not agreed yet to giving to “%(recipient)s”: "
                        "%(content)s.",
                        recipient=share._recipient_name(),
                        content=share.missing_consent,
                    )
                )

    def action_ask_consent(self):
        """Open the notice and the questions for a client who is here."""
        self.ensure_one()
        return self.archive_id.action_notice_and_consent()

    def action_ask_in_portal(self):
        """Let the client find the questions in the portal, after the second factor."""
        self.check_access("write")
        self._check_mine()
        for share in self:
            # superuser: whether the client has a login, not whose it is
            logins = share.archive_id.partner_id.sudo().user_ids
            if not logins.filtered(lambda user: user.active and user._is_portal()):
                raise UserError(
                    self.env._(
                        "The client has no portal login yet. Invite the contact to "
                        "the portal, or ask on the screen."
                    )
                )
            notices = self.env["insurance.notice"]._in_force(share.company_id)
            asked = share._purposes_to_ask()
            if share.state != "draft" or not share.recipient_id or not asked:
                raise UserError(
                    self.env._(
                        "Choose recipient and content first; the client is asked for "
                        "what no consent covers yet."
                    )
                )
            if asked - notices.line_ids.processing_id:
                raise UserError(
                    self.env._(
                        "No notice in force names “%s”. Compliance adds it to the next "
                        "version.",
                        asked.mapped("name")[0],
                    )
                )
        # the stamp is nobody's to write
        self.sudo().write({"asked_on": fields.Datetime.now()})

    def _check_consent(self):
        """Demand the client's separate consents for just this recipient (PIPL 23)."""
        lacking = self._lacking_slices()
        if self.consent_ids - self._fitting_consents():
            # one that is over says nothing, and was named on purpose
            lacking = self._slices()
        if not lacking:
            return
        labels = self.env["insurance.access.slices"]._slice_labels()
        raise UserError(
            self.env._(
                "There is no valid separate consent of the client for giving these "
                "data to “%(recipient)s”: %(content)s. Ask the client for it, and "
                "name it here.",
                recipient=self._recipient_name(),
                content=", ".join(labels[name] for name in SLICES if name in lacking),
            )
        )

    def _lacking_slices(self):
        """Return the content slices that no living consent named here covers."""
        self.ensure_one()
        named = self.consent_ids & self._fitting_consents()
        return self._slices() - set(named.category_ids.mapped("code"))

    def _fitting_consents(self):
        """Return the client's living consents to just this recipient, as superuser."""
        self.ensure_one()
        recipient = self._consent_recipient()
        # superuser: consents of this client alone, of which the share names some
        archive = self.archive_id._origin.sudo()
        if not recipient or not archive:
            return self.env["insurance.consent"].sudo()
        consents = archive._live_consents("separate", recipient=recipient._origin)
        return consents.filtered("processing_id.per_recipient")

    def _proposed_consents(self):
        """Return those of the fitting consents that the content needs."""
        self.ensure_one()
        if self.basis != "consent" or not self.archive_id.has_access("read"):
            return self.env["insurance.consent"]
        slices = self._slices()
        consents = self._fitting_consents().filtered(
            lambda consent: slices & set(consent.category_ids.mapped("code"))
        )
        return consents.sudo(False)

    def _consent_recipient(self):
        return self.recipient_id or self.recipient_user_id.partner_id

    def _purposes_to_ask(self):
        """Return the purposes that the client has to agree to for this packet."""
        self.ensure_one()
        lacking = self._lacking_slices()
        # superuser: which purposes there are is no secret
        purposes = self.env["insurance.processing"].sudo()
        for_recipients = purposes.search([("per_recipient", "=", True)])
        return for_recipients.filtered(
            lambda purpose: lacking & set(purpose.category_ids.mapped("code"))
        )
