from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import SQL

from odoo.addons.insurance_client_archive.flag_domain import flag_domain

KINDS = [
    ("sensitive", "Sensitive data"),
    ("automated", "Automated decision"),
    ("entrusted", "Entrusted processing"),
    ("provided", "Provided to others"),
    ("public", "Made public"),
    ("abroad", "Sent abroad"),
    ("other", "Other major effect on persons"),
]
GRADES = [
    ("1", "1 – very low"),
    ("2", "2 – low"),
    ("3", "3 – medium"),
    ("4", "4 – high"),
    ("5", "5 – very high"),
]
LEVELS = [("low", "Low"), ("medium", "Medium"), ("high", "High")]
#: what may go live under them
ALLOWING = ("go", "measures")


class InsuranceImpactAssessment(models.Model):
    """What a use of personal data does to people, looked at before it begins.

    The three questions are those of PIPL 56. What may go live is decided by what was
    approved: kind, subject and the data that the subject works on.
    """

    _name = "insurance.impact.assessment"
    _description = "Impact assessment"
    _order = "id desc"

    name = fields.Char(required=True, translate=True, help="What is planned.")
    kind = fields.Selection(KINDS, required=True, default="sensitive")
    subject = fields.Char(
        string="Technical subject",
        required=True,
        index=True,
        help="The technical names by which the product asks whether this was assessed, "
        "with spaces between; “Assess the impact” on the thing itself fills them in.",
    )
    parts = fields.Json(
        string="Technical scope",
        default=list,
        help="Technical names of the data that were assessed.",
    )
    parts_text = fields.Text(string="Data and limits", compute="_compute_parts_text")
    company_id = fields.Many2one("res.company", help="Empty: for all companies.")
    previous_id = fields.Many2one(
        "insurance.impact.assessment",
        string="Version before",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )
    shipped = fields.Boolean(
        string="Comes with the product",
        readonly=True,
        copy=False,
        help="Written by the makers of this product. Make a version of your own.",
    )
    description = fields.Text(
        string="What is planned and how",
        translate=True,
        help="Which data of whom, what for, how, how long, who receives them.",
    )
    purpose_text = fields.Text(
        string="Purpose and manner",
        translate=True,
        help="Why purpose and manner are lawful, legitimate and necessary, and whether "
        "less would do (PIPL 56.1).",
    )
    is_lawful = fields.Boolean(string="Lawful", copy=False)
    is_legitimate = fields.Boolean(string="Legitimate", copy=False)
    is_necessary = fields.Boolean(string="Necessary", copy=False)
    rights_text = fields.Text(
        string="Rights and risks",
        translate=True,
        help="What it does to the rights of the persons, and what may go wrong "
        "(PIPL 56.2).",
    )
    likelihood = fields.Selection(GRADES, help="Without the measures.")
    severity = fields.Selection(GRADES, help="For the persons, without the measures.")
    measures_text = fields.Text(
        string="Protective measures",
        translate=True,
        help="What protects the persons, and why that is enough (PIPL 56.3).",
    )
    measures_lawful = fields.Boolean(string="Measures are lawful", copy=False)
    measures_effective = fields.Boolean(string="Measures are effective", copy=False)
    measures_fit = fields.Boolean(
        string="Measures are appropriate to the risk", copy=False
    )
    residual_likelihood = fields.Selection(
        GRADES, string="Likelihood that remains", help="With the measures."
    )
    residual_severity = fields.Selection(
        GRADES, string="Severity that remains", help="With the measures."
    )
    score = fields.Integer(
        string="Risk before",
        compute="_compute_score",
        store=True,
        aggregator="avg",
        help="Likelihood × severity, 1 to 25.",
    )
    residual_score = fields.Integer(
        string="Risk that remains",
        compute="_compute_score",
        store=True,
        aggregator="avg",
        help="With the measures, 1 to 25.",
    )
    level = fields.Selection(
        LEVELS, string="Risk level", compute="_compute_level", help="What remains."
    )
    measure_ids = fields.One2many(
        "insurance.impact.measure", "assessment_id", string="Measures to take"
    )
    conclusion = fields.Selection(
        [
            ("go", "May go live"),
            ("measures", "May go live with the measures"),
            ("no", "May not go live"),
        ],
        copy=False,
    )
    review_date = fields.Date(
        string="Review on",
        copy=False,
        help="From the day after on, nothing new goes live on this assessment.",
    )
    regulation_ids = fields.Many2many(
        "insurance.regulation",
        "insurance_impact_regulation_rel",
        "assessment_id",
        "regulation_id",
        string="Regulations",
        default=lambda self: self._default_regulations(),
    )
    in_force = fields.Boolean(compute="_compute_in_force", search="_search_in_force")
    review_overdue = fields.Boolean(
        compute="_compute_in_force", search="_search_review_overdue"
    )

    @api.model
    def _default_regulations(self):
        names = ("regulation_pipl_55", "regulation_pipl_56")
        found = self.env["insurance.regulation"]
        for name in names:
            found |= self.env.ref(f"insurance_client_archive.{name}", False) or found
        return found

    @api.depends("name", "version")
    def _compute_display_name(self):
        for assessment in self:
            assessment.display_name = f"{assessment.name} · {assessment.version}"

    @api.depends("parts")
    @api.depends_context("lang")
    def _compute_parts_text(self):
        words = self._part_words({part for one in self for part in one.parts or ()})
        for assessment in self:
            assessment.parts_text = ", ".join(
                words[part] for part in assessment.parts or ()
            )

    @api.depends("likelihood", "severity", "residual_likelihood", "residual_severity")
    def _compute_score(self):
        for one in self:
            one.score = int(one.likelihood or 0) * int(one.severity or 0)
            one.residual_score = int(one.residual_likelihood or 0) * int(
                one.residual_severity or 0
            )

    @api.depends("residual_score")
    def _compute_level(self):
        parameter = self.env["insurance.parameter"]
        medium, high = (
            parameter._get(f"impact_{level}_score") for level in ("medium", "high")
        )
        for one in self:
            rising = (one.residual_score >= medium) + (one.residual_score >= high)
            level = ("low", "medium", "high")[rising]
            one.level = level if one.residual_score else False

    @api.depends("state", "conclusion", "review_date", "measure_ids.done_on")
    def _compute_in_force(self):
        today = fields.Date.today()
        for one in self:
            decided = one.state == "approved" and one.conclusion in ALLOWING
            late = bool(one.review_date) and one.review_date < today
            waits = one.measure_ids.filtered(lambda m: m.before_live and not m.done_on)
            one.in_force = decided and not late and not waits
            one.review_overdue = one.state == "approved" and late

    def _search_in_force(self, operator, value):
        return flag_domain(operator, value, self._in_force_domain())

    def _search_review_overdue(self, operator, value):
        late = Domain("state", "=", "approved")
        late &= Domain("review_date", "<", fields.Date.today())
        return flag_domain(operator, value, late)

    @api.model
    def _in_force_domain(self):
        # the day of the server: a caller's time zone does not prolong anything
        waits = Domain("before_live", "=", True) & Domain("done_on", "=", False)
        return (
            Domain("state", "=", "approved")
            & Domain("conclusion", "in", ALLOWING)
            & Domain("review_date", ">=", fields.Date.today())
            & ~Domain("measure_ids", "any", waits)
        )

    @api.model
    def _subject_domain(self, subject):
        """Return the assessments that name the subject among others, or alone."""
        return Domain.custom(
            to_sql=lambda model, alias, query: SQL(
                "%s = ANY(string_to_array(%s, ' '))",
                subject,
                SQL.identifier(alias, "subject", to_flush=self._fields["subject"]),
            ),
            predicate=lambda one: subject in (one.subject or "").split(),
        )

    @api.constrains("parts")
    def _check_parts(self):
        for one in self:
            parts = one.parts or []
            if not isinstance(parts, list) or not all(
                isinstance(part, str) for part in parts
            ):
                raise ValidationError(
                    self.env._("The technical scope is a list of names.")
                )

    @api.model
    def _part_words(self, parts):
        """Return {technical name: what people call it}."""
        figures = self.env["insurance.score.feature"].sudo()  # names are no secret
        categories = self.env["insurance.data.category"].sudo()
        known = {
            **{one.code: one.name for one in categories.search([])},
            **{one.code: one.name for one in figures.search([])},
        }
        return {part: known.get(part) or self._one_part_words(part) for part in parts}

    @api.model
    def _one_part_words(self, part):
        model_name, _dot, name = part.rpartition(".")
        if model_name == "archive_id":
            model_name = "insurance.archive"
        model = self.env.get(model_name)
        if model is not None and name in model._fields:
            return model._fields[name]._description_string(self.env)
        name, _colon, limit = part.rpartition(":")
        labels = {
            "max_days": self.env._("days at most"),
            "max_downloads": self.env._("downloads at most"),
            "max_parts": self.env._("parts at most"),
        }
        if name in labels:
            return f"{limit} {labels[name]}"
        if name == "decided_by":
            policy = self.env["insurance.share.policy"]._fields["approver"]
            roles = dict(policy._description_selection(self.env))
            return self.env._("decided by: %s", roles.get(limit, limit))
        if part == "unreviewed":
            return self.env._("without a confidentiality review")
        return part

    def action_open_form(self):
        """Open the assessment in a form of its own."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "views": [(False, "form")],
        }

    def action_new_version(self):
        """Open a draft of the next version, with the words of this one."""
        self.ensure_one()
        waiting = self.search([("previous_id", "=", self.id)], limit=1)
        if waiting:
            raise UserError(
                self.env._("There is a next version already: %s.", waiting.display_name)
            )
        # the copy is the user's own; number and line of descent are the system's
        draft = self.copy()
        # superuser: they are not entered by hand
        draft.sudo().write({"version": self.version + 1, "previous_id": self.id})
        return draft.action_open_form()
