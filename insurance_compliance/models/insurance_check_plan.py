import logging

from odoo import api, fields, models

from .insurance_check import FREQUENCIES, KINDS, PERIODS, SEVERITIES, STAGES

_logger = logging.getLogger(__name__)


class InsuranceCheckPlan(models.Model):
    """Which checks are due when, and who answers for them."""

    _name = "insurance.check.plan"
    _inherit = ["insurance.watcher.mixin"]
    _description = "Plan of checks"
    _order = "next_date, id"

    active = fields.Boolean(default=True)
    name = fields.Char(required=True, translate=True)
    kind = fields.Selection(KINDS, required=True, default="automatic")
    frequency = fields.Selection(FREQUENCIES, required=True, default="monthly")
    next_date = fields.Date(
        string="Next on", required=True, default=fields.Date.context_today, index=True
    )
    stage = fields.Selection(STAGES, help="Empty: all stages.")
    severity = fields.Selection(
        SEVERITIES, string="From severity", help="Empty: all severities."
    )
    check_ids = fields.Many2many(
        "insurance.check",
        string="Only these checks",
        domain="[('kind', '=', kind)]",
        help="Empty: all checks of the stage and severity.",
    )
    only_due = fields.Boolean(
        string="Only what is due",
        help="Leave out checks that were made more recently than their own frequency "
        "asks for.",
    )
    company_id = fields.Many2one(
        "res.company", help="Empty: all companies are looked at together."
    )
    responsible_id = fields.Many2one(
        "res.users",
        required=True,
        default=lambda self: self.env.user,
        help="Is told when a check fails, and prepares inspections.",
    )
    check_count = fields.Integer(string="Checks", compute="_compute_check_count")
    run_ids = fields.One2many("insurance.check.run", "plan_id", readonly=True)
    overdue = fields.Boolean(compute="_compute_overdue", search="_search_overdue")

    @api.depends("kind", "stage", "severity", "check_ids")
    def _compute_check_count(self):
        for plan in self:
            plan.check_count = len(plan._checks())

    @api.depends("next_date", "active")
    def _compute_overdue(self):
        today = fields.Date.context_today(self)
        for plan in self:
            plan.overdue = plan.active and plan.next_date and plan.next_date < today

    def _search_overdue(self, operator, value):
        if operator != "in":
            return NotImplemented
        return [("next_date", "<", fields.Date.context_today(self))]

    def _checks(self):
        """Return the checks that the plan means."""
        self.ensure_one()
        Check = self.env["insurance.check"]
        domain = [
            ("kind", "=", self.kind),
            ("severity", "in", Check._with_severity_from(self.severity)),
        ]
        if self.stage:
            domain.append(("stage", "=", self.stage))
        if self.check_ids:
            domain.append(("id", "in", self.check_ids._origin.ids))
        return Check.search(domain)

    def action_run(self):
        """Make the checks of the plan now, whether they are due or not."""
        self.ensure_one()
        self.check_access("read")
        run = self._begin(self._checks())
        return run.action_open()

    def action_open_runs(self):
        """Show what the plan has led to."""
        self.ensure_one()
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(
                "insurance_compliance.insurance_check_run_action"
            ),
            "domain": [("plan_id", "=", self.id)],
            "context": {},
        }

    @api.model
    def _cron_run_due(self):
        """Begin what is due; what was missed is made up for once, not many times."""
        due = self.search([("next_date", "<=", fields.Date.today())], order="id")
        for plan in due.try_lock_for_update():
            try:
                with self.env.cr.savepoint():
                    plan._begin_due()
            except Exception as error:
                # the others have their turn; this one is shown as late
                _logger.warning("Plan of checks %s: %s", plan.id, type(error).__name__)
            self.env["ir.cron"]._commit_progress(1)

    def _begin_due(self):
        checks = self._checks()
        if self.only_due:
            checks = checks._due(self.company_id)
        if checks:
            self._begin(checks)
        self.next_date = self._date_after()

    def _begin(self, checks):
        Run = self.env["insurance.check.run"]
        if self.kind == "manual":
            return Run._prepare_inspection(checks, self)
        return Run._begin_automatic(checks, self)

    def _date_after(self):
        """Return the first day in the future on which the plan is due again."""
        day, number = self.next_date, 0
        while day <= fields.Date.today():
            number += 1
            step = {
                unit: count * number for unit, count in PERIODS[self.frequency].items()
            }
            day = fields.Date.add(self.next_date, **step)
        return day
