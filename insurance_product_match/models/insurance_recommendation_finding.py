from odoo import api, fields, models
from odoo.exceptions import UserError

from .insurance_recommendation_line_check import SEVERITIES


class InsuranceRecommendationFinding(models.Model):
    """What speaks for care with a product, or against it, with its article."""

    _name = "insurance.recommendation.finding"
    _inherit = "insurance.archive.child"
    _description = "Finding on a recommended product"
    _order = "line_id, id"
    _rec_name = "reason"
    # says no figure of the client: the reason names the rule, not the income
    _access_slices = ("basic",)

    line_id = fields.Many2one(
        "insurance.recommendation.line",
        string="Product",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    archive_id = fields.Many2one(
        related="line_id.archive_id", store=True, precompute=True
    )
    code = fields.Char(required=True, readonly=True)
    severity = fields.Selection(SEVERITIES, required=True, readonly=True)
    reason = fields.Text(required=True, readonly=True)
    lang = fields.Char(string="Language", readonly=True)
    regulation_id = fields.Many2one(
        "insurance.regulation", string="Article", readonly=True, ondelete="restrict"
    )
    text = fields.Char(compute="_compute_text")

    @api.depends("reason", "regulation_id")
    @api.depends_context("lang")
    def _compute_text(self):
        lang = self.env.lang or "en_US"
        for line, findings in self.grouped("line_id").items():
            reasons = {}
            if any(finding.lang != lang for finding in findings):
                reasons = {one["code"]: one["reason"] for one in line._findings()}
            for finding in findings:
                reason = reasons.get(finding.code) or finding.reason
                # superuser: regulations are no secret
                article = finding.sudo().regulation_id.display_name
                finding.text = f"{reason} ({article})" if article else reason

    @api.model_create_multi
    def create(self, vals_list):
        if vals_list and not self.env.su:
            raise UserError(self.env._("Findings are made by the system alone."))
        return super().create(vals_list)

    def write(self, vals):
        if self and not self.env.su:
            raise UserError(self.env._("Findings are made by the system alone."))
        return super().write(vals)

    def _check_archive_access(self):
        # the line that it is about was checked; nobody writes findings by hand
        return None
