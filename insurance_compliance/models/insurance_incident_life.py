from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.insurance_client_archive.models.insurance_state_mixin import (
    Transition,
)

from ..person import check_person
from .insurance_access_suspension import COMPLIANCE

NONE = Transition(reason=True, groups=COMPLIANCE, check="_check_none")


class InsuranceIncident(models.Model):
    """From the first look to the end: compliance leads, another officer closes."""

    _inherit = "insurance.incident"

    _transitions = {
        "new": {
            "assessing": Transition(groups=COMPLIANCE),
            "false_alarm": NONE,
        },
        "assessing": {
            "contained": Transition(groups=COMPLIANCE),
            "false_alarm": NONE,
        },
        "contained": {
            "notified": Transition(groups=COMPLIANCE, check="_check_told"),
            "assessing": Transition(reason=True, groups=COMPLIANCE),
        },
        "notified": {
            "reviewed": Transition(groups=COMPLIANCE, check="_check_reviewed"),
            "contained": Transition(reason=True, groups=COMPLIANCE),
        },
        "reviewed": {
            "closed": Transition(groups=COMPLIANCE, check="_check_close"),
            "notified": Transition(reason=True, groups=COMPLIANCE),
        },
        "closed": {"assessing": Transition(reason=True, groups=COMPLIANCE)},
        "false_alarm": {"assessing": Transition(reason=True, groups=COMPLIANCE)},
    }
    _initial_states = ("new",)

    can_close = fields.Boolean(compute="_compute_can_close")

    @api.depends("state", "responsible_id", "reviewed_by_id")
    @api.depends_context("uid")
    def _compute_can_close(self):
        for incident in self:
            led_by = incident.responsible_id | incident.reviewed_by_id
            incident.can_close = (
                incident.state == "reviewed" and self.env.user not in led_by
            )

    def action_assess(self):
        """Take the incident on."""
        self.write({"state": "assessing"})

    def action_contained(self):
        """Say that it has stopped: nothing goes on leaking or changing."""
        self.write({"state": "contained"})

    def action_notified(self):
        """Say that everybody was told who had to be.

        :raise UserError: a clock still runs, nobody has decided on the persons, or a
            letter has not left
        """
        self.write({"state": "notified"})

    def action_reviewed(self):
        """Say that cause and lessons are written down; refused without them."""
        self.write({"state": "reviewed"})

    def action_close(self):
        """Close the incident, as somebody who has neither led nor reviewed it.

        :raise UserError: a closing report is missing, or a measure is not in the ledger
        """
        self.write({"state": "closed"})

    def action_false_alarm(self):
        """Ask why it is none."""
        return self.with_context(target_state="false_alarm").action_change_state()

    def action_reopen(self):
        """Ask why it is looked at again."""
        return self.with_context(target_state="assessing").action_change_state()

    def _check_none(self):
        """Let a third person decide where one officer has named another.

        The officer who is named does not see the incident any more.
        """
        self.ensure_one()
        # superuser: who has the role
        officers = self.env.ref(COMPLIANCE).sudo().all_user_ids
        named = self.suspect_id
        if named and named in officers and self.named_by_id == self.env.user:
            raise AccessError(
                self.env._(
                    "You have named another officer: a third person says that it is a "
                    "false alarm."
                )
            )

    def _check_told(self):
        """Refuse as long as somebody has to be told who was not."""
        self.ensure_one()
        waiting = self.clock_ids.filtered(lambda clock: clock.is_running)
        waiting -= waiting.filtered(lambda clock: clock.kind_id.at_end)
        if waiting:
            raise UserError(
                self.env._(
                    "Not told yet: %s. Note when they were told, or why it is not "
                    "needed.",
                    ", ".join(waiting.kind_id.mapped("name")),
                )
            )
        if self.decision == "open" and self.affected_count:
            raise UserError(
                self.env._("Decide first whether the persons concerned are told.")
            )
        if self.decision == "tell" and not self.is_drill and self._untold_count():
            raise UserError(
                self.env._(
                    "%s letters are neither printed nor sent yet.", self._untold_count()
                )
            )

    def _check_reviewed(self):
        self.ensure_one()
        if not (self.root_cause or "").strip():
            raise UserError(self.env._("Write down the root cause first."))
        if not (self.lessons or "").strip():
            raise UserError(self.env._("Write down what was learned from it first."))

    def _check_close(self):
        self.ensure_one()
        check_person(self.env)
        if self.env.user in self.responsible_id | self.reviewed_by_id:
            raise AccessError(
                self.env._("Somebody else than who has led it closes an incident.")
            )
        if waiting := self.clock_ids.filtered("is_running"):
            raise UserError(
                self.env._(
                    "Not told yet: %s.", ", ".join(waiting.kind_id.mapped("name"))
                )
            )
        if self.measure_ids.filtered(lambda measure: not measure.handed_over):
            raise UserError(
                self.env._("Hand the measures over to those who carry them out first.")
            )

    def _on_state(self, before):
        result = super()._on_state(before)
        labels = dict(self._fields["state"]._description_selection(self.env))
        for incident in self:
            detail = f"{labels[before[incident.id]]} → {labels[incident.state]}"
            if incident.state_reason:
                detail += f": {incident.state_reason}"
            incident._note("state", detail)
        # superuser: stamps are nobody's to write
        for incident in self.sudo():
            incident._stamp(self.env.user)
        return result

    def _stamp(self, user):
        """Note who has taken the step, and end the tasks that it ends."""
        state = self.state
        if state == "assessing":
            if not self.responsible_id:
                self.responsible_id = user
            self.write({"closed_by_id": False, "closed_on": False})
            self._resume_clocks()
        elif state == "reviewed":
            self.reviewed_by_id = user
        elif state in ("closed", "false_alarm"):
            self.write({"closed_by_id": user.id, "closed_on": fields.Datetime.now()})
            if state == "false_alarm":
                self._stop_clocks(self.state_reason)
        self._finish_tasks()
