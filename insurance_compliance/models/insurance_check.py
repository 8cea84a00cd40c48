from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL

from ..check_catalogue import CHECKS

MODULE = "insurance_client_archive"
#: kind of the bulk work
SWEEP = "check"
STAGES = [
    ("collect", "Collection"),
    ("store", "Storage"),
    ("use", "Use"),
    ("transmit", "Transmission"),
    ("destroy", "Destruction"),
    ("governance", "Governance"),
]
QUALITIES = [
    ("complete", "Complete"),
    ("accurate", "Accurate"),
    ("secure", "Secure"),
    ("compliant", "Lawful"),
]
#: from the mildest on
SEVERITIES = [
    ("low", "Low"),
    ("medium", "Medium"),
    ("high", "High"),
    ("critical", "Critical"),
]
FREQUENCIES = [
    ("daily", "Every day"),
    ("weekly", "Every week"),
    ("monthly", "Every month"),
    ("quarterly", "Every quarter"),
    ("yearly", "Every year"),
]
#: arguments of ``fields.Date.add``
PERIODS = {
    "daily": {"days": 1},
    "weekly": {"days": 7},
    "monthly": {"months": 1},
    "quarterly": {"months": 3},
    "yearly": {"years": 1},
}
KINDS = [("automatic", "By the system"), ("manual", "By an inspector")]
STATES = [
    ("open", "Not yet made"),
    ("passed", "Passed"),
    ("failed", "Failed"),
    ("not_applicable", "Not applicable"),
    ("error", "Could not be made"),
]


class InsuranceCheck(models.Model):
    """A demand that is checked again and again: what, how severe, how often."""

    _name = "insurance.check"
    _inherit = ["insurance.watcher.mixin", "insurance.rectification.source"]
    _description = "Check"
    _order = "sequence, code"
    _rec_names_search = ["name", "code"]

    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=1000)
    code = fields.Char(required=True, copy=False, help="Short stable name.")
    name = fields.Char(
        string="Demand", required=True, translate=True, help="What must hold."
    )
    description = fields.Text(
        translate=True, help="What exactly is looked at, and what counts as broken."
    )
    advice = fields.Text(
        translate=True, help="What to do when the check finds something."
    )
    stage = fields.Selection(STAGES, required=True, default="governance")
    quality = fields.Selection(QUALITIES, required=True, default="compliant")
    severity = fields.Selection(SEVERITIES, required=True, default="medium")
    frequency = fields.Selection(FREQUENCIES, required=True, default="monthly")
    kind = fields.Selection(KINDS, required=True, default="automatic")
    regulation_ids = fields.Many2many("insurance.regulation", string="Regulations")
    method = fields.Char(
        readonly=True,
        copy=False,
        help="Code in the catalogue of the product; empty for a filter of your own.",
    )
    item_ids = fields.One2many(
        "insurance.check.item", "check_id", string="Checklist", copy=True
    )
    last_result_id = fields.Many2one(
        "insurance.check.result", string="Last result", compute="_compute_last_result"
    )
    last_state = fields.Selection(
        STATES, string="Last outcome", compute="_compute_last_result"
    )
    last_rate = fields.Float(
        string="Last compliance (%)",
        compute="_compute_last_result",
        digits=(5, 2),
        aggregator=None,
    )
    last_date = fields.Datetime(string="Last made", compute="_compute_last_result")

    _code_unique = models.Constraint(
        "UNIQUE(code)", "Another check has this code. Choose a different one."
    )

    @api.depends_context("uid", "allowed_company_ids")
    def _compute_last_result(self):
        results = self.env["insurance.check.result"].search_fetch(
            [("check_id", "in", self.ids), ("latest", "=", True)],
            ["check_id", "state", "rate", "date"],
            order="date",
        )
        last = {result.check_id.id: result for result in results}
        for check in self:
            result = last.get(check._origin.id, results.browse())
            check.last_result_id = result
            check.last_state = result.state
            check.last_rate = result.rate
            check.last_date = result.date

    @api.constrains("method", "kind")
    def _check_method(self):
        for check in self:
            if check.method and (check.kind == "manual" or check.method not in CHECKS):
                raise ValidationError(
                    self.env._("The catalogue has no check “%s”.", check.method)
                )

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._refuse_method(vals)
        return super().create(vals_list)

    def write(self, vals):
        self._refuse_method(vals)
        fixed = {"code", "kind", "model", "scope", "domain"} & vals.keys()
        if fixed and not self.env.su and any(check.method for check in self):
            raise UserError(
                self.env._(
                    "What this check looks at is part of the product. Change its "
                    "severity and frequency, or archive it and write one of your own."
                )
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        used = self.env["insurance.check.result"].search_count(
            [("check_id", "in", self.ids)], limit=1
        )
        if used or any(check.method for check in self):
            raise UserError(
                self.env._("Archive the check: what it has found refers to it.")
            )

    def _refuse_method(self, vals):
        # what the catalogue can do is said by the product's own data
        if "method" in vals and not self.env.su:
            raise UserError(
                self.env._("Only the product names checks of its catalogue.")
            )

    # --- making it

    def action_run(self):
        """Make these checks now, in the background; return the window of their run."""
        checks = self.filtered(lambda check: check.kind == "automatic")
        if not checks:
            raise UserError(
                self.env._("An inspector makes these checks: prepare an inspection.")
            )
        run = self.env["insurance.check.run"]._begin_automatic(checks)
        return run.action_open()

    def action_open_results(self):
        """Show what this check has found over time."""
        self.ensure_one()
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(
                "insurance_compliance.insurance_check_result_action"
            ),
            "name": self.name,
            "domain": [("check_id", "=", self.id)],
            "context": {},
        }

    def _find_violations(self, since):
        """Return what the check finds (`Found`), or None when it is not applicable."""
        self.ensure_one()
        if self.method:
            return CHECKS[self.method](self.env, since)
        return self._find_by_filter()

    def _period_before(self, moment):
        """Return the moment one period of the check earlier."""
        return fields.Datetime.subtract(moment, **PERIODS[self.frequency])

    def _rectification_outcome(self, since):
        """Tell whether what was found has stayed away since then."""
        self.ensure_one()
        # superuser: the ledger asks for itself
        results = self.env["insurance.check.result"].sudo()
        states = results.search(
            [
                ("check_id", "=", self.id),
                ("date", ">", since),
                ("state", "in", ("passed", "failed")),
            ]
        ).mapped("state")
        return "failed" not in states if states else None

    @api.model
    def _with_severity_from(self, severity):
        """Return the severities from this one on."""
        names = [name for name, _label in SEVERITIES]
        return names[names.index(severity) :] if severity else names

    def _due(self, company):
        """Return those whose last result is older than their frequency allows."""
        query = SQL(
            "SELECT check_id, max(date) FROM insurance_check_result"
            " WHERE check_id = ANY(%s) AND state <> 'open'"
            " AND company_id IS NOT DISTINCT FROM %s GROUP BY check_id",
            list(self.ids),
            company.id or None,
        )
        last = dict(self.env.execute_query(query))
        # a plan that begins some minutes earlier than the last time finds them due
        now = fields.Datetime.add(fields.Datetime.now(), hours=1)
        return self.filtered(
            lambda check: (
                check.id not in last or last[check.id] <= check._period_before(now)
            )
        )
