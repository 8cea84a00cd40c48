import hashlib
import json

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from odoo.addons.insurance_client_archive.models.insurance_state_mixin import (
    Transition,
)

from ..access_slice import SLICES
from ..share_person import check_person
from .insurance_share import MODULE, STATES

COMPLIANCE = f"{MODULE}.group_compliance"


class InsuranceShare(models.Model):
    """From the wish to share to the end of the packet, never by one person alone."""

    _inherit = "insurance.share"

    state = fields.Selection(
        STATES, required=True, readonly=True, default="draft", index=True, copy=False
    )
    can_decide = fields.Boolean(
        compute="_compute_rights", help="The current user may approve or refuse."
    )
    can_review = fields.Boolean(
        compute="_compute_rights",
        help="The current user may say that the content is fit to be shared.",
    )
    is_mine = fields.Boolean(compute="_compute_rights")
    for_me = fields.Boolean(
        compute="_compute_for_me",
        search="_search_for_me",
        help="Waits for the current user to review or to decide.",
    )

    _transitions = {
        "draft": {"submitted": Transition(check="_check_submit")},
        "submitted": {
            "approved": Transition(check="_check_approve"),
            "refused": Transition(reason=True, check="_check_decide"),
            "draft": Transition(check="_check_mine"),
            "ended": Transition(reason=True, check="_check_end"),
        },
        "approved": {
            "delivered": Transition(check="_check_deliver"),
            "ended": Transition(reason=True, check="_check_end"),
        },
        "delivered": {"ended": Transition(reason=True, check="_check_end")},
    }
    _initial_states = ("draft",)

    @api.depends("state", "requester_id", "reviewer_id", "kind")
    @api.depends_context("uid")
    def _compute_rights(self):
        for share in self:
            mine = share.requester_id == self.env.user
            decides = share._is_approver() and not mine
            waiting = share.state == "submitted"
            share.is_mine = mine
            share.can_review = bool(
                waiting
                and not mine
                and not share.reviewer_id
                and share._rules().needs_review
                and self.env.user.has_group(COMPLIANCE)
            )
            share.can_decide = (
                waiting
                and decides
                and bool(share.reviewer_id or not share._rules().needs_review)
            )

    @api.depends_context("uid")
    def _compute_for_me(self):
        waiting = self.search(self._for_me_domain() & Domain("id", "in", self.ids))
        for share in self:
            share.for_me = share in waiting

    def _search_for_me(self, operator, value):
        return self._search_boolean(operator, value, self._for_me_domain())

    @api.model
    def _for_me_domain(self):
        """Return the shares of others that wait for the current user."""
        rules = self.env["insurance.share.policy"]._of_all()
        ways = []
        for rule in rules:
            kind = Domain("kind", "=", rule.kind)
            reviewed = Domain("reviewer_id", "!=", False)
            if self.env.user.has_group(f"{MODULE}.group_{rule.approver}"):
                way = kind & (reviewed if rule.needs_review else Domain.TRUE)
                if rule.approver == "supervisor":
                    way &= Domain("archive_id.accessible", "=", True)
                ways.append(way)
            if rule.needs_review and self.env.user.has_group(COMPLIANCE):
                ways.append(kind & ~reviewed)
        return (
            Domain("state", "=", "submitted")
            & Domain("date_to", ">", "now")
            & Domain("requester_id", "!=", self.env.uid)
            & Domain.OR(ways)
        )

    def _rules(self):
        self.ensure_one()
        return self.env["insurance.share.policy"]._of(self.kind)

    def _is_approver(self):
        """Tell whether the current user has the role that decides on this kind."""
        self.ensure_one()
        role = self._rules().approver
        if not role or not self.env.user.has_group(f"{MODULE}.group_{role}"):
            return False
        # a supervisor decides on the clients of the own teams
        return role != "supervisor" or self.archive_id.sudo(False).has_access("read")

    # --- what each step asks for

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

    # --- the steps

    def action_submit(self):
        self.write({"state": "submitted"})

    def action_approve(self):
        self.write({"state": "approved"})

    def action_deliver(self):
        self.write({"state": "delivered"})

    def action_review(self):
        """Note that a compliance officer found the content fit to be shared."""
        self.check_access("write")
        check_person(self.env)
        for share in self:
            if share.requester_id == self.env.user or not self.env.user.has_group(
                COMPLIANCE
            ):
                raise AccessError(
                    self.env._("A compliance officer, not the sharer, reviews this.")
                )
            if share.state != "submitted":
                raise UserError(self.env._("Only what is submitted is reviewed."))
        # the stamp is nobody's to write
        self.sudo().write(
            {"reviewer_id": self.env.uid, "reviewed_on": fields.Datetime.now()}
        )
        self.env["insurance.share.event"]._append(self, "reviewed")

    def _open_for_colleague(self):
        """Let the colleague open the archive for the period, instead of a copy."""
        for share in self:
            # superuser: nobody but an approval issues grants, and this is one
            grant = (
                self.env["insurance.access.grant"]
                .sudo()
                ._issue(
                    share.recipient_user_id,
                    sorted(share._slices()),
                    share.purpose_id,
                    fields.Datetime.now(),
                    share.date_to,
                    archives=share.archive_id,
                )
            )
            share.sudo().grant_id = grant
            share.sudo().state = "delivered"

    def _on_state(self, before):
        result = super()._on_state(before)
        now = fields.Datetime.now()
        stamps = {
            "submitted": {"submitted_on": now},
            "draft": {
                "submitted_on": False,
                "content_digest": False,
                "reviewer_id": False,
                "reviewed_on": False,
            },
            "approved": {"approver_id": self.env.uid, "decided_on": now},
            "refused": {"approver_id": self.env.uid, "decided_on": now},
            "delivered": {"delivered_on": now},
            "ended": {"ended_on": now},
        }
        for state, shares in self.grouped("state").items():
            # stamps are nobody's to write
            shares.sudo().write(stamps[state])
            shares._log_state(state)
            if state == "approved":
                shares.filtered(
                    lambda share: share.kind == "internal"
                )._open_for_colleague()
            elif state == "ended":
                shares._after_end()
        return result

    def _log_state(self, state):
        """Keep the step in the history, and in the use log where it decides."""
        event = self.env["insurance.share.event"]
        for share in self:
            digest = ""
            if state == "submitted":
                digest = share._digest()
                share.sudo().content_digest = digest
            name = "taken_back" if state == "draft" else state
            event._append(share, name, share.state_reason or "", digest)
            share._log(state)

    def _log(self, state):
        if not self.env.registry.ready:
            # an installation is no decision by a person
            return
        action, result = {
            "approved": ("approve", "done"),
            "refused": ("approve", "denied"),
            "delivered": ("share", "done"),
        }.get(state, ("edit", "done"))
        # superuser: deciders log a use of archives that they can't open
        self.archive_id.sudo()._log_use(
            action,
            content=self.part_ids.mapped("code"),
            purpose=self.purpose_id.code,
            purpose_text=f"{self.number} → {self._recipient_name()}",
            result=result,
            # what opens or refuses is on record before it takes effect
            wait=action != "edit",
        )

    def _recipient_name(self):
        # superuser: a name that stands on the share
        share = self.sudo()
        return (share.recipient_id or share.recipient_user_id.partner_id).name or ""

    def _digest(self):
        """Return the hash of what is asked for: changed content, another hash."""
        self.ensure_one()
        # superuser: what stands in the record, also where a link is out of sight
        share = self.sudo()
        content = [
            share.number,
            share.kind,
            share.archive_id.id,
            share.recipient_id.id,
            share.recipient_user_id.id,
            share.requester_id.id,
            sorted(share.part_ids.mapped("code")),
            share.purpose_id.code,
            share.purpose_text or "",
            share.basis,
            share.basis_article or "",
            sorted(share.consent_ids.ids),
            share.agreement_id.id,
            fields.Datetime.to_string(share.date_to),
            share.download_limit,
        ]
        text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()
