from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

from odoo.addons.insurance_client_archive.flag_domain import flag_domain

from ..risk_level import IMPACTS, LEVELS, LIKELIHOODS, level_of, score, thresholds
from .insurance_check import MODULE, STAGES

COMPLIANCE = f"{MODULE}.group_compliance"
THREATS = [
    ("leak", "Leak"),
    ("tampering", "Tampering"),
    ("abuse", "Abuse of rights"),
    ("illegal_access", "Illegal access"),
    ("loss", "Loss"),
    ("unavailability", "Unavailability"),
    ("unlawful", "Unlawful processing"),
    ("supplier", "Failure of a supplier"),
    ("error", "Human error"),
    ("physical", "Fire, water, damp"),
]
#: what only steps and assessments fill in
FILLED_IN = (
    "assessed_on",
    "likelihood_before",
    "impact_before",
    "likelihood_after",
    "impact_after",
    "asked_by_id",
    "accepted_by_id",
    "accepted_on",
    "accepted_score",
)
#: what an acceptance is about
ACCEPTED_FIELDS = {
    "asset",
    "company_id",
    "control_ids",
    "description",
    "name",
    "owner_id",
    "stage",
    "threat",
    "treatment",
    "treatment_note",
}


class InsuranceRisk(models.Model):
    """What could happen to client data, how bad it would be, and what is done."""

    _name = "insurance.risk"
    _inherit = ["insurance.rectification.source", "insurance.role.value.mixin"]
    _description = "Risk"
    _order = "score_after desc, score_before desc, id"
    _rec_names_search = ["number", "name"]

    _written_by = {
        "owner_id": {
            "description",
            "asset",
            "treatment",
            "treatment_note",
            "control_ids",
            "review_date",
        },
        "compliance": {
            "name",
            "threat",
            "stage",
            "asset",
            "description",
            "owner_id",
            "company_id",
            "regulation_ids",
            "control_ids",
            "treatment",
            "treatment_note",
            "review_date",
        },
    }

    number = fields.Char(readonly=True, copy=False, default="/")
    name = fields.Char(
        string="Risk",
        required=True,
        help="What could happen, in a few words. No names of clients.",
    )
    threat = fields.Selection(THREATS, required=True, default="leak")
    stage = fields.Selection(STAGES, required=True, default="store")
    asset = fields.Char(help="What is in danger: a kind of data, a system, a place.")
    description = fields.Text(
        string="How it could happen", help="Cause, weakness, and what would follow."
    )
    company_id = fields.Many2one(
        "res.company",
        index=True,
        default=lambda self: self.env.company,
        help="Empty: it concerns all companies.",
    )
    owner_id = fields.Many2one(
        "res.users",
        required=True,
        index=True,
        default=lambda self: self.env.user,
        domain=[("share", "=", False)],
        help="Answers for the risk: assesses it, and sees to its treatment.",
    )
    regulation_ids = fields.Many2many("insurance.regulation", string="Regulations")
    control_ids = fields.Many2many("insurance.risk.control", string="Controls")
    weak_count = fields.Integer(
        string="Weak controls", compute="_compute_weak_count", compute_sudo=True
    )
    has_weak_controls = fields.Boolean(
        compute="_compute_weak_count",
        compute_sudo=True,
        search="_search_has_weak_controls",
    )
    treatment = fields.Selection(
        [
            ("mitigate", "Mitigate"),
            ("accept", "Accept"),
            ("transfer", "Transfer"),
            ("avoid", "Avoid"),
        ],
        help="Mitigate: more or better controls. Transfer: an insurance, a supplier. "
        "Avoid: stop doing what brings it.",
    )
    treatment_note = fields.Text(string="Plan of treatment")
    assessment_ids = fields.One2many("insurance.risk.assessment", "risk_id")
    assessment_count = fields.Integer(compute="_compute_assessment_count")
    assessed_on = fields.Datetime(string="Last assessed on", readonly=True, copy=False)
    likelihood_before = fields.Selection(
        LIKELIHOODS, string="Likelihood without controls", readonly=True, copy=False
    )
    impact_before = fields.Selection(
        IMPACTS, string="Impact without controls", readonly=True, copy=False
    )
    likelihood_after = fields.Selection(
        LIKELIHOODS, string="Likelihood with controls", readonly=True, copy=False
    )
    impact_after = fields.Selection(
        IMPACTS, string="Impact with controls", readonly=True, copy=False
    )
    score_before = fields.Integer(
        string="Score without controls",
        compute="_compute_scores",
        store=True,
        aggregator="avg",
    )
    score_after = fields.Integer(
        string="Score with controls",
        compute="_compute_scores",
        store=True,
        aggregator="avg",
    )
    level_before = fields.Selection(
        LEVELS, string="Level without controls", compute="_compute_levels", store=True
    )
    level_after = fields.Selection(
        LEVELS,
        string="Level with controls",
        compute="_compute_levels",
        store=True,
        group_expand=True,
    )
    review_date = fields.Date(
        string="Assess again on",
        copy=False,
        help="Proposed by the level with controls when it was last assessed.",
    )
    review_overdue = fields.Boolean(
        compute="_compute_review_overdue", search="_search_review_overdue"
    )

    @api.depends(
        "likelihood_before", "impact_before", "likelihood_after", "impact_after"
    )
    def _compute_scores(self):
        for risk in self:
            risk.score_before = score(risk.likelihood_before, risk.impact_before)
            risk.score_after = score(risk.likelihood_after, risk.impact_after)

    @api.depends("score_before", "score_after")
    def _compute_levels(self):
        limits = thresholds(self.env)
        for risk in self:
            risk.level_before = level_of(risk.score_before, limits)
            risk.level_after = level_of(risk.score_after, limits)

    @api.depends("control_ids")
    def _compute_weak_count(self):
        for risk in self:
            weak = risk.control_ids.filtered(lambda control: control.status == "weak")
            risk.weak_count = len(weak)
            risk.has_weak_controls = bool(weak)

    def _search_has_weak_controls(self, operator, value):
        weak = Domain("control_ids.status", "=", "weak")
        return flag_domain(operator, value, weak)

    @api.depends("assessment_ids")
    def _compute_assessment_count(self):
        counts = dict(
            self.env["insurance.risk.assessment"]._read_group(
                [("risk_id", "in", self.ids)], ["risk_id"], ["__count"]
            )
        )
        for risk in self:
            risk.assessment_count = counts.get(risk._origin, 0)

    @api.depends("review_date", "state")
    def _compute_review_overdue(self):
        today = fields.Date.context_today(self)
        for risk in self:
            due = risk.state != "closed" and risk.review_date
            risk.review_overdue = bool(due) and due <= today

    def _search_review_overdue(self, operator, value):
        late = Domain("state", "!=", "closed") & Domain("review_date", "<=", "today")
        return flag_domain(operator, value, late)

    @api.depends("number", "name")
    def _compute_display_name(self):
        for risk in self:
            risk.display_name = f"{risk.number} {risk.name or ''}"

    @api.constrains("owner_id")
    def _check_owner(self):
        for risk in self:
            # superuser: whether this colleague works here
            owner = risk.owner_id.sudo()
            if owner.share or not owner.has_group(f"{MODULE}.group_archive_user"):
                raise ValidationError(
                    self.env._(
                        "%s has no role in the insurance application. Give a role "
                        "first, or choose somebody else.",
                        owner.name,
                    )
                )

    # --- who writes what

    @api.model_create_multi
    def create(self, vals_list):
        vals_list = [dict(vals) for vals in vals_list]
        for vals in vals_list:
            if not self.env.su:
                self._refuse_filled_in(vals)
                # defaults, too, come from the caller
                vals.update({**dict.fromkeys(FILLED_IN, False), "number": "/"})
            if vals.get("number", "/") == "/":
                # superuser: the next number, whoever enters the risk
                sequence = self.env["ir.sequence"].sudo()
                vals["number"] = sequence.next_by_code(self._name)
        return super().create(vals_list)

    def write(self, vals):
        if self.env.su:
            return super().write(vals)
        self._check_own_fields(vals)
        for risk in self:
            if risk.state != "open" and ACCEPTED_FIELDS & set(vals):
                raise UserError(
                    self.env._(
                        "What is accepted, or to be accepted, stays as it is. Reopen "
                        "“%s” first.",
                        risk.display_name,
                    )
                )
            risk._check_review_not_put_off(vals)
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_assessed(self):
        # superuser: whether there is anything
        if self.sudo().assessment_ids:
            raise UserError(
                self.env._("A risk that was assessed is closed, not deleted.")
            )

    def _check_review_not_put_off(self, vals):
        """Let the next look come earlier than its level asks for, but not later."""
        day = fields.Date.to_date(vals.get("review_date"))
        if "review_date" not in vals or day == self.review_date:
            return
        last = self.assessed_on and self._proposed_review(
            self.level_after, self.assessed_on.date()
        )
        if last and (not day or day > last):
            raise UserError(
                self.env._(
                    "“%(risk)s” is assessed again by %(day)s at the latest, by its "
                    "level.",
                    risk=self.display_name,
                    day=fields.Date.to_string(last),
                )
            )
