from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from odoo.addons.insurance_client_archive.models import (
    insurance_client_feature_refresh as refresh,
)

from .. import match_conditions
from .insurance_archive_tolerance import MATCHING


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

    @api.depends("rule_id", "create_date")
    @api.depends_context("lang", "tz")
    def _compute_display_name(self):
        for test in self:
            test.display_name = f"{test.rule_id.display_name} · {test.date_to}"


class InsuranceMatchRule(models.Model):
    """A rule is tried on the past before it is used."""

    _inherit = "insurance.match.rule"

    backtest_ids = fields.One2many(
        "insurance.match.backtest", "rule_id", string="Back-tests", readonly=True
    )
    is_tried = fields.Boolean(
        string="Back-test is current", compute="_compute_is_tried"
    )

    @api.depends("backtest_ids.content_on", "content_on")
    def _compute_is_tried(self):
        for rule in self:
            days = rule.backtest_ids.mapped("content_on")
            rule.is_tried = bool(rule.content_on) and rule.content_on in days

    def action_backtest(self):
        """Try the rule on what was sold and offered in the last months."""
        for rule in self:
            rule._backtest()
        return True

    def _check_tried(self):
        result = super()._check_tried()
        if not self.is_tried:
            raise UserError(
                self.env._(
                    "Run the back-test first: nobody knows yet what “%s” would have "
                    "done.",
                    self.display_name,
                )
            )
        return result

    def _backtest(self):
        self.ensure_one()
        # a test is part of writing a rule
        self.check_access("write")
        today = fields.Date.context_today(self)
        months = self.env["insurance.parameter"]._get("match_backtest_months")
        since = today - relativedelta(months=months)
        [row] = self.env.execute_query(self._backtest_sql(since, today))
        clients, products, sold, touched, lost, other_lost, inside, outside = row
        [(offers, touched_offers)] = self.env.execute_query(
            self._backtest_offers_sql(since)
        )
        # superuser: figures that nobody enters by hand, of clients nobody is shown
        return (
            self.env["insurance.match.backtest"]
            .sudo()
            .create(
                {
                    "rule_id": self.id,
                    "content_on": self.content_on,
                    "date_from": since,
                    "date_to": today,
                    "client_count": clients,
                    "product_count": products,
                    "policy_count": sold,
                    "touched_count": touched,
                    "touched_lost": lost,
                    "other_lost": other_lost,
                    "share_inside": inside,
                    "share_outside": outside,
                    "offer_count": offers,
                    "offer_touched": touched_offers,
                }
            )
        )

    def _touches_sql(self):
        """Return the conditions on client and product, and when the rule acts."""
        client, product = (
            match_conditions.to_sql(self.env, side, self[name])
            for name, side in self._sides().items()
        )
        acts = SQL("NOT %s", product) if self.effect == "require" else product
        return client, product, acts

    def _backtest_sql(self, since, until):
        client, product, acts = self._touches_sql()
        for model in (
            "insurance.policy",
            "insurance.client.feature",
            "insurance.archive",
        ):
            self.env[model].flush_model()
        self.env["product.template"].flush_model()
        may = self.env["insurance.archive"]._may_process_sql(MATCHING, "client")
        return SQL(
            """
            WITH sold AS MATERIALIZED (
                SELECT %(client)s AS inside, %(product)s AS hit,
                       %(client)s AND %(acts)s AS touched,
                       policy.state IN %(lost)s AS lost
                FROM insurance_policy AS policy
                JOIN insurance_archive AS client ON client.id = policy.archive_id
                JOIN insurance_client_feature
                    ON insurance_client_feature.archive_id = policy.archive_id
                JOIN product_template ON product_template.id = policy.product_id
                WHERE policy.state NOT IN %(never)s
                  AND policy.start_date > %(since)s AND policy.start_date <= %(until)s
                  AND policy.company_id IN %(companies)s AND %(may)s
            )
            SELECT (
                       SELECT count(*) FROM insurance_client_feature
                       JOIN insurance_archive AS client
                           ON client.id = insurance_client_feature.archive_id
                       WHERE %(client)s AND %(may)s
                         AND client.company_id IN %(companies)s
                   ),
                   (
                       SELECT count(*) FROM product_template
                       WHERE is_insurance AND active AND %(product)s
                   ),
                   count(*), count(*) FILTER (WHERE touched),
                   %(touched_lost)s, %(other_lost)s, %(inside)s, %(outside)s
            FROM sold
            """,
            client=client,
            product=product,
            acts=acts,
            lost=refresh.LOST,
            never=refresh.NEVER_ISSUED,
            since=since,
            until=until,
            companies=tuple(self.env.companies.ids),
            may=may,
            touched_lost=self._percent_sql(SQL("lost"), SQL("touched")),
            other_lost=self._percent_sql(SQL("lost"), SQL("NOT touched")),
            inside=self._percent_sql(SQL("hit"), SQL("inside")),
            outside=self._percent_sql(SQL("hit"), SQL("NOT inside")),
        )

    def _percent_sql(self, what, among):
        """Return a share in per cent; 0 among so few that one could be found out."""
        return SQL(
            "CASE WHEN count(*) FILTER (WHERE %(among)s) >= %(fewest)s"
            " THEN 100.0 * avg((%(what)s)::integer) FILTER (WHERE %(among)s)"
            " ELSE 0 END",
            what=what,
            among=among,
            fewest=self.env["insurance.parameter"]._get("portrait_min_clients"),
        )

    def _backtest_offers_sql(self, since):
        client, _product, acts = self._touches_sql()
        self.env["insurance.match.line"].flush_model()
        return SQL(
            """
            SELECT count(*), count(*) FILTER (WHERE %(client)s AND %(acts)s)
            FROM insurance_match_line AS line
            JOIN insurance_match AS match ON match.id = line.match_id
            JOIN insurance_client_feature
                ON insurance_client_feature.archive_id = line.archive_id
            JOIN product_template ON product_template.id = line.product_id
            WHERE line.verdict = 'kept' AND match.day > %(since)s
              AND line.company_id IN %(companies)s
            """,
            client=client,
            acts=acts,
            since=since,
            companies=tuple(self.env.companies.ids),
        )
