from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from .insurance_state_mixin import Transition

STATES = [
    ("application", "Application"),
    ("underwriting", "Underwriting"),
    ("active", "In force"),
    ("paid_up", "Paid-up"),
    ("lapsed", "Lapsed"),
    ("expired", "Expired"),
    ("matured", "Matured"),
    ("surrendered", "Surrendered"),
    ("terminated", "Terminated"),
    ("declined", "Declined"),
    ("withdrawn", "Withdrawn"),
]
#: the insurer bears the risk
IN_FORCE = ("active", "paid_up")
#: nothing came of the application
NEVER_ISSUED = ("declined", "withdrawn")
#: columns that stay on the board when they are empty
MAIN = ("application", "underwriting", "active", "lapsed")
SUPERVISOR = "insurance_client_archive.group_supervisor"

BECAUSE = Transition(reason=True)
ISSUE = Transition(check="_check_issue")
REINSTATE = Transition(reason=True, check="_check_issue")
CORRECT = Transition(reason=True, check="_check_issue", groups=SUPERVISOR)
END = Transition(check="_check_ended")


class InsurancePolicy(models.Model):
    """From the application to the end of the policy."""

    _inherit = "insurance.policy"

    # a policy that was sold before the archive existed is entered as it stands
    _initial_states = tuple(state for state, _label in STATES)
    _transitions = {
        "application": {
            "underwriting": Transition(),
            "active": ISSUE,
            "declined": BECAUSE,
            "withdrawn": BECAUSE,
        },
        "underwriting": {
            "active": ISSUE,
            "application": BECAUSE,
            "declined": BECAUSE,
            "withdrawn": BECAUSE,
        },
        "active": {
            "paid_up": BECAUSE,
            "lapsed": BECAUSE,
            "expired": END,
            "matured": END,
            "surrendered": BECAUSE,
            "terminated": BECAUSE,
        },
        "paid_up": {
            "expired": END,
            "matured": END,
            "surrendered": BECAUSE,
            "terminated": BECAUSE,
        },
        "lapsed": {
            "active": REINSTATE,
            "expired": END,
            "surrendered": BECAUSE,
            "terminated": BECAUSE,
        },
        "expired": {"matured": END, "active": CORRECT},
        "matured": {"active": CORRECT},
        "surrendered": {"active": CORRECT},
        "terminated": {"active": CORRECT},
        "declined": {"application": BECAUSE},
        "withdrawn": {"application": BECAUSE},
    }

    state = fields.Selection(
        STATES,
        required=True,
        default="application",
        readonly=True,
        index=True,
        group_expand="_group_expand_state",
    )

    _in_force_end = models.Index("(end_date) WHERE state IN ('active', 'paid_up')")
    _issued_dated = models.Constraint(
        "CHECK(start_date IS NOT NULL"
        " OR state IN ('application', 'underwriting', 'declined', 'withdrawn'))",
        "A policy that was issued has a start. Enter when the cover begins.",
    )

    @api.model
    def _group_expand_state(self, states, domain):
        # in the order of life; rare ends only where there are any
        return [state for state, _label in STATES if state in states or state in MAIN]

    def _check_issue(self):
        """Refuse a policy that lacks what being in force demands."""
        self.ensure_one()
        if missing := self._missing_for_issue():
            raise UserError(
                self.env._(
                    "“%(policy)s” can't be in force yet:\n%(missing)s",
                    policy=self.display_name,
                    missing="\n".join(f"• {line}" for line in missing),
                )
            )

    def _missing_for_issue(self):
        """Override to demand more of a policy in force; return lines of text."""
        today = fields.Date.context_today(self)
        conditions = [
            (self.number, self.env._("Enter the policy number.")),
            (self.start_date, self.env._("Enter the start.")),
            (
                not self.end_date or self.end_date >= today,
                self.env._("The end has passed. Correct it, or enter a renewal."),
            ),
            (
                self.sum_insured > 0 or not self.category_id.sum_insured_required,
                self.env._("Enter the sum insured."),
            ),
            (
                self.statutory_beneficiaries or self._has_death_beneficiaries(),
                self.env._("Name the beneficiaries, or choose the legal heirs."),
            ),
        ]
        return [demand for fulfilled, demand in conditions if not fulfilled]

    def _check_ended(self):
        self.ensure_one()
        today = fields.Date.context_today(self)
        if not self.end_date or self.end_date >= today:
            raise UserError(
                self.env._(
                    "“%s” has not reached its end. To end it earlier, surrender or "
                    "terminate it.",
                    self.display_name,
                )
            )

    @api.model
    def _cron_expire(self, batch_size=500):
        """Expire the policies in force whose last day has passed.

        What is left to do shows in the data, so a killed run goes on where it was.
        """
        Cron = self.env["ir.cron"]
        due = Domain("state", "in", IN_FORCE) & Domain(
            "end_date", "<", fields.Date.today()
        )
        Cron._commit_progress(remaining=self.search_count(due))
        while policies := self.search(due, limit=batch_size, order="end_date, id"):
            policies = policies.try_lock_for_update()
            policies.write({"state": "expired"})
            if not policies or not Cron._commit_progress(len(policies)):
                break
