import secrets

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import SQL

from odoo.addons.insurance_client_archive.flag_domain import flag_domain
from odoo.addons.insurance_client_archive.models.insurance_archive import CLIENT_KINDS
from odoo.addons.insurance_client_archive.models.insurance_state_mixin import Transition

from .insurance_destruction import ARCHIVIST

STEP = Transition(groups=ARCHIVIST)


class InsuranceInspectionPlan(models.Model):
    """A quarter's or a year's inspection: a random sample that anybody can draw again.

    The sample is the first archives in the order of a hash over the plan's seed and
    the archive's identifier: nobody chooses it, and everybody can recount it.
    """

    _name = "insurance.inspection.plan"
    _inherit = ["insurance.state.mixin"]
    _description = "Inspection plan"
    _order = "date_from desc, id desc"

    _initial_states = ("draft",)
    _transitions = {
        "draft": {
            "running": Transition(groups=ARCHIVIST, check="_check_drawn"),
            "cancelled": STEP,
        },
        "running": {
            "done": Transition(groups=ARCHIVIST, check="_check_all_inspected"),
            "cancelled": Transition(groups=ARCHIVIST, reason=True),
        },
    }

    name = fields.Char(required=True, default=lambda self: self.env._("Inspection"))
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("running", "Under way"),
            ("done", "Completed"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        default="draft",
        readonly=True,
        index=True,
    )
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    rhythm = fields.Selection(
        [("quarter", "Quarterly"), ("year", "Yearly"), ("special", "On occasion")],
        required=True,
        default="quarter",
    )
    date_from = fields.Date(
        string="From", required=True, default=fields.Date.context_today
    )
    date_to = fields.Date(
        string="To be finished by",
        required=True,
        compute="_compute_date_to",
        store=True,
        readonly=False,
        precompute=True,
    )
    inspector_id = fields.Many2one(
        "res.users",
        required=True,
        default=lambda self: self.env.user,
        domain="[('share', '=', False)]",
    )
    client_kind = fields.Selection(
        CLIENT_KINDS, string="Kind of client", help="Empty: every kind."
    )
    team_id = fields.Many2one("crm.team", help="Empty: every team.")
    filed_from = fields.Date(
        string="Filed since", help="Empty: whenever the archive was filed."
    )
    sample_pct = fields.Float(
        string="Sample in %",
        digits=(5, 1),
        required=True,
        default=lambda self: self.env["insurance.parameter"]._get(
            "inspection_sample_pct"
        ),
    )
    sample_most = fields.Integer(
        string="At most", help="Archives in the sample; 0 means no limit."
    )
    seed = fields.Char(
        readonly=True,
        copy=False,
        help="Given by chance when the sample is drawn. With it the same sample can be "
        "drawn again.",
    )
    population = fields.Integer(
        string="Archives to draw from", readonly=True, copy=False, aggregator=None
    )
    line_ids = fields.One2many("insurance.inspection.plan.line", "plan_id")
    line_count = fields.Integer(string="In the sample", compute="_compute_counts")
    open_count = fields.Integer(string="Still to inspect", compute="_compute_counts")
    passed_count = fields.Integer(string="Passed", compute="_compute_counts")
    failed_count = fields.Integer(string="With defects", compute="_compute_counts")
    progress = fields.Float(compute="_compute_counts")
    overdue = fields.Boolean(compute="_compute_overdue", search="_search_overdue")

    _sample_some = models.Constraint(
        "CHECK(sample_pct > 0 AND sample_pct <= 100 AND sample_most >= 0)",
        "The sample is more than 0 and at most 100 percent.",
    )
    _dates_ordered = models.Constraint(
        "CHECK(date_to >= date_from)", "A plan can't end before it begins."
    )

    @api.depends("date_from", "rhythm")
    def _compute_date_to(self):
        months = {"quarter": 3, "year": 12, "special": 1}
        for plan in self:
            if plan.date_from:
                plan.date_to = fields.Date.add(
                    plan.date_from, months=months[plan.rhythm or "quarter"], days=-1
                )

    @api.depends("line_ids.result")
    def _compute_counts(self):
        groups = self.env["insurance.inspection.plan.line"]._read_group(
            [("plan_id", "in", self.ids)], ["plan_id", "result"], ["__count"]
        )
        for plan in self:
            mine = {result: count for found, result, count in groups if found == plan}
            plan.line_count = sum(mine.values())
            plan.open_count = mine.get(False, 0)
            plan.passed_count = mine.get("passed", 0)
            plan.failed_count = mine.get("failed", 0)
            done = plan.passed_count + plan.failed_count
            plan.progress = 100 * done / plan.line_count if plan.line_count else 0

    @api.depends("state", "date_to")
    def _compute_overdue(self):
        today = fields.Date.context_today(self)
        for plan in self:
            plan.overdue = plan.state == "running" and plan.date_to < today

    def _search_overdue(self, operator, value):
        late = Domain("state", "=", "running") & Domain("date_to", "<", "today")
        return flag_domain(operator, value, late)

    @api.constrains("inspector_id")
    def _check_inspector(self):
        for plan in self:
            if not plan.inspector_id.has_group(ARCHIVIST):
                raise ValidationError(self.env._("The inspector is an archivist."))

    def write(self, vals):
        server = {"seed", "population"} & vals.keys()
        if server and not self.env.su:
            raise UserError(self.env._("The sample is drawn by chance."))
        drawn = self.filtered("seed")
        if (
            drawn
            and not vals.keys()
            <= {
                "name",
                "inspector_id",
                "date_to",
                "state",
                "state_reason",
                "state_date",
            }
            | server
        ):
            raise UserError(self.env._("The sample is drawn: the plan stays as it is."))
        return super().write(vals)

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su and any(
            {"seed", "population"} & vals.keys() for vals in vals_list
        ):
            raise UserError(self.env._("The sample is drawn by chance."))
        return super().create(vals_list)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_draft(self):
        if any(plan.state != "draft" or plan.seed for plan in self):
            raise UserError(self.env._("A plan is cancelled, not deleted."))

    # --- the sample

    def action_draw(self):
        """Draw the sample and begin."""
        self.ensure_one()
        self.check_access("write")
        if not self.env.user.has_group(ARCHIVIST):
            raise AccessError(self.env._("Only archivists inspect archives."))
        if self.seed or self.state != "draft":
            raise UserError(self.env._("The sample is drawn already."))
        seed = secrets.token_hex(8)
        rows = self._sample(seed)
        if not rows:
            raise UserError(self.env._("No filed archive fits. Widen the plan."))
        # superuser: the sample is made by chance, not by hand
        plan = self.sudo()
        plan.env["insurance.inspection.plan.line"].create(
            [
                {"plan_id": self.id, "archive_id": archive_id, "position": position}
                for position, (archive_id,) in enumerate(rows, 1)
            ]
        )
        plan.write({"seed": seed, "population": self._population()})
        self.write({"state": "running"})
        return True

    def _eligible(self):
        conditions = [
            SQL("state IN ('filed', 'restricted')"),
            SQL("company_id = %s", self.company_id.id),
        ]
        if self.client_kind:
            conditions.append(SQL("client_kind = %s", self.client_kind))
        if self.team_id:
            conditions.append(SQL("team_id = %s", self.team_id.id))
        if self.filed_from:
            conditions.append(SQL("filed_on >= %s", self.filed_from))
        return SQL(" AND ").join(conditions)

    def _population(self):
        return self.env.execute_query(
            SQL("SELECT count(*) FROM insurance_archive WHERE %s", self._eligible())
        )[0][0]

    def _sample(self, seed):
        """Return the ids of the sample that belongs to a seed, in its order."""
        self.env.flush_all()
        size = -(-self._population() * self.sample_pct // 100)
        if self.sample_most:
            size = min(size, self.sample_most)
        return self.env.execute_query(
            SQL(
                "SELECT id FROM insurance_archive WHERE %s"
                " ORDER BY md5(%s || uuid::text), id LIMIT %s",
                self._eligible(),
                seed,
                int(size),
            )
        )

    def _check_drawn(self):
        if not self.seed:
            raise UserError(self.env._("Draw the sample first."))

    def _check_all_inspected(self):
        if self.open_count:
            raise UserError(
                self.env._(
                    "%s archives of the sample are not inspected yet.", self.open_count
                )
            )

    def action_finish(self):
        """End the plan; refused as long as an archive of it is not inspected."""
        self.write({"state": "done"})

    def action_open_lines(self):
        """List the archives that were drawn."""
        self.ensure_one()
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(
                "insurance_compliance.insurance_inspection_plan_line_action"
            ),
            "domain": [("plan_id", "=", self.id)],
            "context": {},
        }
