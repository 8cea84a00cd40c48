import hashlib
import json

from odoo import fields, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.insurance_client_archive.models.insurance_state_mixin import (
    Transition,
)

from ..share_person import check_person
from .insurance_share import MODULE, STATES

COMPLIANCE = f"{MODULE}.group_compliance"


class InsuranceShare(models.Model):
    """From the wish to share to the end of the packet, never by one person alone."""

    _inherit = "insurance.share"

    state = fields.Selection(
        STATES, required=True, readonly=True, default="draft", index=True, copy=False
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
