import random

from odoo import fields, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.insurance_client_archive.models.insurance_state_mixin import (
    Transition,
)
from odoo.addons.insurance_client_archive.tools import workdays

from .insurance_recording_access import CHECKER

#: what is not the seller's to say
CHECK_FIELDS = frozenset({"fault"})


class InsuranceRecording(models.Model):
    """From the sale to a recording that was found good, or repaired in time."""

    _inherit = "insurance.recording"

    _initial_states = ("due",)
    _transitions = {
        "due": {"kept": Transition(check="_check_kept")},
        "kept": {
            "passed": Transition(check="_check_checker"),
            "faulty": Transition(check="_check_fault"),
        },
        "faulty": {"kept": Transition(check="_check_repaired")},
        "passed": {"faulty": Transition(check="_check_fault")},
    }

    state = fields.Selection(
        [
            ("due", "To be recorded"),
            ("kept", "In custody"),
            ("faulty", "To be repaired"),
            ("passed", "Found good"),
        ],
        required=True,
        default="due",
        readonly=True,
        index=True,
        group_expand=True,
    )
    overdue = fields.Boolean(
        compute="_compute_overdue", search="_search_overdue", string="Repair overdue"
    )

    def _compute_overdue(self):
        today = fields.Date.context_today(self)
        for recording in self:
            recording.overdue = (
                recording.state == "faulty" and recording.fix_due < today
            )

    def _search_overdue(self, operator, value):
        if operator != "in" or set(value) != {True}:
            return NotImplemented
        return [("state", "=", "faulty"), ("fix_due", "<", "today")]

    def write(self, vals):
        if CHECK_FIELDS & vals.keys():
            for recording in self:
                recording._check_checker()
        if {"reference", "custodian", "recorded_on", "node_ids"} & vals.keys():
            for recording in self:
                recording._refuse_after_custody()
        return super().write(vals)

    def _refuse_after_custody(self):
        if self.state in ("kept", "passed") and not self.env.su:
            raise UserError(
                self.env._(
                    "The recording is in custody: its entry stays. A fault is repaired "
                    "after the check."
                )
            )

    def _check_kept(self):
        """Refuse a ledger entry that nobody could find the recording by."""
        self.ensure_one()
        missing = []
        if self.way == "face_to_face" and not self.consented:
            missing.append(self.env._("The client agrees to be recorded."))
        if not self.recorded_on:
            missing.append(self.env._("Enter when it was recorded."))
        if not self.custodian or not self.reference:
            missing.append(self.env._("Enter who keeps it and under which reference."))
        if self.node_missing:
            missing.append(
                self.env._(
                    "Tick what can be seen and heard; %s still missing.",
                    self.node_missing,
                )
            )
        if missing:
            raise UserError("\n".join(missing))

    def _check_checker(self):
        """Refuse a check by whoever sells (Traceability Measures, art. 10)."""
        self.ensure_one()
        user = self.env.user
        if self.env.su:
            return
        if user == self.agent_id or not user.has_group(CHECKER):
            raise AccessError(
                self.env._(
                    "Recordings are checked by somebody who does not sell "
                    "(Traceability Measures, art. 10)."
                )
            )

    def _check_fault(self):
        self._check_checker()
        if not (self.fault or "").strip():
            raise UserError(self.env._("Write down what is missing or wrong."))

    def _check_repaired(self):
        self._check_kept()
        if not (self.fixed or "").strip():
            raise UserError(self.env._("Write down how the fault was repaired."))

    def _on_state(self, before):
        result = super()._on_state(before)
        now = fields.Datetime.now()
        today = fields.Date.context_today(self)
        # superuser: dates and the draw follow from the move, which was checked
        for recording in self.sudo():
            if recording.state == "kept" and before[recording.id] == "due":
                recording.check_required = recording._draw()
            elif recording.state == "kept":
                # what was repaired is looked at again
                recording.check_required = True
            elif recording.state in ("passed", "faulty"):
                recording.write({"checked_by_id": self.env.uid, "checked_on": now})
            days = self.env["insurance.parameter"]._get("qc_fix_workdays")
            recording.fix_due = recording.state == "faulty" and workdays.after(
                today, days
            )
        return result

    def _draw(self):
        """Tell whether it is checked: at random, never less than the share."""
        parameter = self.env["insurance.parameter"]
        share = parameter._get("qc_full_pct" if self.full_check else "qc_pct") / 100
        # superuser: only counted, over all recordings of the company
        kept = [("company_id", "=", self.company_id.id), ("state", "!=", "due")]
        total = self.search_count(kept)
        drawn = self.search_count([*kept, ("check_required", "=", True)])
        behind = drawn < share * total
        return behind or random.SystemRandom().random() < share


class InsuranceRecommendation(models.Model):
    _inherit = "insurance.recommendation"

    recording_ids = fields.One2many(
        "insurance.recording", "recommendation_id", string="Recordings"
    )

    def _on_step(self):
        result = super()._on_step()
        for recommendation in self:
            if recommendation.state == "confirmed":
                recommendation._open_recordings()
        return result

    def _open_recordings(self):
        """Open the ledger entry of the sale, where the measures demand one."""
        self.ensure_one()
        article, full = self._recording_article()
        if not article or self.recording_ids:
            return
        # superuser: the ledger is written by the sale alone; regulations are no secret
        system = self.sudo()
        regulation = system.env["insurance.regulation"].search(
            [("code", "=", "TM-5")], limit=1
        )
        system.env["insurance.recording"].create(
            {
                "recommendation_id": self.id,
                "way": self.contact_way,
                "regulation_id": regulation.id,
                "full_check": full,
            }
        )

    def _recording_article(self):
        """Return (is a recording demanded, is every one checked).

        By phone all is recorded. Face to face: what an agency sells for more than a
        year; otherwise unit-linked insurance, and what lasts more than a year for
        clients from an age on (Traceability Measures, art. 5, 6).
        """
        lines = self.line_ids.filtered("chosen")
        long = lines.filtered(lambda line: line._is_long_personal())
        linked = lines.filtered(
            lambda line: line.product_id.insurance_new_type == "unit_linked"
        )
        age = self.env["insurance.parameter"]._get("record_age")
        elder = (
            self.archive_id.client_kind == "individual" and self.archive_id.age >= age
        )
        sixth = self.sales_channel == "own" and bool(linked or (elder and long))
        demanded = {
            "phone": bool(lines),
            "face_to_face": sixth or (self.sales_channel == "agency" and bool(long)),
        }
        return demanded.get(self.contact_way, False), sixth

    def _demands_recording(self):
        yield from super()._demands_recording()
        open_ones = self.recording_ids.filtered(
            lambda recording: recording.state in ("due", "faulty")
        )
        if open_ones:
            yield self._demand(
                self.env._("Enter where the recording of the sale is kept."), "TM-5"
            )


class InsuranceRecommendationLine(models.Model):
    _inherit = "insurance.recommendation.line"

    def _is_long_personal(self):
        """Tell whether it insures persons for more than a year."""
        personal = self.category_id.line in ("life", "health", "accident", "annuity")
        return personal and self.term_years != 1
