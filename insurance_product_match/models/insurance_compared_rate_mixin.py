from odoo import api, fields, models

#: what the comparison fills in
COMPARED = frozenset(
    {
        "company_id",
        "cases",
        "rate",
        "rate_low",
        "rate_high",
        "other_cases",
        "other_rate",
        "gap_low",
        "gap_high",
        "comparisons",
        "date_from",
        "date_to",
    }
)


class InsuranceComparedRateMixin(models.AbstractModel):
    """A rate that differs from another one by more than chance; rates in per cent."""

    _name = "insurance.compared.rate.mixin"
    _inherit = ["insurance.server.value.mixin", "insurance.state.mixin"]
    _description = "Rate compared with another one"
    _order = "date_to desc, id desc"

    _server_values = COMPARED

    company_id = fields.Many2one("res.company", readonly=True, index=True)
    cases = fields.Integer(readonly=True, aggregator=None)
    rate = fields.Float(
        string="Rate (%)", readonly=True, aggregator=None, digits=(5, 1)
    )
    rate_low = fields.Float(
        string="At least (%)", readonly=True, aggregator=None, digits=(5, 1)
    )
    rate_high = fields.Float(
        string="At most (%)", readonly=True, aggregator=None, digits=(5, 1)
    )
    other_cases = fields.Integer(
        string="Compared cases", readonly=True, aggregator=None
    )
    other_rate = fields.Float(
        string="Compared (%)", readonly=True, aggregator=None, digits=(5, 1)
    )
    gap_low = fields.Float(
        string="Difference, at least", readonly=True, aggregator=None, digits=(5, 1)
    )
    gap_high = fields.Float(
        string="Difference, at most", readonly=True, aggregator=None, digits=(5, 1)
    )
    comparisons = fields.Integer(
        readonly=True,
        aggregator=None,
        help="So many figures were compared at once. The more there are, the wider "
        "the bounds are drawn: among many some differ by chance.",
    )
    date_from = fields.Date(string="Advice since", readonly=True)
    date_to = fields.Date(string="Advice until", readonly=True)

    @api.model
    def _cron_evaluate(self):
        """Look at the results of each company by itself."""
        # superuser: which companies have given advice at all
        advice = self.env["insurance.recommendation"].sudo()
        for (company,) in advice._read_group([], ["company_id"]):
            self.with_company(company).with_context(
                allowed_company_ids=company.ids
            )._evaluate()

    @api.model
    def _evaluate(self):
        """Override to compare the results of the company and keep what differs."""
