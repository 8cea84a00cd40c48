from odoo import api, fields, models
from odoo.exceptions import UserError

from ..risk_level import IMPACTS, LEVELS, LIKELIHOODS, level_of, score, thresholds

GRADES = ("likelihood_before", "impact_before", "likelihood_after", "impact_after")
FILLED_IN = {"user_id", "date", "round_id", "controls", "level_before", "level_after"}


class InsuranceRiskAssessment(models.Model):
    """How a risk was judged on a day, by whom, why. Never changed, never deleted."""

    _name = "insurance.risk.assessment"
    _description = "Assessment of a risk"
    _order = "id desc"
    _rec_name = "risk_id"

    risk_id = fields.Many2one(
        "insurance.risk", required=True, index=True, ondelete="restrict"
    )
    round_id = fields.Many2one(
        "insurance.risk.round", readonly=True, index="btree_not_null"
    )
    user_id = fields.Many2one(
        "res.users",
        string="Assessed by",
        required=True,
        readonly=True,
        default=lambda self: self.env.user,
    )
    date = fields.Datetime(
        string="Assessed on", required=True, readonly=True, default=fields.Datetime.now
    )
    likelihood_before = fields.Selection(
        LIKELIHOODS, string="Likelihood without controls", required=True
    )
    impact_before = fields.Selection(
        IMPACTS, string="Impact without controls", required=True
    )
    likelihood_after = fields.Selection(
        LIKELIHOODS, string="Likelihood with controls", required=True
    )
    impact_after = fields.Selection(
        IMPACTS, string="Impact with controls", required=True
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
        LEVELS,
        string="Level without controls",
        compute="_compute_scores",
        store=True,
        help="By the thresholds of that day.",
    )
    level_after = fields.Selection(
        LEVELS,
        string="Level with controls",
        compute="_compute_scores",
        store=True,
        help="By the thresholds of that day.",
    )
    note = fields.Text(
        string="Why it is judged so",
        required=True,
        help="What has happened since, what has changed. No data of clients.",
    )
    controls = fields.Text(
        string="Controls on that day", readonly=True, help="And how they were proved."
    )

    _after_not_worse = models.Constraint(
        "CHECK(likelihood_after <= likelihood_before"
        " AND impact_after <= impact_before)",
        "Controls can't make a risk greater than it is without them.",
    )

    @api.depends(*GRADES)
    def _compute_scores(self):
        limits = thresholds(self.env)
        for assessment in self:
            before = score(assessment.likelihood_before, assessment.impact_before)
            after = score(assessment.likelihood_after, assessment.impact_after)
            assessment.score_before, assessment.score_after = before, after
            assessment.level_before = level_of(before, limits)
            assessment.level_after = level_of(after, limits)

    @api.model
    def default_get(self, fields):
        """Begin with what was said the last time."""
        values = super().default_get(fields)
        risk = self.env["insurance.risk"].browse(values.get("risk_id"))
        last = risk.assessment_ids[:1]
        for name in GRADES:
            if last and name in fields:
                values.setdefault(name, last[name])
        return values

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            if not self.env.su and FILLED_IN & set(vals):
                raise UserError(self.env._("The server fills this in by itself."))
            # defaults, too, come from the caller
            vals.setdefault("risk_id", self.default_get(["risk_id"]).get("risk_id"))
            vals.update({"user_id": self.env.uid, "date": fields.Datetime.now()})
            risk = self.env["insurance.risk"].browse(vals.get("risk_id"))
            risk._check_may_assess()
            vals["round_id"] = risk._running_round().id
            # superuser: the names of the controls, whoever assesses
            vals["controls"] = risk.sudo().control_ids._as_text()
        assessments = super().create(vals_list)
        for assessment in assessments[::-1]:
            assessment.risk_id._take(assessment)
        return assessments

    def write(self, vals):
        if self:
            raise UserError(
                self.env._("An assessment stays as it was made. Assess the risk anew.")
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_history(self):
        raise UserError(self.env._("An assessment can't be deleted."))

    def action_save(self):
        """Close the window; it is stored by then."""
        return {"type": "ir.actions.act_window_close"}
