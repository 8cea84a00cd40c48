import re
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.insurance_client_archive.models.insurance_state_mixin import (
    Transition,
)

from .insurance_destruction import ARCHIVIST
from .insurance_retention_rule import MODULE

SECOND = f"{MODULE}.group_compliance,{MODULE}.group_department_head"
#: {state: (field with the person, field with the time)}
PERSONS = {
    "submitted": ("applicant_id", "submitted_on"),
    "approved": ("approver_id", "approved_on"),
    "supervised": ("supervisor_id", "supervised_on"),
    "running": ("executor_id", "executed_on"),
}
#: what stands between the names of witnesses
NAME_END = r"[,，、;；\n]"


class InsuranceDestruction(models.Model):
    """List, approval, supervision, execution: each by the person who is logged in."""

    _name = "insurance.destruction"
    _inherit = ["insurance.destruction", "insurance.state.mixin"]

    _initial_states = ("draft",)
    _transitions = {
        "draft": {"submitted": Transition(groups=ARCHIVIST, check="_check_submit")},
        "submitted": {
            "draft": Transition(reason=True, groups=f"{ARCHIVIST},{SECOND}"),
            "approved": Transition(groups=SECOND, check="_check_approve"),
            "refused": Transition(reason=True, groups=SECOND, check="_check_person"),
        },
        "approved": {
            "supervised": Transition(groups=SECOND, check="_check_supervise"),
            "cancelled": Transition(reason=True, groups=f"{ARCHIVIST},{SECOND}"),
        },
        "supervised": {
            "running": Transition(groups=ARCHIVIST, check="_check_execute"),
            "approved": Transition(reason=True, groups=f"{ARCHIVIST},{SECOND}"),
            "cancelled": Transition(reason=True, groups=f"{ARCHIVIST},{SECOND}"),
        },
        "running": {"done": Transition(check="_check_server")},
    }

    state = fields.Selection(
        [
            ("draft", "List is made"),
            ("submitted", "Waiting for approval"),
            ("approved", "Approved"),
            ("supervised", "Supervisor is present"),
            ("running", "Being destroyed"),
            ("done", "Carried out"),
            ("refused", "Refused"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        readonly=True,
        default="draft",
        index=True,
        group_expand=True,
    )

    _persons_before_steps = models.Constraint(
        "CHECK((state NOT IN ('approved', 'supervised', 'running', 'done')"
        "       OR (applicant_id IS NOT NULL AND approver_id IS NOT NULL))"
        " AND (state NOT IN ('supervised', 'running', 'done')"
        "      OR supervisor_id IS NOT NULL)"
        " AND (state NOT IN ('running', 'done') OR executor_id IS NOT NULL))",
        "A destruction needs its persons: list, approval, supervision, execution.",
    )

    def action_submit(self):
        """Hand the list in for approval."""
        return self._step("submitted")

    def action_approve(self):
        """Approve the list, as the second person."""
        return self._step("approved")

    def action_supervise(self):
        """Say that one is present, as the third person."""
        return self._step("supervised")

    def action_execute(self):
        """Destroy what is on the list, in the background. It can't be undone.

        Each archive is checked again under lock: what a hold keeps by then stays.

        :raise AccessError: the user has approved or supervises it, or is no archivist
        """
        return self._step("running")

    def action_refuse(self):
        """Ask why the list is refused, as the second person."""
        return self.with_context(target_state="refused").action_change_state()

    def action_back(self):
        """Ask what is to be changed, and give the list back to the archivist."""
        return self.with_context(target_state="draft").action_change_state()

    def action_cancel(self):
        """Ask why the run ends before anything is destroyed."""
        return self.with_context(target_state="cancelled").action_change_state()

    def _step(self, state):
        for run in self:
            run.write({"state": state})
        return True

    # --- conditions

    def _check_person(self):
        """Refuse programs, superuser mode and code that is kept in the database."""
        if self.env.su:
            raise AccessError(
                self.env._("Archives are destroyed by persons, not by programs.")
            )
        self.env["insurance.access.step"]._check_person()

    def _check_submit(self):
        self._check_person()
        if not self.destroy_count:
            raise UserError(self.env._("No archive is on the list to be destroyed."))
        if not (self.note or "").strip():
            raise UserError(
                self.env._("Write what was appraised: the report is signed with it.")
            )

    def _check_approve(self):
        self._check_person()
        if self.env.user == self.applicant_id:
            raise UserError(
                self.env._("A second person approves: you have made the list.")
            )

    def _check_supervise(self):
        self._check_person()
        if self.env.user in self.applicant_id | self.approver_id:
            raise UserError(
                self.env._(
                    "A third person supervises: you have made or approved the list."
                )
            )

    def _check_execute(self):
        self._check_person()
        if self.env.user in self.approver_id | self.supervisor_id:
            raise UserError(
                self.env._(
                    "Who has approved or supervises a destruction does not carry it "
                    "out."
                )
            )
        hours = self.env["insurance.parameter"]._get("destruction_witness_hours")
        limit = fields.Datetime.now() - timedelta(hours=hours)
        if self.supervised_on < limit:
            raise UserError(
                self.env._(
                    "The supervisor was present more than %s hours ago. Ask the "
                    "supervisor again.",
                    hours,
                )
            )
        if self.paper_count:
            self._check_paper()

    def _check_paper(self):
        """Refuse an end of paper files without method, place and two witnesses."""
        if not (self.paper_method and (self.paper_place or "").strip()):
            raise UserError(
                self.env._(
                    "%s archives have a paper file. Say how and where the paper is "
                    "destroyed, and who witnesses it.",
                    self.paper_count,
                )
            )
        names = re.split(NAME_END, self.paper_witnesses or "")
        if len({name.strip().casefold() for name in names if name.strip()}) < 2:
            raise UserError(
                self.env._(
                    "Two employees witness that paper files are destroyed. Name both, "
                    "with a comma between them."
                )
            )

    def _check_server(self):
        if not self.env.su:
            raise UserError(self.env._("The server says when all is destroyed."))

    def _on_state(self, before):
        result = super()._on_state(before)
        for run in self:
            # who asks for the supervisor again has approved nothing
            back = before[run.id] == "supervised" and run.state == "approved"
            person = None if back else PERSONS.get(run.state)
            # superuser: nobody names somebody else
            own = run.sudo()
            if person:
                own.write(
                    dict(
                        zip(person, (self.env.uid, fields.Datetime.now()), strict=True)
                    )
                )
            if run.state == "draft":
                own.write({"applicant_id": False, "submitted_on": False})
            elif back:
                own.write({"supervisor_id": False, "supervised_on": False})
            elif run.state == "approved":
                own._keep_longer()
            elif run.state == "running":
                own._begin(self.env.user)
            if run.state in ("submitted", "approved", "supervised", "refused"):
                run._record_step()
        return result

    def _record_step(self):
        log = self.env["insurance.use.log"].sudo()  # nobody writes it by hand
        log._record(
            "approve",
            content=[f"insurance.destruction {self.name} {self.state}"],
            count=self.destroy_count,
            # while an installation runs, the log's own connection would wait for it
            wait=self.env.registry.ready,
        )

    def _keep_longer(self):
        """Carry out what the appraisal has decided to keep."""
        kept = self.line_ids.filtered(lambda line: line.decision == "keep")
        retention = self.env["insurance.retention"]
        rows = retention.search([("archive_id", "in", kept.archive_id.ids)])
        row_of = rows.grouped("archive_id")
        for line in kept:
            row_of.get(line.archive_id, retention).kept_until = line.kept_until
            line.write({"state": "kept", "message": line.keep_reason})
        retention._solve_archives(kept.archive_id.ids)

    @api.model
    def _cron_propose(self):
        """Once a year, remind archivists of what could be destroyed."""
        over = self.env["insurance.retention"].search_count(
            [("over", "=", True)], limit=1
        )
        if not over:
            return
        kind = self.env.ref("insurance_compliance.mail_activity_type_destruction")
        for user in self.env.ref(ARCHIVIST).all_user_ids:
            kind._remind_user(user, fields.Date.today())
