from odoo import fields, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.insurance_client_archive.models.insurance_state_mixin import (
    Transition,
)

from ..person import check_person
from .insurance_check import MODULE
from .insurance_risk import COMPLIANCE

ACCEPTS = f"{COMPLIANCE},{MODULE}.group_department_head"
CLOSE = Transition(reason=True, groups=COMPLIANCE)


class InsuranceRisk(models.Model):
    """What remains of a risk is accepted by somebody else than its owner."""

    _name = "insurance.risk"
    _inherit = ["insurance.risk", "insurance.state.mixin"]

    _initial_states = ("open",)
    _transitions = {
        "open": {"waiting": Transition(check="_check_ask"), "closed": CLOSE},
        "waiting": {
            "accepted": Transition(groups=ACCEPTS, check="_check_accept"),
            "open": Transition(reason=True, check="_check_back"),
            "closed": CLOSE,
        },
        "accepted": {
            "open": Transition(reason=True, groups=COMPLIANCE),
            "closed": CLOSE,
        },
        "closed": {"open": Transition(reason=True, groups=COMPLIANCE)},
    }

    state = fields.Selection(
        [
            ("open", "Being treated"),
            ("waiting", "To be accepted"),
            ("accepted", "Rest accepted"),
            ("closed", "No longer a risk"),
        ],
        required=True,
        readonly=True,
        default="open",
        index=True,
        copy=False,
        group_expand=True,
    )
    asked_by_id = fields.Many2one(
        "res.users", string="Acceptance asked for by", readonly=True, copy=False
    )
    accepted_by_id = fields.Many2one(
        "res.users", string="Accepted by", readonly=True, copy=False
    )
    accepted_on = fields.Datetime(readonly=True, copy=False)
    accepted_score = fields.Integer(
        string="Score when accepted", readonly=True, copy=False, aggregator=None
    )

    _accepted_by_another = models.Constraint(
        "CHECK((state <> 'accepted' OR accepted_by_id IS NOT NULL)"
        " AND accepted_by_id <> owner_id AND accepted_by_id <> asked_by_id)",
        "The rest of a risk is accepted by somebody else than its owner.",
    )

    def action_ask(self):
        """Ask somebody else to accept what remains."""
        return self._step("waiting")

    def action_accept(self):
        """Accept what remains; neither the owner nor whoever asked may."""
        return self._step("accepted")

    def action_back(self):
        """Ask why the risk is open again; an acceptance ends with that."""
        return self.with_context(target_state="open").action_change_state()

    def action_close(self):
        """Ask why the risk exists no more."""
        return self.with_context(target_state="closed").action_change_state()

    def _step(self, state):
        for risk in self:
            risk.write({"state": state})
        return True

    def _check_ask(self):
        check_person(self.env)
        if self.env.user != self.owner_id and not self.env.user.has_group(COMPLIANCE):
            raise AccessError(self.env._("The owner of the risk asks for this."))
        if not self.assessed_on:
            raise UserError(self.env._("Assess “%s” first.", self.display_name))
        if not self.treatment or not (self.treatment_note or "").strip():
            raise UserError(
                self.env._("Say how “%s” is treated, and the plan.", self.display_name)
            )

    def _check_accept(self):
        check_person(self.env)
        # superuser: who has assessed it last, whoever accepts
        last = self.sudo().assessment_ids[:1].user_id
        if self.env.user in self.owner_id | self.asked_by_id | last:
            raise UserError(
                self.env._(
                    "Somebody else accepts “%s”: you own it, have assessed it, or have "
                    "asked for it.",
                    self.display_name,
                )
            )

    def _check_back(self):
        """Whoever may accept may also refuse; who has asked may take it back."""
        check_person(self.env)
        user = self.env.user
        if user not in self.owner_id | self.asked_by_id and not user.has_groups(
            ACCEPTS
        ):
            raise AccessError(self.env._("The owner of the risk asks for this."))

    def _on_state(self, before):
        result = super()._on_state(before)
        now = fields.Datetime.now()
        nobody = {
            "asked_by_id": False,
            "accepted_by_id": False,
            "accepted_on": False,
            "accepted_score": 0,
        }
        for risk in self.sudo():  # nobody names somebody else
            if risk.state == "waiting":
                risk.write({**nobody, "asked_by_id": self.env.uid})
            elif risk.state == "accepted":
                risk.write(
                    {
                        "accepted_by_id": self.env.uid,
                        "accepted_on": now,
                        "accepted_score": risk.score_after,
                    }
                )
            elif risk.state == "open":
                risk.write(nobody)
        return result

    def action_demand_measures(self):
        """Put the risk into the ledger of rectifications, with its owner."""
        self.ensure_one()
        self.check_access("write")
        if not self.level_after:
            raise UserError(self.env._("Assess “%s” first.", self.display_name))
        self.env["insurance.rectification"]._find(
            self,
            self.name,
            self.level_after,
            f"risk:{self.id}",
            description=self.treatment_note,
            regulations=self.regulation_ids,
            responsible=self.owner_id,
        )
        return self.action_open_rectifications()
