from odoo import api, fields, models

from .insurance_check import QUALITIES, SEVERITIES, STAGES, STATES


class InsuranceCheckResult(models.Model):
    """What one check found in one run. Written by the engine alone."""

    _name = "insurance.check.result"
    _description = "Result of a check"
    # what could not be reckoned has no points, and comes last
    _order = "risk_points desc nulls last, id desc"
    _rec_name = "check_id"

    run_id = fields.Many2one(
        "insurance.check.run",
        string="Check run",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    check_id = fields.Many2one(
        "insurance.check",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    kind = fields.Selection(related="run_id.kind")
    company_id = fields.Many2one("res.company", readonly=True)
    date = fields.Datetime(readonly=True, index=True)
    stage = fields.Selection(STAGES, readonly=True)
    quality = fields.Selection(QUALITIES, readonly=True)
    severity = fields.Selection(SEVERITIES, readonly=True)
    state = fields.Selection(STATES, default="open", required=True, readonly=True)
    population = fields.Integer(string="Looked at", readonly=True)
    violations = fields.Integer(readonly=True)
    rate = fields.Float(
        string="Compliance (%)",
        readonly=True,
        aggregator="avg",
        digits=(5, 2),
        help="Share of what was looked at that meets the demand.",
    )
    risk_points = fields.Integer(
        string="Risk points",
        readonly=True,
        help="Weight of the severity, times 1 to 10 for how much of what was looked at "
        "breaks the demand.",
    )
    seconds = fields.Float(readonly=True, aggregator="sum", digits=(8, 2))
    message = fields.Char(readonly=True)
    latest = fields.Boolean(
        readonly=True, help="No later result of this check is there."
    )
    previous_id = fields.Many2one(
        "insurance.check.result", string="Result before", readonly=True, index=True
    )
    previous_violations = fields.Integer(
        related="previous_id.violations", string="Violations before", aggregator=None
    )
    change = fields.Selection(
        [
            ("first", "First time"),
            ("better", "Better"),
            ("same", "Unchanged"),
            ("worse", "Worse"),
        ],
        readonly=True,
        help="Compared with the last time that the check was made.",
    )
    violation_ids = fields.One2many("insurance.check.violation", "result_id")
    advice = fields.Text(related="check_id.advice")
    description = fields.Text(related="check_id.description")
    regulation_ids = fields.Many2many(related="check_id.regulation_ids")
    kept_count = fields.Integer(string="Kept", compute="_compute_kept_count")
    rectification_id = fields.Many2one(
        "insurance.rectification", compute="_compute_rectification_id"
    )

    _latest_lookup = models.Index("(check_id) WHERE latest")

    @api.depends("violation_ids")
    def _compute_kept_count(self):
        # superuser: how many are listed; which ones is for those who may read them
        counts = dict(
            self.env["insurance.check.violation"]
            .sudo()
            ._read_group([("result_id", "in", self.ids)], ["result_id"], ["__count"])
        )
        for result in self:
            result.kept_count = counts.get(result, 0)

    def _compute_rectification_id(self):
        ledger = self.env["insurance.rectification"]
        readable = ledger.has_access("read")
        for result in self:
            domain = [
                *ledger._of_source_domain(result.check_id),
                ("company_id", "=", result.company_id.id),
            ]
            result.rectification_id = readable and ledger.search(domain, limit=1)

    @api.model
    def _rate_now(self):
        """Return the compliance by the last results, weighted by severity."""
        weights = self._weights()
        groups = self._read_group(
            [("latest", "=", True), ("state", "in", ("passed", "failed"))],
            ["severity"],
            ["rate:sum", "__count"],
        )
        total = sum(weights[severity] * count for severity, _rate, count in groups)
        points = sum(weights[severity] * rate for severity, rate, _count in groups)
        return points / total if total else 0

    def _archive_count(self):
        """Return how many archives the violations concern, of those that are kept."""
        self.ensure_one()
        if set(self.violation_ids.mapped("model")) == {"insurance.archive"}:
            return self.violations
        return len(self.violation_ids.archive_id)

    def action_open_violations(self):
        """List what breaks the demand."""
        self.ensure_one()
        if self.kind == "manual":
            return self._open_answers()
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(
                "insurance_compliance.insurance_check_violation_action"
            ),
            "name": self.check_id.name,
            "domain": [("result_id", "=", self.id)],
            "context": {},
        }

    def action_open_rectification(self):
        """Show who mends what was found."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "insurance.rectification",
            "res_id": self.rectification_id.id,
            "view_mode": "form",
        }

    def _open_answers(self):
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(
                "insurance_compliance.insurance_check_answer_action"
            ),
            "name": self.check_id.name,
            "domain": [("result_id", "=", self.id)],
            "context": {"search_default_failed": 1},
        }
