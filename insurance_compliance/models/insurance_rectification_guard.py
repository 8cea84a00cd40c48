from uuid import uuid4

from odoo import api, fields, models
from odoo.exceptions import UserError

from .insurance_rectification import OPEN_STATES
from .insurance_role_value_mixin import STEP_FIELDS

#: what may still be written when the work is reported as done, until it is verified
AFTERWARDS = {"verify_note", "verifier_id", "evidence_ids"}
#: what nobody decides about the own work
NOT_OWN = {"severity", "verifier_id", "verify_note", "company_id"}
#: whose changes the history keeps, with what was there before
NOTED = ("name", "description", "severity", "verifier_id", "company_id", "measure")
#: what is forgotten when the work begins anew; the steps keep it
ROUND_FIELDS = (
    "done_by_id",
    "done_on",
    "found_when_done",
    "verified_by_id",
    "verified_on",
    "verify_note",
    "closed_on",
    "effect_due",
    "effect_by_id",
    "escalation",
    "escalated_on",
    "escalated_to_ids",
)


class InsuranceRectification(models.Model):
    """Who writes what by hand; the rest is filled in by the server."""

    _name = "insurance.rectification"
    _inherit = ["insurance.rectification", "insurance.role.value.mixin"]

    _written_by = {
        "responsible_id": {"cause", "measure", "evidence_ids"},
        "verifier_id": {"verify_note"},
        "compliance": {
            "name",
            "description",
            "severity",
            "regulation_ids",
            "archive_count",
            "responsible_id",
            "verifier_id",
            "deadline",
            "deadline_reason",
            "cause",
            "measure",
            "verify_note",
            "evidence_ids",
            "company_id",
        },
    }

    @api.model_create_multi
    def create(self, vals_list):
        vals_list = [dict(vals) for vals in vals_list]
        for vals in vals_list:
            if not self.env.su:
                self._refuse_filled_in(vals)
                vals.update(self._filled_in())
            if vals.get("number", "/") == "/":
                # superuser: the next number, whoever enters the finding
                sequence = self.env["ir.sequence"].sudo()
                vals["number"] = sequence.next_by_code(self._name)
        rows = super().create(vals_list)
        rows._note("found")
        rows.filtered("responsible_id")._tell_responsible()
        rows._tell_who_assigns()
        return rows

    def write(self, vals):
        if self.env.su:
            return super().write(vals)
        self._check_own_fields(vals)
        for row in self:
            row._check_frozen(vals)
            row._check_not_own_work(vals)
        self._check_deadline_moved(vals)
        before = {row: (row.deadline, row.responsible_id) for row in self}
        said = {row: row._noted() for row in self}
        result = super().write(vals)
        for row, (deadline, person) in before.items():
            row._note_moved(deadline, person)
            row._note_reworded(said[row])
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_ledger(self):
        raise UserError(
            self.env._("The ledger keeps every finding. Say that it is none, and why.")
        )

    @api.model
    def _filled_in(self):
        """Return what a new row has by the server: defaults come from the caller."""
        now = fields.Datetime.now()
        nothing = (*ROUND_FIELDS, "source_model", "source_id", "effect")
        return {
            **dict.fromkeys(nothing, False),
            "number": "/",
            "key": f"manual:{uuid4()}",
            "found_count": 1,
            "reopen_count": 0,
            "first_found_on": now,
            "last_found_on": now,
            "step_ids": [],
        }

    def _check_not_own_work(self, vals):
        """Refuse what makes the own work look smaller, later or checked."""
        changed = {
            name
            for name in NOT_OWN & vals.keys()
            if self._fields[name].convert_to_cache(vals[name], self)
            != self._fields[name].convert_to_cache(self[name], self)
        }
        if changed and self.responsible_id == self.env.user:
            raise UserError(
                self.env._(
                    "Somebody else decides this about your own work: %s.",
                    ", ".join(
                        self._fields[name]._description_string(self.env)
                        for name in sorted(changed)
                    ),
                )
            )
        if "company_id" in changed and self.source_model:
            raise UserError(
                self.env._("The company is that of the source of the finding.")
            )

    def _noted(self):
        # superuser: names of colleagues and companies
        row = self.sudo()
        return {
            name: row[name].display_name if row._fields[name].relational else row[name]
            for name in NOTED
        }

    def _note_reworded(self, before):
        """Keep what was there before somebody changed the words."""
        changes = [
            f"{self._fields[name]._description_string(self.env)}: {value or '–'}"
            for name, value in before.items()
            if value and value != self._noted()[name]
        ]
        if changes:
            self._note("changed", note="\n".join(changes))

    def _check_frozen(self, vals):
        allowed = AFTERWARDS if self.state == "done" else set()
        if self.state not in OPEN_STATES and set(vals) - allowed - STEP_FIELDS:
            raise UserError(
                self.env._(
                    "%s is reported as done: what was agreed and done stays as it is. "
                    "Return it, or reopen it.",
                    self.number,
                )
            )

    def _check_deadline_moved(self, vals):
        if "deadline" not in vals:
            return
        day = fields.Date.to_date(vals["deadline"])
        for row in self.filtered(lambda row: row.deadline and row.deadline != day):
            if row.responsible_id == self.env.user:
                raise UserError(
                    self.env._("Somebody else moves the deadline of your own work.")
                )
            if (
                day
                and day > row.deadline
                and not (vals.get("deadline_reason") or "").strip()
            ):
                raise UserError(self.env._("Say why %s gets more time.", row.number))
