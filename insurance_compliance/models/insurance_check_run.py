from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools.misc import clean_context

from .insurance_check import KINDS

WAYS = [
    ("system", "By the system"),
    ("onsite", "On site"),
    ("document", "Review of documents"),
    ("third_party", "By a third party"),
]
#: what is written in preparation of an inspection; everything else follows
PREPARED = frozenset(
    {
        "company_id",
        "way",
        "check_ids",
        "inspector_id",
        "third_party",
        "planned_date",
        "place",
        "agent_id",
        "team_id",
        "sample_kind",
        "sample_size",
        "sample_percent",
        "note",
    }
)
#: what the inspector may still write while it goes on
DURING = frozenset({"note", "place"})


class InsuranceCheckRun(models.Model):
    """One time that checks were made, and what came out."""

    _name = "insurance.check.run"
    _description = "Run of checks"
    _order = "id desc"

    name = fields.Char(string="Number", readonly=True, copy=False, default="/")
    kind = fields.Selection(KINDS, required=True, readonly=True, default="manual")
    way = fields.Selection(
        WAYS, string="Method", required=True, default="document", copy=True
    )
    plan_id = fields.Many2one(
        "insurance.check.plan", readonly=True, copy=False, index=True
    )
    check_ids = fields.Many2many(
        "insurance.check",
        string="Checks",
        domain="[('kind', '=', kind)]",
        help="What is checked in this run.",
    )
    company_id = fields.Many2one(
        "res.company", help="Empty: all companies are looked at together."
    )
    date = fields.Datetime(
        string="Begun", readonly=True, copy=False, help="When the work began."
    )
    date_end = fields.Datetime(string="Ended", readonly=True, copy=False, index=True)
    user_id = fields.Many2one(
        "res.users",
        string="Started by",
        readonly=True,
        copy=False,
        default=lambda self: self.env.uid,
    )
    note = fields.Text(help="No client data: others read the report.")
    result_ids = fields.One2many(
        "insurance.check.result", "run_id", readonly=True, copy=False
    )
    # --- what came out
    rate = fields.Float(
        string="Compliance (%)",
        readonly=True,
        copy=False,
        digits=(5, 2),
        aggregator="avg",
        help="Mean of the results, weighted by severity. What is not applicable or "
        "could not be made is left out.",
    )
    risk_points = fields.Integer(string="Risk points", readonly=True, copy=False)
    check_count = fields.Integer(string="Checks made", readonly=True, copy=False)
    passed_count = fields.Integer(string="Passed", readonly=True, copy=False)
    failed_count = fields.Integer(string="Failed", readonly=True, copy=False)
    error_count = fields.Integer(string="Could not be made", readonly=True, copy=False)
    critical_count = fields.Integer(
        string="Failed, critical", readonly=True, copy=False
    )
    previous_id = fields.Many2one(
        "insurance.check.run", string="Run before", readonly=True, copy=False
    )
    rate_change = fields.Float(
        string="Change (points)",
        compute="_compute_rate_change",
        digits=(5, 2),
        aggregator=None,
    )
    points_change = fields.Integer(
        string="Change of risk points", compute="_compute_rate_change", aggregator=None
    )

    _name_unique = models.UniqueIndex("(name) WHERE name <> '/'")

    @api.depends("rate", "risk_points", "previous_id")
    def _compute_rate_change(self):
        for run in self:
            before = run.previous_id
            run.rate_change = run.rate - before.rate if before else 0
            run.points_change = run.risk_points - before.risk_points if before else 0

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            # defaults, too, come from the caller
            context = {
                key: value
                for key, value in self.env.context.items()
                if not key.startswith("default_") or key[8:] in PREPARED
            }
            for vals in vals_list:
                self._refuse_filled_in(vals, PREPARED)
        else:
            context = self.env.context
        own = self.with_env(self.env(context=context))
        runs = super(InsuranceCheckRun, own).create(vals_list)
        for run in runs:
            # superuser: the number follows from the id
            run.sudo().name = f"CK{run.id:06d}"
        return runs

    def write(self, vals):
        if not self.env.su:
            # a reason is written with the step that it is for
            step = {"state", "state_reason"} if "state" in vals else set()
            self._refuse_filled_in(vals, PREPARED | step)
            later = PREPARED & vals.keys()
            if any(run.kind != "manual" for run in self) and later | (
                {"state"} & vals.keys()
            ):
                raise UserError(self.env._("The server writes what it has found."))
            if any(
                run.state != "draft" and (later - DURING or run.state != "running")
                for run in self
                if later
            ):
                raise UserError(
                    self.env._("The inspection has begun: its plan stays as it is.")
                )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_draft(self):
        if any(run.state != "draft" for run in self):
            raise UserError(self.env._("What was checked is kept. Cancel the run."))

    def _server(self):
        """Return the runs as the server writes them: no default comes from a caller."""
        # superuser: nobody writes runs and results by hand
        return self.with_env(self.env(su=True, context=clean_context(self.env.context)))

    def _refuse_filled_in(self, vals, allowed):
        if vals.keys() - allowed:
            raise UserError(
                self.env._("Results follow from checks and answers, not from hand.")
            )

    def action_open(self):
        """Show the run."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
        }

    def action_open_results(self):
        """List the results of the run."""
        self.ensure_one()
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(
                "insurance_compliance.insurance_check_result_action"
            ),
            "name": self.name,
            "domain": [("run_id", "=", self.id)],
            "context": {"search_default_group_state": 1},
        }

    def action_open_previous(self):
        """Show the run that this one is compared with."""
        return self.previous_id.action_open()

    def _report_results(self, states):
        """Return the results with these outcomes, the gravest first."""
        order = {"failed": 0, "error": 1, "passed": 2, "not_applicable": 3}
        return self.result_ids.filtered(lambda result: result.state in states).sorted(
            lambda result: (order[result.state], -result.risk_points, result.id)
        )
