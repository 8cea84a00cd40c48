from odoo import models
from odoo.exceptions import UserError

from odoo.addons.insurance_client_archive.models.insurance_sealed_reveal import (
    CLOSED_STATES,
)


class InsuranceShare(models.Model):
    """On what right the data are given away: asked anew at each step and download."""

    _inherit = "insurance.share"

    def _check_basis(self):
        """Refuse what has no legal basis, consent or agreement at this moment."""
        self.ensure_one()
        # superuser: the right to share is a fact of the client, whoever asks for it
        share = self.sudo()
        if share.archive_id.state in CLOSED_STATES:
            raise UserError(self.env._("This archive is closed: nothing is shared."))
        if share.kind == "cooperation":
            share._check_agreement()
        if share.kind != "internal":
            share._check_country()
        if share.basis == "consent":
            share._check_consent()
        elif share.kind == "client_authorised":
            raise UserError(
                self.env._("What the client authorises rests on the client's consent.")
            )
        elif not (share.basis_article or "").strip():
            raise UserError(
                self.env._(
                    "Name the law and article that make this sharing necessary without "
                    "the client's consent."
                )
            )

    def _check_agreement(self):
        """Demand an agreement in force that covers recipient, content and purpose."""
        agreement = self.agreement_id
        if not agreement or not agreement.in_force:
            raise UserError(
                self.env._("There is no agreement in force with the recipient.")
            )
        if (
            agreement.partner_id.commercial_partner_id
            != self.recipient_id.commercial_partner_id
            or agreement.company_id != self.company_id
        ):
            raise UserError(
                self.env._(
                    "Agreement %s is with somebody else.", agreement.display_name
                )
            )
        if self._slices() - agreement._slices():
            raise UserError(
                self.env._(
                    "Agreement %(agreement)s covers only: %(scope)s.",
                    agreement=agreement.display_name,
                    scope=agreement.slices_text,
                )
            )
        if self.purpose_id not in agreement.purpose_ids:
            raise UserError(
                self.env._(
                    "Agreement %(agreement)s is not for “%(purpose)s”.",
                    agreement=agreement.display_name,
                    purpose=self.purpose_id.name,
                )
            )

    def _check_country(self):
        """Data leave the country only when compliance has allowed it (PIPL 38–40)."""
        country = self.recipient_id.commercial_partner_id.country_id
        foreign = self.agreement_id.is_foreign or (country and country.code != "CN")
        if foreign and not self.env["insurance.parameter"]._get(
            "share_foreign_allowed"
        ):
            raise UserError(
                self.env._(
                    "“%s” is outside mainland China. Sharing with it is refused until "
                    "compliance has fulfilled articles 38 to 40 of the Personal "
                    "Information Protection Law and set the parameter.",
                    self.recipient_id.name,
                )
            )
