from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

from odoo.addons.insurance_client_archive.models.insurance_state_mixin import (
    Transition,
)

from ..person import check_person
from .insurance_check import MODULE

COMPLIANCE = f"{MODULE}.group_compliance"
SECOND = f"{MODULE}.group_compliance,{MODULE}.group_department_head"
INSPECTORS = (COMPLIANCE, f"{MODULE}.group_department")
PLANNERS = f"{COMPLIANCE},{MODULE}.group_admin,{MODULE}.group_department_head"


class InsuranceCheckRun(models.Model):
    """Inspections: prepared, begun with a sample, answered, reviewed by another."""

    _name = "insurance.check.run"
    _inherit = ["insurance.check.run", "insurance.state.mixin"]

    _initial_states = ("draft",)
    _transitions = {
        "draft": {
            "running": Transition(groups=COMPLIANCE, check="_check_begin"),
            "cancelled": Transition(reason=True, groups=COMPLIANCE),
        },
        "running": {
            "submitted": Transition(check="_check_submit"),
            "done": Transition(check="_check_server"),
            "cancelled": Transition(reason=True, groups=COMPLIANCE),
        },
        "submitted": {
            "running": Transition(reason=True, groups=SECOND, check="_check_review"),
            "done": Transition(groups=SECOND, check="_check_review"),
        },
    }

    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("running", "Running"),
            ("submitted", "To be reviewed"),
            ("done", "Done"),
            ("cancelled", "Cancelled"),
        ],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        index=True,
        group_expand=True,
    )
    inspector_id = fields.Many2one(
        "res.users",
        domain=lambda self: [
            ("all_group_ids", "in", [self.env.ref(group).id for group in INSPECTORS])
        ],
        help="Answers the checklist, under the own name.",
    )
    third_party = fields.Char(
        string="Auditing firm",
        help="Who has made the check for us, and by which order.",
    )
    place = fields.Char(help="Where the inspection takes place.")
    planned_date = fields.Date(string="Planned for")
    submitted_on = fields.Datetime(string="Finished on", readonly=True, copy=False)
    reviewer_id = fields.Many2one(
        "res.users", string="Reviewed by", readonly=True, copy=False
    )
    reviewed_on = fields.Datetime(readonly=True, copy=False)
    answer_ids = fields.One2many("insurance.check.answer", "run_id", copy=False)
    answer_count = fields.Integer(string="Points to check", compute="_compute_answers")
    open_count = fields.Integer(string="Still open", compute="_compute_answers")
    is_inspector = fields.Boolean(compute="_compute_is_inspector")

    _reviewer_is_another = models.Constraint(
        "CHECK(reviewer_id <> inspector_id)",
        "Another person reviews an inspection, not the inspector.",
    )
    _sample_positive = models.Constraint(
        "CHECK(sample_size > 0 AND sample_percent > 0 AND sample_percent <= 100)",
        "A sample needs at least one archive, and at most 100 per cent of them.",
    )

    @api.depends("answer_ids.answer")
    def _compute_answers(self):
        groups = self.env["insurance.check.answer"]._read_group(
            [("run_id", "in", self.ids)], ["run_id", "answer"], ["__count"]
        )
        for run in self:
            mine = {answer: count for one, answer, count in groups if one == run}
            run.answer_count = sum(mine.values())
            run.open_count = mine.get("open", 0)

    @api.depends("inspector_id")
    @api.depends_context("uid")
    def _compute_is_inspector(self):
        for run in self:
            run.is_inspector = run.inspector_id == self.env.user

    @api.constrains("inspector_id")
    def _check_inspector(self):
        for run in self.filtered("inspector_id"):
            if not any(run.inspector_id.has_group(group) for group in INSPECTORS):
                raise ValidationError(
                    self.env._(
                        "“%s” is neither in compliance nor in a department, and can't "
                        "inspect.",
                        run.inspector_id.name,
                    )
                )

    @api.model
    def _prepare_inspection(self, checks, plan):
        """Prepare an inspection that a plan asks for, and tell who inspects."""
        if not self.env.su and not self.env.user.has_groups(PLANNERS):
            raise AccessError(self.env._("Compliance prepares inspections."))
        user = plan.responsible_id
        run = self._server().create(
            {
                "kind": "manual",
                "plan_id": plan.id,
                "company_id": plan.company_id.id,
                "check_ids": [fields.Command.set(checks.ids)],
                "user_id": self.env.uid,
                "planned_date": plan.next_date,
                "inspector_id": any(user.has_group(group) for group in INSPECTORS)
                and user.id,
            }
        )
        run._remind(user, "inspection")
        return run.with_env(self.env)

    # --- steps

    def action_begin(self):
        """Draw the sample and lay out the questions."""
        return self._step("running")

    def action_submit(self):
        """Finish the inspection, as its inspector."""
        return self._step("submitted")

    def action_review(self):
        """Confirm the inspection, as another person."""
        return self._step("done")

    def action_back(self):
        """Ask why the inspector has to look again; the answers stay."""
        return self.with_context(target_state="running").action_change_state()

    def action_cancel(self):
        """Ask why the inspection is not made; it stays on record."""
        return self.with_context(target_state="cancelled").action_change_state()

    def action_open_answers(self):
        """List the questions, the open ones first."""
        self.ensure_one()
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(
                "insurance_compliance.insurance_check_answer_action"
            ),
            "name": self.name,
            "domain": [("run_id", "=", self.id)],
            "context": {"search_default_open": int(bool(self.open_count))},
        }

    def _step(self, state):
        for run in self:
            run.write({"state": state})
        return True

    def _check_begin(self):
        if self.kind == "automatic":
            return self._check_server()
        if not self.inspector_id:
            raise UserError(self.env._("Say who inspects."))
        if self.check_ids.filtered(lambda check: check.kind != "manual"):
            # an answer by hand would hide what the server has found
            raise UserError(
                self.env._("The system makes some of these checks: leave them out.")
            )
        if not self.check_ids.item_ids:
            raise UserError(
                self.env._("Choose at least one check that has a checklist.")
            )
        if self.way == "third_party" and not (self.third_party or "").strip():
            raise UserError(self.env._("Say which firm makes the check."))
        return None

    def _check_submit(self):
        check_person(self.env)
        if self.env.user != self.inspector_id:
            raise AccessError(
                self.env._("%s finishes this inspection.", self.inspector_id.name)
            )
        if self.open_count:
            raise UserError(
                self.env._(
                    "%s questions are still open. What does not apply is answered so.",
                    self.open_count,
                )
            )

    def _check_review(self):
        check_person(self.env)
        if self.env.user == self.inspector_id:
            raise AccessError(
                self.env._("Another person reviews an inspection, not the inspector.")
            )

    def _check_server(self):
        if not self.env.su:
            raise UserError(self.env._("The server says when the checks are made."))

    def _on_state(self, before):
        result = super()._on_state(before)
        now = fields.Datetime.now()
        for run in self.filtered(lambda run: run.kind == "manual"):
            own = run._server()
            if run.state == "running" and before[run.id] == "draft":
                own.date = now
                own._add_results()
                own._draw()
            elif run.state == "submitted":
                own.submitted_on = now
                own._count_answers()
                own._sum_up()
            elif run.state == "done":
                own.write({"reviewer_id": self.env.uid, "reviewed_on": now})
                for result in own.result_ids:
                    result._compare()
                own._hand_over()
        return result

    def _count_answers(self):
        """Turn the answers into results."""
        groups = self.env["insurance.check.answer"]._read_group(
            [("run_id", "=", self.id)], ["result_id", "answer"], ["__count"]
        )
        for result in self.result_ids:
            counts = {answer: count for one, answer, count in groups if one == result}
            failed = counts.get("fail", 0)
            result.write(
                {
                    "population": 0,
                    "violations": 0,
                    "risk_points": 0,
                    "rate": 0,
                    **result._figures_of(counts.get("pass", 0) + failed, failed),
                    "date": fields.Datetime.now(),
                }
            )
