from odoo import api, fields, models


class InsuranceMatchBacktest(models.Model):
    """What a rule would have done to what was offered and sold in the past.

    Figures only: no client can be found in them.
    """

    _name = "insurance.match.backtest"
    _description = "Back-test of a matching rule"
    _order = "create_date desc, id desc"

    rule_id = fields.Many2one(
        "insurance.match.rule",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    content_on = fields.Datetime(
        string="Rule as of", readonly=True, help="When the rule was last changed."
    )
    # a time would not do: a rule can change twice within its second
    content_digest = fields.Char(readonly=True)
    date_from = fields.Date(string="Sold since", readonly=True)
    date_to = fields.Date(string="Sold until", readonly=True)
    client_count = fields.Integer(
        string="Clients it applies to", readonly=True, aggregator=None
    )
    product_count = fields.Integer(
        string="Products it applies to", readonly=True, aggregator=None
    )
    policy_count = fields.Integer(
        string="Policies sold", readonly=True, aggregator=None
    )
    touched_count = fields.Integer(
        string="Of these touched",
        readonly=True,
        aggregator=None,
        help="Sold to a client and of a product that the rule would have dropped, or "
        "given points.",
    )
    touched_lost = fields.Float(
        string="Touched: lost (%)",
        digits=(5, 1),
        readonly=True,
        aggregator=None,
        help="How many of them have lapsed or were surrendered. A rule that drops "
        "products is right when this is more than of the others.",
    )
    other_lost = fields.Float(
        string="Others: lost (%)", digits=(5, 1), readonly=True, aggregator=None
    )
    share_inside = fields.Float(
        string="Bought by these clients (%)",
        digits=(5, 1),
        readonly=True,
        aggregator=None,
        help="How many of the policies of these clients are of these products. A rule "
        "that gives points is right when this is more than of other clients.",
    )
    share_outside = fields.Float(
        string="Bought by other clients (%)",
        digits=(5, 1),
        readonly=True,
        aggregator=None,
    )
    offer_count = fields.Integer(
        string="Products offered",
        readonly=True,
        aggregator=None,
        help="Kept by matches since that day.",
    )
    offer_touched = fields.Integer(
        string="Offers touched", readonly=True, aggregator=None
    )

    advice_count = fields.Integer(
        string="Products recommended",
        readonly=True,
        aggregator=None,
        help="In advice that was finished since that day.",
    )
    advice_touched = fields.Integer(
        string="Recommended, touched", readonly=True, aggregator=None
    )
    touched_bought = fields.Float(
        string="Touched: bought (%)",
        digits=(5, 1),
        readonly=True,
        aggregator=None,
        help="How many of the touched recommendations were bought. A rule that drops "
        "products is right when this is less than of the others.",
    )
    other_bought = fields.Float(
        string="Others: bought (%)", digits=(5, 1), readonly=True, aggregator=None
    )

    @api.depends("rule_id", "create_date")
    @api.depends_context("lang", "tz")
    def _compute_display_name(self):
        for test in self:
            test.display_name = f"{test.rule_id.display_name} · {test.date_to}"
