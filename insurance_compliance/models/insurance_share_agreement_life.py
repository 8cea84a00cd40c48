from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.insurance_client_archive.models.insurance_state_mixin import (
    Transition,
)

from ..share_person import check_person

#: what must be said before anybody approves: field names
DEMANDED = (
    "purpose_ids",
    "manner",
    "confidentiality",
    "liability",
    "protection",
    "reference",
    "document_hash",
)
#: set by the steps alone
STAMPS = frozenset({"number", "requester_id", "approver_id", "approved_on"})
#: what may still be entered when the agreement is decided
AFTERWARDS = frozenset({"state", "state_reason", "checked_on", "end_confirmed_on"})


class InsuranceShareAgreement(models.Model):
    """One prepares an agreement, another approves it; then it stays as it is."""

    _inherit = "insurance.share.agreement"

    state = fields.Selection(
        [
            ("draft", "Being prepared"),
            ("submitted", "Waiting for approval"),
            ("approved", "Permitted"),
            ("refused", "Refused"),
            ("ended", "Ended"),
        ],
        required=True,
        readonly=True,
        default="draft",
        index=True,
        copy=False,
    )

    _transitions = {
        "draft": {"submitted": Transition(check="_check_submit")},
        "submitted": {
            "approved": Transition(check="_check_approve"),
            "refused": Transition(reason=True, check="_check_decide"),
            "draft": Transition(),
        },
        "approved": {"ended": Transition(reason=True)},
        "refused": {"draft": Transition()},
    }
    _initial_states = ("draft",)

    @api.model_create_multi
    def create(self, vals_list):
        vals_list = [
            {
                **vals,
                "number": self.env["ir.sequence"].next_by_code(self._name),
                "requester_id": self.env.uid,
                "approver_id": False,
                "approved_on": False,
            }
            for vals in vals_list
        ]
        return super().create(vals_list)

    def write(self, vals):
        if not self.env.su and STAMPS & vals.keys():
            raise AccessError(self.env._("The steps themselves say who took them."))
        if any(agreement.state != "draft" for agreement in self):
            later = vals.keys() - AFTERWARDS - STAMPS - {"state_date"}
            if later:
                raise UserError(
                    self.env._(
                        "This agreement is decided on or waits for it. Take it back, "
                        "or prepare a new one."
                    )
                )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_draft(self):
        if any(agreement.state != "draft" for agreement in self):
            raise UserError(
                self.env._("An agreement stays on the register. End it instead.")
            )

    def _check_submit(self):
        for agreement in self:
            agreement._check_complete()
            agreement._check_foreign()

    def _check_complete(self):
        missing = [
            self._fields[name]._description_string(self.env)
            for name in DEMANDED
            if not self[name]
        ]
        if not self._slices():
            missing.append(self._fields["slices_text"]._description_string(self.env))
        if missing:
            raise UserError(
                self.env._("The agreement still lacks: %s.", ", ".join(missing))
            )

    def _check_foreign(self):
        allowed = self.env["insurance.parameter"]._get("share_foreign_allowed")
        if self.is_foreign and not allowed:
            raise UserError(
                self.env._(
                    "“%s” is outside mainland China. Sharing with it is refused until "
                    "compliance has fulfilled articles 38 to 40 of the Personal "
                    "Information Protection Law and set the parameter.",
                    self.partner_id.name,
                )
            )

    def _check_decide(self):
        check_person(self.env)
        for agreement in self:
            if agreement.requester_id == self.env.user:
                raise AccessError(
                    self.env._("Somebody else decides on what you prepared.")
                )

    def _check_approve(self):
        self._check_decide()
        self._check_submit()
        today = fields.Date.today()
        if any(agreement.date_to < today for agreement in self):
            raise UserError(self.env._("The agreement has already run out."))

    def _on_state(self, before):
        result = super()._on_state(before)
        event = self.env["insurance.share.event"]
        for state, agreements in self.grouped("state").items():
            name = "taken_back" if state == "draft" else state
            for agreement in agreements:
                event._append(agreement, name, agreement.state_reason or "")
            if state == "approved":
                # the stamp is nobody's to write
                agreements.sudo().write(
                    {
                        "approver_id": self.env.uid,
                        "approved_on": fields.Datetime.now(),
                    }
                )
            if state == "ended":
                # shares die with the agreement that carries them
                agreements.sudo().share_ids._end("agreement")
        return result
