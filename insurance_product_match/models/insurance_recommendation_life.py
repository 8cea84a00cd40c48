from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.insurance_client_archive.models.insurance_state_mixin import (
    Transition,
)

STATES = [
    ("collect", "Collect"),
    ("match", "Match"),
    ("recommend", "Recommend"),
    ("talk", "Talk and confirm"),
    ("confirmed", "Confirmed by the client"),
    ("sold", "Sold"),
    ("pending", "Pending"),
    ("declined", "Declined"),
    ("cancelled", "Cancelled"),
]
OPEN = ("collect", "match", "recommend", "talk", "pending", "confirmed")
#: columns that stay on the board when they are empty
MAIN = ("collect", "match", "recommend", "talk", "confirmed", "sold")
NEXT = {
    "collect": "match",
    "match": "recommend",
    "recommend": "talk",
    "talk": "confirmed",
    "pending": "talk",
    "confirmed": "sold",
}
BECAUSE = Transition(reason=True)


class InsuranceRecommendation(models.Model):
    """The five steps, and what must hold before each.

    The checks sit in ``write``: a button, an import and a remote call meet the same.
    """

    _inherit = "insurance.recommendation"

    _initial_states = ("collect",)
    _transitions = {
        "collect": {
            "match": Transition(check="_check_step_match"),
            "cancelled": BECAUSE,
        },
        "match": {
            "recommend": Transition(check="_check_step_recommend"),
            "collect": Transition(),
            "cancelled": BECAUSE,
        },
        "recommend": {
            "talk": Transition(check="_check_step_talk"),
            "match": Transition(),
            "cancelled": BECAUSE,
        },
        "talk": {
            "confirmed": Transition(check="_check_step_confirmed"),
            "recommend": Transition(),
            "pending": BECAUSE,
            "declined": BECAUSE,
            "cancelled": BECAUSE,
        },
        "pending": {
            "talk": Transition(check="_check_step_talk"),
            "declined": BECAUSE,
            "cancelled": BECAUSE,
        },
        "confirmed": {
            "sold": Transition(check="_check_step_sold"),
            "recommend": BECAUSE,
            "declined": BECAUSE,
            "cancelled": BECAUSE,
        },
        "declined": {"recommend": BECAUSE},
        "sold": {},
        "cancelled": {},
    }

    state = fields.Selection(
        STATES,
        required=True,
        default="collect",
        readonly=True,
        index=True,
        group_expand="_group_expand_state",
    )

    @api.model
    def _group_expand_state(self, states, domain):
        return [state for state, _label in STATES if state in states or state in MAIN]

    def action_next(self):
        """Take the next of the five steps."""
        for recommendation in self:
            target = NEXT.get(recommendation.state)
            if not target:
                raise UserError(
                    self.env._("“%s” is finished.", recommendation.display_name)
                )
            if target == "sold":
                recommendation.action_sell()
            else:
                recommendation.state = target
        return True

    def action_back(self):
        """Go back by one step, to correct something."""
        back = {"match": "collect", "recommend": "match", "talk": "recommend"}
        for recommendation in self:
            if target := back.get(recommendation.state):
                recommendation.state = target
        return True

    def _check_step_match(self):
        self._refuse_unless_due("match")

    def _check_step_recommend(self):
        self._refuse_unless_due("recommend")

    def _check_step_talk(self):
        self._refuse_unless_due("talk")

    def _check_step_confirmed(self):
        self._refuse_unless_due("confirmed")

    def _check_step_sold(self):
        self._refuse_unless_due("sold")

    def _refuse_unless_due(self, target):
        """Refuse the step to *target* with all that is missing, and the articles."""
        self.ensure_one()
        self._check_adviser()
        # what was found yesterday may be different today
        self.line_ids._evaluate()
        if missing := self._missing_for(target):
            raise UserError(
                self.env._(
                    "“%(number)s” can't go on to “%(step)s” yet:\n%(missing)s",
                    number=self.display_name,
                    step=self._state_label(target),
                    missing="\n".join(f"• {demand}" for demand in missing),
                )
            )

    def _check_adviser(self):
        """Refuse advice by somebody else than who is named as the agent."""
        user = self.env.user
        if self.env.su or self.agent_id == user or self._is_supervisor():
            return
        raise AccessError(
            self.env._(
                "%s advises this client. Ask a supervisor to hand the recommendation "
                "over to you.",
                self.agent_id.name,
            )
        )

    def _on_state(self, before):
        result = super()._on_state(before)
        now = fields.Datetime.now()
        # superuser: dates that follow from the move; the move itself was checked
        for recommendation in self.sudo():
            state = recommendation.state
            if state == "talk" and before[recommendation.id] != "pending":
                days = self.env["insurance.parameter"]._get("proposal_valid_days")
                recommendation.issued_on = now
                recommendation.proposal_until = fields.Date.add(
                    fields.Date.context_today(self), days=days
                )
            elif state == "confirmed":
                recommendation.confirmed_on = now
            elif state == "recommend":
                recommendation.confirmed_on = False
            recommendation.closed_on = state not in OPEN and now
        self._on_step()
        return result

    def _on_step(self):
        """Override to act once the step is taken."""
