from odoo import api, fields, models
from odoo.exceptions import UserError

from .. import second_factor
from ..tools import share_zip

#: what recipients see of a share: nothing before it is delivered
PORTAL_STATES = ("delivered", "ended")


class InsuranceShare(models.Model):
    """What a logged-in recipient sees: shares addressed to just this login.

    Portal users have no access to any insurance model. Each method here asks for
    nothing but the logged-in person's own records.
    """

    _inherit = "insurance.share"

    @api.model
    def _portal_shares(self):
        """Return the shares of the logged-in recipient, in superuser mode."""
        user = self.env.user
        # superuser: addressed to the person who asks, and no others
        shares = self.sudo()
        if not user._is_portal():
            return shares
        return shares.search(
            [
                ("recipient_user_id", "=", user.id),
                ("kind", "!=", "internal"),
                ("state", "in", PORTAL_STATES),
            ]
        ).sorted("live", reverse=True)

    @api.model
    def _portal_share(self, share_id):
        """Return one of these, or none: whose it is otherwise makes no difference."""
        return self._portal_shares().filtered(lambda share: share.id == share_id)

    @api.model
    def _portal_second_factor(self):
        """Return what the logged-in person still has to do: set_up, code or nothing."""
        user = self.env.user
        # superuser: the caller's own setting
        if user.sudo()._mfa_type() != "totp":
            return "set_up"
        hours = self.env["insurance.parameter"]._get("share_second_factor_hours")
        return "" if second_factor.is_fresh(user, hours) else "code"

    def _portal_values(self):
        """Return what the recipient reads about the shares, as plain values."""
        purpose = {share: share.purpose_id.name for share in self}
        return [
            {
                "id": share.id,
                "number": share.number,
                "sender": share.company_id.name,
                # the client's name is part of what is kept confidential
                "client": share.undertaken_on and share.live and share.partner_id.name,
                "purpose": purpose[share],
                "parts": share.part_ids.mapped("name"),
                "delivered_on": share.delivered_on,
                "date_to": share.date_to,
                "live": share.live,
                "downloaded": bool(share.download_count),
                "left": share.download_limit - share.download_count,
                "undertaken_on": share.undertaken_on,
                "receipt_on": share.receipt_on,
                "pdf": share.file_format in ("both", "pdf"),
                "zip": share.file_format in ("both", "zip")
                and share_zip.available()
                and bool(share.password_salt),
            }
            for share in self
        ]

    def _portal_accept(self, digest):
        """Note that the recipient accepts the undertaking just as it was shown."""
        self.ensure_one()
        undertaking = self.env["insurance.share.undertaking"]._current()
        if not self.live:
            raise UserError(self.env._("This share is over."))
        if not undertaking or digest != undertaking._digest():
            raise UserError(self.env._("The text has changed. Read it again, please."))
        if self.undertaken_on:
            return
        self.write(
            {
                "undertaking_id": undertaking.id,
                "undertaken_on": fields.Datetime.now(),
            }
        )
        self.env["insurance.share.event"]._append(
            self.sudo(False),
            "undertaking",
            self.env._("Version %s", undertaking.version),
            digest,
        )

    def _portal_receipt(self):
        """Note that the recipient confirms having received the packet."""
        self.ensure_one()
        if not self.download_count:
            raise UserError(self.env._("Download the packet first."))
        if not self.receipt_on:
            self.receipt_on = fields.Datetime.now()
            self.env["insurance.share.event"]._append(self.sudo(False), "receipt")
