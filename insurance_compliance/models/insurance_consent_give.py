import base64

from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.insurance_client_archive.vault_consumer import register_consumer

from ..tools import evidence

EVIDENCE = register_consumer("insurance_compliance.evidence")
PNG = b"\x89PNG"
MAX_PICTURE = 500_000


class InsuranceConsent(models.Model):
    """How answers are taken down, and how their evidence is checked."""

    _inherit = "insurance.consent"

    @api.model
    def _take_down(self, archive, text, answers, proof, now=None):
        """Write the answers of one talk; the caller has checked who may.

        :param text: the ``insurance.notice.text`` that was shown
        :param answers: [{"processing": record, "given": bool, "recipient": partner}]
        :param dict proof: values of ``insurance.consent.evidence``
        :param now: when it was said, where that was taken down elsewhere before
        """
        self._check_answers(archive, text, answers)
        self._check_proof(archive, answers, proof)
        now = now or fields.Datetime.now()
        signature = proof.get("signature") or ""
        # superuser: nobody writes consents by hand; who may take them down was asked
        system = self.sudo()
        session = system.env["insurance.consent.evidence"].create(
            {
                **proof,
                "archive_id": archive.id,
                "text_id": text.id,
                "user_id": self.env.uid,
                "taken_on": now,
                "signature_hash": evidence.digest(signature) if signature else False,
            }
        )
        system._living(archive, answers)._replace()
        consents = system.create(
            [system._answer_vals(archive, session, answer, now) for answer in answers]
        )
        archive._log_use(
            "edit", content=[self._name], purpose_text="consent", wait=False
        )
        consents._on_answer()
        return consents.sudo(False)

    @api.model
    def _answer_vals(self, archive, session, answer, now):
        processing, given = answer["processing"], answer["given"]
        recipient = answer.get("recipient") or self.env["res.partner"]
        today = fields.Date.to_date(now)
        days = self.env["insurance.parameter"]._get("consent_reask_days")
        values = {
            "archive_id": archive.id,
            "processing_id": processing.id,
            "basis": processing.basis,
            "kind": processing.kind,
            "category_ids": [fields.Command.set(processing.category_ids.ids)],
            "recipient_id": recipient.id,
            "evidence_id": session.id,
            "notice_id": session.text_id.notice_id.id,
            "state": "given" if given else "refused",
            "decided_on": now,
            "given_on": given and now,
            "refused_on": not given and now,
            "no_question_before": not given and fields.Date.add(today, days=days),
            "valid_until": given and self._valid_until(archive, processing, today),
        }
        facts = self._facts(values, processing.category_ids, session)
        return {**values, "evidence_hash": evidence.seal(facts)}

    @api.model
    def _valid_until(self, archive, processing, today):
        """Return the last day of a consent: its term, or the day before majority."""
        last = []
        if processing.valid_months:
            last.append(fields.Date.add(today, months=processing.valid_months))
        if processing.kind == "guardian" and archive.birth_date:
            age = self.env["insurance.parameter"]._get("minor_age")
            birthday = fields.Date.add(archive.birth_date, years=age)
            last.append(fields.Date.subtract(birthday, days=1))
        return min(last, default=False)

    @api.model
    def _facts(self, values, categories, session):
        """Return what the fingerprint covers."""
        return {
            "archive": values["archive_id"],
            "purpose": values["processing_id"],
            "basis": values["basis"],
            "kind": values["kind"],
            "categories": sorted(categories.mapped("code")),
            "recipient": values["recipient_id"] or 0,
            "given": bool(values["given_on"]),
            "decided_on": fields.Datetime.to_string(values["decided_on"]),
            "valid_until": values["valid_until"] or "",
            "notice": session.text_id.body_hash,
            "language": session.text_id.lang,
            "evidence": session.evidence,
            "signature": session.signature_hash or "",
            "paper": session.document_id.id or 0,
            "reference": session.reference or "",
            "given_by": session.given_by,
            "giver": session.giver_name or "",
            "guardian": session.related_person_id.id or 0,
            "user": session.user_id.id,
        }

    def _own_facts(self):
        self.ensure_one()
        names = (
            "basis",
            "kind",
            "given_on",
            "decided_on",
            "valid_until",
        )
        values = {name: self[name] for name in names} | {
            name: self[name].id
            for name in ("archive_id", "processing_id", "recipient_id")
        }
        return self._facts(values, self.category_ids, self.evidence_id)

    def action_verify(self):
        """Recount the fingerprints, the signature and the notice shown included."""
        self.check_access("read")
        broken = self.filtered(lambda consent: not consent._is_genuine())
        message = (
            self.env._(
                "Not as it was taken down: %s", ", ".join(broken.mapped("display_name"))
            )
            if broken
            else self.env._("Facts, notice and evidence are as they were taken down.")
        )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "danger" if broken else "success",
                "message": message,
                "sticky": bool(broken),
            },
        }

    def _is_genuine(self):
        """Tell whether the consent and its evidence are what was taken down."""
        self.ensure_one()
        # superuser: the evidence is compared and shown to nobody
        consent = self.sudo()
        session, text = consent.evidence_id, consent.evidence_id.text_id
        if evidence.digest(str(text.body)) != text.body_hash:
            return False
        if session.signature_hash:
            with session._unsealed(["signature"], "verification", EVIDENCE) as values:
                picture = values[session]["signature"] or ""
                if evidence.digest(picture) != session.signature_hash:
                    return False
        return evidence.is_sealed(consent._own_facts(), consent.evidence_hash)

    @api.model
    def _living(self, archive, answers):
        """Return the answers that stand for the same purposes and recipients."""
        asked = {
            (answer["processing"].id, (answer.get("recipient") or archive.browse()).id)
            for answer in answers
        }
        return self.search(
            [("archive_id", "=", archive.id), ("state", "in", ["given", "refused"])]
        ).filtered(
            lambda consent: (consent.processing_id.id, consent.recipient_id.id) in asked
        )

    @api.model
    def _check_answers(self, archive, text, answers):
        """Refuse what nobody was told of, and asking again too soon."""
        if not answers:
            raise UserError(self.env._("Tick or refuse at least one purpose."))
        named = text.notice_id.line_ids.processing_id
        for answer in answers:
            processing = answer["processing"]
            if processing not in named or text.notice_id.state != "in_force":
                raise UserError(
                    self.env._(
                        "“%s” does not stand in a notice in force. Show the client the "
                        "notice first.",
                        processing.name,
                    )
                )
            if processing.per_recipient and not answer.get("recipient"):
                raise UserError(
                    self.env._("“%s”: choose who receives the data.", processing.name)
                )
        today = fields.Date.context_today(self)
        # superuser: only the user's own client is asked about
        for consent in self.sudo()._living(archive, answers):
            too_soon = consent.no_question_before and consent.no_question_before > today
            if too_soon and not self._asked_by_client(answers, consent):
                raise UserError(
                    self.env._(
                        "The client has refused “%(purpose)s”. Don't ask again before "
                        "%(day)s (network data regulation, art. 22). A client who "
                        "changes their mind can agree at once.",
                        purpose=consent.processing_id.name,
                        day=fields.Date.to_string(consent.no_question_before),
                    )
                )

    @api.model
    def _asked_by_client(self, answers, consent):
        """Tell whether the client brought the purpose up without being asked."""
        return any(
            answer.get("own_wish") and answer["processing"] == consent.processing_id
            for answer in answers
        )

    @api.model
    def _check_proof(self, archive, answers, proof):
        """Refuse answers without the evidence that their kind needs."""
        kinds = {answer["processing"].kind for answer in answers if answer["given"]}
        kind, needed = (
            proof.get("evidence"),
            {
                "signature": "signature",
                "paper": "reference",
                "recording": "reference",
            },
        )
        missing = needed.get(kind)
        if kind == "paper" and proof.get("document_id"):
            missing = None
        if missing and not (proof.get(missing) or "").strip():
            raise UserError(
                {
                    "signature": self.env._("Let the client sign on the screen."),
                    "paper": self.env._("Name the signed paper or give its number."),
                    "recording": self.env._("Give the number of the recording."),
                }[kind]
            )
        if kind == "signature":
            self._check_picture(proof["signature"])
        if "written" in kinds and kind not in ("signature", "paper"):
            raise UserError(
                self.env._("A written consent is signed, on the screen or on paper.")
            )
        by_guardian = proof.get("given_by") == "guardian"
        if ("guardian" in kinds or archive._is_minor()) and not by_guardian:
            raise UserError(
                self.env._(
                    "The client is a child: father, mother or another guardian agrees "
                    "(PIPL 31)."
                )
            )
        if (
            proof.get("given_by") != "client"
            and not (proof.get("giver_name") or "").strip()
        ):
            raise UserError(self.env._("Enter the name of the person who agrees."))

    @api.model
    def _check_picture(self, signature):
        """Refuse what is no picture of a signature."""
        try:
            picture = base64.b64decode(signature, validate=True)
        except ValueError:
            picture = b""
        if not picture.startswith(PNG) or len(picture) > MAX_PICTURE:
            raise UserError(self.env._("The signature can't be read. Sign once more."))
