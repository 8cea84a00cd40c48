from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..tools import score_types
from ..tools.score_types import NUMBER, ScoreError


class InsuranceScoreTest(models.AbstractModel):
    """A question about one figure of a client, as a person enters it.

    The inheriting model has ``feature_id`` and says in ``_scorecards`` where it stands.
    """

    _name = "insurance.score.test"
    _description = "Condition on a figure"

    feature_id = fields.Many2one("insurance.score.feature", string="Figure")
    kind = fields.Selection(related="feature_id.kind")
    low = fields.Char(string="From", help="The smallest number that counts.")
    high = fields.Char(
        string="Below", help="The first number that does not count any more."
    )
    option_ids = fields.Many2many(
        "insurance.score.option",
        string="Values",
        domain="[('feature_id', '=', feature_id)]",
    )
    missing = fields.Boolean(
        string="Unknown",
        help="Applies when the figure is not known, or can't be: an enterprise has no "
        "age.",
    )
    summary = fields.Char(compute="_compute_summary")

    @api.depends("feature_id", "low", "high", "option_ids", "missing")
    @api.depends_context("lang")
    def _compute_summary(self):
        for test in self:
            test.summary = test._in_words()

    def _in_words(self):
        if self.missing:
            return self.env._("unknown")
        if self.option_ids:
            return ", ".join(self.option_ids.mapped("display_name"))
        low, high = (self.low or "").strip(), (self.high or "").strip()
        if low and high:
            return self.env._("from %(low)s to below %(high)s", low=low, high=high)
        if high:
            return self.env._("below %s", high)
        return self.env._("from %s", low) if low else ""

    @api.onchange("feature_id")
    def _onchange_feature_id(self):
        self.option_ids = False
        if self.kind != NUMBER:
            self.low = self.high = False

    @api.constrains("low", "high", "option_ids", "missing")
    def _check_test(self):
        kinds = self.env["insurance.client.feature"]._feature_kinds()
        for test in self:
            try:
                score_types._check_test(test._test(), kinds)
            except ScoreError as error:
                raise ValidationError(
                    self.env["insurance.scorecard"]._problem(error, test.feature_id)
                ) from error
            strange = test.option_ids.feature_id - test.feature_id
            if strange:
                raise ValidationError(
                    self.env._(
                        "Choose values of “%s” only.", test.feature_id.display_name
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        tests = super().create(vals_list)
        tests._scorecards()._check_draft()
        return tests

    def write(self, vals):
        self._scorecards()._check_draft()
        result = super().write(vals)
        self._scorecards()._check_draft()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_approved(self):
        self._scorecards()._check_draft()

    def _scorecards(self):
        """Override to return the scorecards that the conditions belong to."""
        return self.env["insurance.scorecard"]

    def _test(self):
        """Return the condition in the form that the compiler takes."""
        self.ensure_one()
        return score_types.Test(
            feature=self.feature_id.code,
            low=score_types.limit(self.low),
            high=score_types.limit(self.high),
            values=tuple(sorted(self.option_ids.mapped("code"))),
            missing=self.missing,
        )
