from odoo import fields, models
from odoo.exceptions import AccessError, UserError

from ..access_slice import SLICES
from ..share_person import check_person
from .insurance_share_rights import COMPLIANCE


class InsuranceShare(models.Model):
    """What each step of a share asks for."""

    _inherit = "insurance.share"

    def _check_mine(self):
        if any(share.requester_id != self.env.user for share in self):
            raise AccessError(
                self.env._("Only the person who shares can take this step.")
            )

    def _check_submit(self):
        self._check_mine()
        for share in self:
            share._check_content()
            share._check_recipient()
            share._check_basis()
            share._check_sharer()

    def _check_sharer(self):
        """Nobody gives others what is closed to the sharer."""
        self.ensure_one()
        opened = self.archive_id._open_slices()[self.archive_id]
        if closed := self._slices() - opened:
            labels = self.env["insurance.access.slices"]._slice_labels()
            raise AccessError(
                self.env._(
                    "You can't share what you may not open yourself: %s. Apply for "
                    "access first.",
                    ", ".join(labels[name] for name in SLICES if name in closed),
                )
            )

    def _check_decide(self):
        check_person(self.env)
        for share in self:
            if share.requester_id == self.env.user:
                raise AccessError(
                    self.env._("Somebody else decides on what you want to share.")
                )
            if not share._is_approver():
                raise AccessError(
                    self.env._("Your role doesn't decide on this kind of sharing.")
                )

    def _check_approve(self):
        self._check_decide()
        for share in self:
            if share._rules().needs_review and not share.reviewer_id:
                raise UserError(
                    self.env._(
                        "A compliance officer reviews the confidentiality of “%s” "
                        "before it is approved.",
                        share.display_name,
                    )
                )
            share._check_content()
            share._check_recipient()
            share._check_basis()

    def _check_deliver(self):
        # the grant of an approval is the delivery to a colleague
        self.filtered(lambda share: not share.grant_id)._check_mine()
        for share in self:
            share._check_content()
            share._check_recipient()
            share._check_basis()

    def _check_end(self):
        """The person who shares, who decides and compliance can end a share."""
        if self.env.su:
            return
        for share in self:
            if not (
                share.requester_id == self.env.user
                or share._is_approver()
                or self.env.user.has_group(COMPLIANCE)
            ):
                raise AccessError(
                    self.env._("Only those who share or decide can recall a share.")
                )

    def _check_content(self):
        """Refuse a packet that is empty, too much, too long, or of a closed archive."""
        self.ensure_one()
        rules = self._rules()
        if not self.part_ids:
            raise UserError(self.env._("Choose what the packet holds."))
        if len(self.part_ids) > rules.max_parts:
            raise UserError(
                self.env._(
                    "A packet of this kind has at most %s parts. Leave out what the "
                    "purpose does not need.",
                    rules.max_parts,
                )
            )
        if rules.excluded_slice and rules.excluded_slice in self._slices():
            raise UserError(
                self.env._("This kind of sharing leaves out: %s.", self.slices)
            )
        self.env["insurance.purpose"]._check_code(
            self.purpose_id.code, self.purpose_text
        )
        now = fields.Datetime.now()
        if not now < self.date_to <= fields.Datetime.add(now, days=rules.max_days):
            raise UserError(
                self.env._(
                    "Let the packet end in the future, within %s days.", rules.max_days
                )
            )
        copied = self.kind != "internal"
        if copied and self.download_limit > rules.max_downloads:
            raise UserError(
                self.env._("At most %s downloads are allowed.", rules.max_downloads)
            )

    def _check_recipient(self):
        """The login is that of the recipient, and fit for this kind of sharing."""
        self.ensure_one()
        # superuser: whose login it is, which deciders need not be able to read
        user = self.recipient_user_id.sudo()
        if not user or not user.active:
            raise UserError(self.env._("Choose the login that opens the packet."))
        if self.kind == "internal":
            if user.share or user == self.requester_id:
                raise UserError(
                    self.env._("Choose another employee, with an insurance role.")
                )
            return
        if not self.recipient_id:
            raise UserError(self.env._("Say who receives the packet."))
        recipient = self.recipient_id.sudo().commercial_partner_id
        if not user._is_portal() or user.partner_id.commercial_partner_id != recipient:
            raise UserError(
                self.env._(
                    "The packet is opened by a portal login of “%s”. Invite the "
                    "contact to the portal, or choose another login.",
                    self.recipient_id.name,
                )
            )
