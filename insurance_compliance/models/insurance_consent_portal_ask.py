from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.insurance_client_archive.models.insurance_sealed_reveal import (
    CLOSED_STATES,
)

#: what still counts, and is not asked for again
SETTLED = ("given",)
#: how somebody who has not only the password proves who it is
SECOND_FACTOR = "2FA"


class InsuranceConsent(models.Model):
    """What clients read and answer on the portal: the notice, then each purpose.

    Whoever logs in speaks without being asked: the time between a refusal and the next
    question protects from us, not from a change of mind.
    """

    _inherit = "insurance.consent"

    @api.model
    def _portal_sections(self):
        """Return each notice in force with its open questions, as plain values."""
        archive = self._portal_asked()
        sections = []
        for notice in self.env["insurance.notice"]._in_force(archive.company_id):
            text = notice._text(self.env.lang)
            questions = [
                self._portal_question(archive, *asked)
                for asked in self._portal_open(archive, notice)
            ]
            sections.append(
                {
                    "text_id": text.id,
                    "name": notice.with_context(lang=text.lang).name,
                    "version": notice.version,
                    "body": text.body,
                    "questions": [one for one in questions if not one["refused_on"]],
                    "declined": [one for one in questions if one["refused_on"]],
                }
            )
        return sections

    @api.model
    def _portal_asked(self):
        """Return the archive of the logged-in client, where the portal may ask."""
        archive = self.env["insurance.feedback"]._portal_archive()
        return archive.filtered(
            lambda one: one.state not in CLOSED_STATES and not one._is_minor()
        )

    @api.model
    def _portal_guardian(self):
        """Tell whether a guardian answers for the logged-in client."""
        archive = self.env["insurance.feedback"]._portal_archive()
        return bool(archive) and archive._is_minor()

    @api.model
    def _portal_open(self, archive, notice):
        """Return [(purpose, recipient, share, refusal)] of what is not settled."""
        said = {
            (consent.processing_id, consent.recipient_id): consent
            for consent in self._portal_consents().sorted("id")
        }
        wanted = []
        for purpose in notice.line_ids.processing_id:
            if not archive._concerns(purpose) or purpose.kind == "written":
                continue
            if not purpose.per_recipient:
                wanted.append((purpose, self.env["res.partner"], None))
        wanted += [
            (purpose, share.recipient_id, share)
            for share in self._portal_asking_shares(archive)
            for purpose in share._purposes_to_ask() & notice.line_ids.processing_id
        ]
        return [
            (purpose, recipient, share, self._refusal(said, purpose, recipient))
            for purpose, recipient, share in wanted
            if not self._is_settled(said, purpose, recipient)
        ]

    @api.model
    def _is_settled(self, said, purpose, recipient):
        consent = said.get((purpose, recipient))
        return bool(consent) and consent.status in SETTLED

    @api.model
    def _refusal(self, said, purpose, recipient):
        consent = said.get((purpose, recipient))
        return consent if consent and consent.state == "refused" else None

    @api.model
    def _portal_asking_shares(self, archive):
        """Return the packets for which the client was asked to agree, as superuser."""
        # superuser: of the client who is logged in, and no other
        shares = self.env["insurance.share"].sudo()
        asking = shares.search(
            [
                ("archive_id", "in", archive.ids),
                ("state", "=", "draft"),
                ("basis", "=", "consent"),
                ("asked_on", "!=", False),
                ("date_to", ">", fields.Datetime.now()),
            ]
        )
        return asking.filtered("recipient_id")

    @api.model
    def _portal_question(self, archive, purpose, recipient, share, refusal):
        return {
            "key": self._portal_key(purpose, recipient),
            "name": purpose.name,
            "question": purpose.question or purpose.name,
            "categories": ", ".join(purpose.category_ids.mapped("name")),
            "sensitive": purpose.sensitive,
            "necessary": purpose.necessary,
            "notice_only": purpose.basis != "consent",
            "recipient": recipient.name,
            "serves": share and share.purpose_id.name,
            "until": share and share.date_to,
            "refused_on": refusal and refusal.refused_on,
        }

    @api.model
    def _portal_key(self, purpose, recipient):
        return f"answer_{purpose.id}_{recipient.id or 0}"

    @api.model
    def _portal_answer(self, text_id, values):
        """Take down what the logged-in client has answered to the notice shown.

        :param int text_id: the ``insurance.notice.text`` that stood on the page
        :param dict values: {key of a question: ``yes`` or ``no``}
        """
        archive = self._portal_asked()
        if not archive:
            raise AccessError(self.env._("There is nothing here for you to answer."))
        notices = self.env["insurance.notice"]._in_force(archive.company_id)
        shown = {notice._text(self.env.lang): notice for notice in notices}
        text = next((one for one in shown if one.id == text_id), None)
        if text is None:
            raise UserError(
                self.env._("The notice has changed. Read it again, please.")
            )
        answers, secret = [], False
        for purpose, recipient, _share, _refusal in self._portal_open(
            archive, shown[text]
        ):
            said = values.get(self._portal_key(purpose, recipient))
            if said not in ("yes", "no"):
                continue
            if said == "no" and purpose.basis != "consent" and purpose.necessary:
                raise UserError(self._portal_no_choice())
            secret = secret or purpose.per_recipient
            answers.append(
                {
                    "processing": purpose,
                    "given": said == "yes",
                    "recipient": recipient or None,
                    "own_wish": True,
                }
            )
        if secret and self.env["insurance.share"]._portal_second_factor():
            raise UserError(self.env._("Confirm the code of your second factor first."))
        # superuser: the answers of the logged-in client about the own archive
        self.sudo()._take_down(
            archive,
            text,
            answers,
            {
                "evidence": "portal",
                "reference": secret and SECOND_FACTOR,
                "given_by": "client",
                "giver_name": self.env.user.name,
            },
        )
