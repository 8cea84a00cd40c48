from odoo import api, fields, models

from ..tools.match_score import FACTORS


class InsuranceMatchLine(models.Model):
    """One product of a match: kept with its points, or dropped with the reasons."""

    _name = "insurance.match.line"
    _inherit = ["insurance.archive.child"]
    _description = "Product of a match"
    _order = "match_id desc, verdict desc, rank, id"
    _access_slices = ("basic",)
    # written by the million: no columns and indexes that nobody asks for
    _log_access = False

    match_id = fields.Many2one(
        "insurance.match", required=True, readonly=True, index=True, ondelete="cascade"
    )
    archive_id = fields.Many2one(ondelete="cascade")
    partner_id = fields.Many2one(index=False)
    product_id = fields.Many2one(
        "product.template",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    verdict = fields.Selection(
        [("kept", "Suitable"), ("dropped", "Not suitable")],
        required=True,
        readonly=True,
    )
    rank = fields.Integer(readonly=True, aggregator=None)
    points = fields.Float(
        digits=(8, 2),
        readonly=True,
        aggregator="avg",
        help="The sum of the points of all factors and rules.",
    )
    points_need = fields.Float(
        string="Need",
        digits=(8, 2),
        readonly=True,
        aggregator="avg",
        help="It covers where most of the need is uncovered.",
    )
    points_gap = fields.Float(
        string="Gap closed",
        digits=(8, 2),
        readonly=True,
        aggregator="avg",
        help="How much of all that is missing it closes.",
    )
    points_affordability = fields.Float(
        string="Affordability",
        digits=(8, 2),
        readonly=True,
        aggregator="avg",
        help="How much of the budget it leaves when it covers all that is missing.",
    )
    points_completeness = fields.Float(
        string="Completeness",
        digits=(8, 2),
        readonly=True,
        aggregator="avg",
        help="It brings cover of which the client has nothing yet.",
    )
    points_preference = fields.Float(
        string="Preference",
        digits=(8, 2),
        readonly=True,
        aggregator="avg",
        help="It is of the line of business that the client prefers.",
    )
    points_affinity = fields.Float(
        string="Affinity",
        digits=(8, 2),
        readonly=True,
        aggregator="avg",
        help="Clients who have bought what this client has have often bought it too.",
    )
    points_rules = fields.Float(
        string="Rules",
        digits=(8, 2),
        readonly=True,
        aggregator="avg",
        help="What the matching rules in force give or take.",
    )
    sum_insured = fields.Monetary(readonly=True, aggregator=None)
    annual_premium = fields.Monetary(
        readonly=True, aggregator=None, help="A single premium counts in full."
    )
    in_combination = fields.Boolean(
        string="In the combination",
        readonly=True,
        help="Part of the best combination inside the budget.",
    )
    combination_sum_insured = fields.Monetary(
        string="Sum insured there", readonly=True, aggregator=None
    )
    combination_premium = fields.Monetary(
        string="Premium there", readonly=True, aggregator=None
    )
    findings = fields.Json(
        readonly=True,
        help="[{code, severity, article, rule}]: why it was dropped, or what to mind.",
    )
    reason = fields.Text(string="Reasons", compute="_compute_reason")
    bars = fields.Json(string="Points by factor", compute="_compute_bars")

    @api.depends("product_id", "rank")
    @api.depends_context("lang", "uid")
    def _compute_display_name(self):
        result = super()._compute_display_name()
        for line in self.filtered("product_id"):
            line.display_name = line.product_id.display_name
        return result

    @api.depends("findings")
    @api.depends_context("lang")
    def _compute_reason(self):
        reasons = self.env["insurance.match.engine"]._reasons(
            [finding for line in self for finding in line.findings or []]
        )
        for line in self:
            line.reason = "\n".join(
                reasons[finding["code"], finding.get("rule")]
                for finding in line.findings or []
            )

    @api.depends(*(f"points_{name}" for name in (*FACTORS, "rules")))
    @api.depends_context("lang")
    def _compute_bars(self):
        labels = self.fields_get(
            [f"points_{name}" for name in (*FACTORS, "rules")], ["string", "help"]
        )
        for line in self:
            line.bars = [
                {
                    "name": name,
                    "label": labels[f"points_{name}"]["string"],
                    "help": labels[f"points_{name}"].get("help", ""),
                    "points": line[f"points_{name}"],
                }
                for name in (*FACTORS, "rules")
                if line[f"points_{name}"]
            ]
