from odoo import api, fields, models

from odoo.addons.insurance_client_archive.models.insurance_state_mixin import (
    Transition,
)

from .insurance_rectification import COMPLIANCE, MENDED_STATES, STATES
from .insurance_rectification_guard import ROUND_FIELDS

#: {state: (field with the person, field with the time)}
PERSONS = {
    "done": ("done_by_id", "done_on"),
    "verified": ("verified_by_id", "verified_on"),
}


class InsuranceRectification(models.Model):
    """Mended by the one, verified by another: each by the person who is logged in."""

    _name = "insurance.rectification"
    _inherit = ["insurance.rectification", "insurance.state.mixin"]

    _initial_states = ("new",)
    _transitions = {
        "new": {
            "progress": Transition(check="_check_begin"),
            "dropped": Transition(
                reason=True, groups=COMPLIANCE, check="_check_not_own"
            ),
        },
        "progress": {
            "done": Transition(check="_check_done"),
            "dropped": Transition(
                reason=True, groups=COMPLIANCE, check="_check_not_own"
            ),
        },
        "done": {
            "verified": Transition(check="_check_verify"),
            "progress": Transition(reason=True, check="_check_verifier"),
        },
        "verified": {
            "closed": Transition(check="_check_effect"),
            "new": Transition(reason=True, check="_check_reopen"),
        },
        "closed": {"new": Transition(reason=True, check="_check_reopen")},
        "dropped": {"new": Transition(reason=True, check="_check_reopen")},
    }

    state = fields.Selection(
        STATES,
        required=True,
        readonly=True,
        default="new",
        index=True,
        copy=False,
        group_expand=True,
    )
    done_by_id = fields.Many2one(
        "res.users", string="Reported as done by", readonly=True, copy=False
    )
    done_on = fields.Datetime(string="Reported as done on", readonly=True, copy=False)
    found_when_done = fields.Integer(
        string="Times found when it was done",
        readonly=True,
        copy=False,
        aggregator=None,
    )
    verified_by_id = fields.Many2one(
        "res.users", string="Verified by", readonly=True, copy=False
    )
    verified_on = fields.Datetime(string="Verified at", readonly=True, copy=False)
    verify_note = fields.Text(
        string="How it was verified",
        copy=False,
        help="What was looked at. No data of clients.",
    )
    closed_on = fields.Datetime(readonly=True, copy=False)
    in_time = fields.Boolean(
        compute="_compute_in_time",
        store=True,
        help="Reported as done by the deadline.",
    )
    evidence_ids = fields.One2many(
        "insurance.rectification.evidence", "rectification_id"
    )
    evidence_count = fields.Integer(compute="_compute_evidence_count")
    step_ids = fields.One2many(
        "insurance.rectification.step", "rectification_id", readonly=True
    )

    _mended_by_somebody = models.Constraint(
        "CHECK(state NOT IN ('done', 'verified', 'closed')"
        " OR (done_by_id IS NOT NULL AND responsible_id IS NOT NULL))",
        "Somebody has to report a rectification as done.",
    )
    _verified_by_second = models.Constraint(
        "CHECK((state NOT IN ('verified', 'closed') OR verified_by_id IS NOT NULL)"
        " AND verified_by_id <> done_by_id AND verified_by_id <> responsible_id)",
        "A rectification is verified by somebody else than whoever has mended it.",
    )

    @api.depends("done_on", "deadline", "state")
    def _compute_in_time(self):
        for row in self:
            mended = row.state in MENDED_STATES and row.done_on
            row.in_time = bool(mended) and row.done_on.date() <= row.deadline

    @api.depends("evidence_ids")
    def _compute_evidence_count(self):
        for row in self:
            row.evidence_count = len(row.evidence_ids)

    def _found_since_done(self):
        """Tell whether it was found after it had been reported as done.

        By the count: both may come in the same second.
        """
        self.ensure_one()
        if self.found_when_done:
            return self.found_count > self.found_when_done
        # reported as done before the count was kept
        return bool(self.done_on) and self.last_found_on > self.done_on

    # --- steps

    def action_begin(self):
        """Take the finding on, as the responsible person."""
        return self._step("progress")

    def action_done(self):
        """Report that it is mended, with what shows it."""
        return self._step("done")

    def action_verify(self):
        """Say, as another person, that it is mended indeed."""
        return self._step("verified")

    def action_effective(self):
        """Say that it has not come back: the rectification had effect."""
        return self._step("closed")

    def action_return(self):
        """Ask what is lacking, and give it back to the responsible person."""
        return self.with_context(target_state="progress").action_change_state()

    def action_reopen(self):
        """Ask what has come back; the round is counted, its words are kept."""
        return self.with_context(target_state="new").action_change_state()

    def action_drop(self):
        """Ask why it is no finding; what comes back reopens it all the same."""
        return self.with_context(target_state="dropped").action_change_state()

    def _step(self, state):
        for row in self:
            row.write({"state": state})
        return True

    def _on_state(self, before):
        result = super()._on_state(before)
        user, now = self.env.user, fields.Datetime.now()
        for row in self.sudo():  # nobody names somebody else
            left = before[row.id]
            returned = (left, row.state) == ("done", "progress")
            if row.state in PERSONS:
                person, moment = PERSONS[row.state]
                row.write({person: user.id, moment: now})
            if row.state == "done":
                row.found_when_done = row.found_count
            if row.state == "verified":
                row._observe()
            elif row.state == "closed":
                row.closed_on = now
            elif row.state == "new":
                row._begin_anew()
            elif returned:
                row.write({"done_by_id": False, "done_on": False})
            row._note(
                "returned"
                if returned
                else "reopened"
                if row.state == "new"
                else "state",
                note=row.state_reason,
                from_state=left,
                to_state=row.state,
            )
            row._tell_next(left)
        return result

    def _begin_anew(self):
        """Start a new round, with a new deadline."""
        self.write(
            {
                **dict.fromkeys(ROUND_FIELDS, False),
                "reopen_count": self.reopen_count + 1,
                "deadline": self._proposed_deadline(
                    self.severity, fields.Date.context_today(self)
                ),
            }
        )

    def _note(self, kind, note=False, **values):
        """Keep what has happened, under the name of whoever is at work."""
        self.env["insurance.rectification.step"].sudo().create(  # never by hand
            [
                {
                    "rectification_id": row.id,
                    "user_id": self.env.uid,
                    "responsible_id": row.responsible_id.id,
                    "kind": kind,
                    "round": row.reopen_count,
                    "note": note,
                    **values,
                }
                for row in self
            ]
        )

    def _note_moved(self, deadline, person):
        """Keep that the deadline or the person was changed."""
        if self.deadline != deadline:
            self._note(
                "deadline",
                note=f"{deadline} → {self.deadline}\n{self.deadline_reason or ''}",
            )
        if self.responsible_id != person:
            self._note("responsible", note=self.responsible_id.name)
            self._tell_responsible()
