from odoo import fields
from odoo.tests import new_test_user

from odoo.addons.insurance_client_archive.tests.common_vault import VaultCase

from .. import person, share_person
from .common_consent import give_consent
from .common_impact import assess


class ShareCase(VaultCase):
    """An agent who wants to share, a partner outside with a login, a consent."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # tests act for several persons in one transaction; see test_share_person
        cls._patch(share_person, "_in_person", lambda env: True)
        cls._patch(person, "is_person", lambda env: True)
        cls.team_a.user_id = cls.supervisor
        cls.archive.action_enter()
        cls.compliance2 = cls._user("compliance2", role="compliance")
        china = cls.env.ref("base.cn").id
        cls.insurer = cls.env["res.partner"].create(
            {"name": "Huaxia Re", "is_company": True, "country_id": china}
        )
        cls.contact = cls.env["res.partner"].create(
            {"name": "Li Recipient", "parent_id": cls.insurer.id}
        )
        cls.recipient = cls._portal("test recipient", cls.contact)
        cls.stranger = cls._portal("test stranger")
        cls.claim = cls.env.ref("insurance_client_archive.purpose_claim")
        cls.consent = cls._consent(cls.archive, cls.insurer)

    @classmethod
    def _portal(cls, login, partner=None):
        values = {"partner_id": partner.id, "name": partner.name} if partner else {}
        return new_test_user(
            cls.env, login, groups="base.group_portal", lang="en_US", **values
        )

    @classmethod
    def _consent(cls, archive, recipient):
        """Return the client's separate consent to giving data to the recipient."""
        return give_consent(archive, "sharing", recipient=recipient)

    @classmethod
    def _withdraw(cls, consent):
        consent.sudo()._withdraw("The client called", "phone")

    def _new_consent(self):
        """Return a newer consent to the same recipient; it replaces the older."""
        return self._consent(self.archive, self.insurer)

    def _forget_consent(self, consent):
        """Withdraw a consent without ending what rests on it."""
        self.env.flush_all()
        self.sql(
            "UPDATE insurance_consent SET state = 'withdrawn' WHERE id = %s", consent.id
        )

    @classmethod
    def _parts(cls, *codes):
        return cls.env["insurance.share.part"].search([("code", "in", codes)])

    @classmethod
    def _share(cls, user=None, **values):
        """Return a draft of the agent, authorised by the client."""
        parts = values.pop("parts", ("identity", "phone"))
        return (
            cls.env["insurance.share"]
            .with_user(user or cls.agent)
            .create(
                {
                    "kind": "client_authorised",
                    "archive_id": cls.archive.id,
                    "recipient_id": cls.insurer.id,
                    "recipient_user_id": cls.recipient.id,
                    "purpose_id": cls.claim.id,
                    "basis": "consent",
                    "consent_ids": [(6, 0, cls.consent.ids)],
                    "part_ids": [(6, 0, cls._parts(*parts).ids)],
                    "download_limit": 3,
                    **values,
                }
            )
        )

    @classmethod
    def _for_somebody_else(cls):
        """Return values of a share with another recipient, and the consent to it."""
        partner = cls.env["res.partner"].create({"name": "Other Re"})
        user = cls._portal(f"test other {next(cls.numbers)}", partner)
        return {
            "recipient_id": partner.id,
            "recipient_user_id": user.id,
            "consent_ids": [(6, 0, cls._consent(cls.archive, partner).ids)],
        }

    @classmethod
    def _delivered(cls, **values):
        """Return a share that its recipient can open."""
        share = cls._share(**values)
        share.action_submit()
        approver = cls.compliance if share.kind == "cooperation" else cls.supervisor
        share.with_user(approver).action_approve()
        share.action_deliver()
        return share

    @classmethod
    def _agreement(cls, approve=True, **values):
        """Return an agreement in force with the insurer for basic and contact data."""
        agreement = (
            cls.env["insurance.share.agreement"]
            .with_user(cls.compliance)
            .create(
                {
                    "partner_id": cls.insurer.id,
                    "slice_contact": True,
                    "purpose_ids": [(6, 0, cls.claim.ids)],
                    "manner": "Reinsurance",
                    "confidentiality": "Secret",
                    "liability": "The partner answers for damage.",
                    "protection": "Encrypted",
                    "reference": "HX-1",
                    "document_hash": "a" * 64,
                    "date_from": fields.Date.today(),
                    "date_to": fields.Date.add(fields.Date.today(), years=1),
                    **values,
                }
            )
        )
        if approve:
            agreement.state = "submitted"
            assess(agreement, cls.compliance, cls.compliance2)
            agreement.with_user(cls.compliance2).state = "approved"
        return agreement
