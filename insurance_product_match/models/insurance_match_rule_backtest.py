import hashlib
import json

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from odoo.addons.insurance_client_archive.models import (
    insurance_client_feature_refresh as refresh,
)

from .. import match_conditions
from .insurance_archive_tolerance import MATCHING
from .insurance_match_rule import CONTENT


class InsuranceMatchRule(models.Model):
    """A rule is tried on the past before it is used."""

    _inherit = "insurance.match.rule"

    backtest_ids = fields.One2many(
        "insurance.match.backtest", "rule_id", string="Back-tests", readonly=True
    )
    is_tried = fields.Boolean(
        string="Back-test is current", compute="_compute_is_tried"
    )

    @api.depends("backtest_ids.content_digest", *sorted(CONTENT))
    def _compute_is_tried(self):
        for rule in self:
            tried = rule.backtest_ids.mapped("content_digest")
            rule.is_tried = rule._content_digest() in tried

    def _content_digest(self):
        """Return a digest of what decides: equal for equal wording (hex, SHA-256)."""
        content = [self[name] for name in sorted(CONTENT)]
        return hashlib.sha256(json.dumps(content).encode()).hexdigest()

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
        self.env.flush_all()
        self.env["insurance.match.engine"]._prepare_conditions()
        [(clients, products)] = self.env.execute_query(self._backtest_today_sql())
        [row] = self.env.execute_query(
            SQL(
                # what was known is worked out once for all three
                "WITH known AS MATERIALIZED (%s) SELECT * FROM (%s) AS sales,"
                " (%s) AS offers, (%s) AS recommendations",
                self._known_sql(since, today),
                self._backtest_sales_sql(since, today),
                self._backtest_offers_sql(since),
                self._backtest_advice_sql(since),
            )
        )
        sold, touched, lost, other_lost, inside, outside, *row = row
        offers, touched_offers, advised, touched_advice, bought, other_bought = row
        # superuser: figures that nobody enters by hand, of clients nobody is shown
        return (
            self.env["insurance.match.backtest"]
            .sudo()
            .create(
                {
                    "rule_id": self.id,
                    "content_on": self.content_on,
                    "content_digest": self._content_digest(),
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
                    "advice_count": advised,
                    "advice_touched": touched_advice,
                    "touched_bought": bought,
                    "other_bought": other_bought,
                }
            )
        )

    def _backtest_today_sql(self):
        """Count the clients and products that the rule applies to today."""
        client, product = (
            match_conditions.to_sql(self.env, side, self[name])
            for name, side in self._sides().items()
        )
        return SQL(
            """
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
                   )
            """,
            client=client,
            product=product,
            companies=tuple(self.env.companies.ids),
            may=self._backtest_may_sql(),
        )

    @api.model
    def _backtest_may_sql(self):
        return self.env["insurance.archive"]._may_process_sql(MATCHING, "client")

    @api.model
    def _eve_sql(self, day):
        """Return the day as of which the figures of an event are known."""
        return SQL("date_trunc('month', %s)::date - 1", day)

    def _backtest_sales_sql(self, since, until):
        client, product, acts = self._touches_then_sql()
        return SQL(
            """
            SELECT count(*) AS sold, count(*) FILTER (WHERE touched) AS sold_touched,
                   %(touched_lost)s AS touched_lost, %(other_lost)s AS other_lost,
                   %(inside)s AS share_inside, %(outside)s AS share_outside
            FROM (
                SELECT %(client)s AS inside, %(product)s AS hit,
                       %(client)s AND %(acts)s AS touched,
                       policy.state IN %(lost)s AS lost
                FROM insurance_policy AS policy
                JOIN insurance_archive AS client ON client.id = policy.archive_id
                JOIN known AS insurance_client_feature
                    ON insurance_client_feature.archive_id = policy.archive_id
                   AND insurance_client_feature.as_of = %(eve)s
                JOIN product_template ON product_template.id = policy.product_id
                WHERE policy.state NOT IN %(never)s
                  AND policy.start_date > %(since)s AND policy.start_date <= %(until)s
                  AND policy.company_id IN %(companies)s AND %(may)s
            ) AS sold
            """,
            eve=self._eve_sql(SQL("policy.start_date")),
            client=client,
            product=product,
            acts=acts,
            lost=refresh.LOST,
            never=refresh.NEVER_ISSUED,
            since=since,
            until=until,
            companies=tuple(self.env.companies.ids),
            may=self._backtest_may_sql(),
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
        client, _product, acts = self._touches_then_sql()
        return SQL(
            """
            SELECT count(*) AS offered,
                   count(*) FILTER (WHERE %(client)s AND %(acts)s) AS offered_touched
            FROM insurance_match_line AS line
            JOIN insurance_match AS match ON match.id = line.match_id
            JOIN known AS insurance_client_feature
                ON insurance_client_feature.archive_id = line.archive_id
               AND insurance_client_feature.as_of = %(eve)s
            JOIN product_template ON product_template.id = line.product_id
            WHERE line.verdict = 'kept' AND match.day > %(since)s
              AND line.company_id IN %(companies)s
            """,
            eve=self._eve_sql(SQL("match.day")),
            client=client,
            acts=acts,
            since=since,
            companies=tuple(self.env.companies.ids),
        )

    def _backtest_advice_sql(self, since):
        """Count finished recommendations, and how many of them were bought."""
        client, _product, acts = self._touches_then_sql()
        return SQL(
            """
            SELECT count(*) AS advised,
                   count(*) FILTER (WHERE touched) AS advised_touched,
                   %(one)s AS touched_bought, %(other)s AS other_bought
            FROM (
                SELECT %(client)s AND %(acts)s AS touched,
                       line.policy_id IS NOT NULL AS bought
                FROM insurance_recommendation_line AS line
                JOIN insurance_recommendation AS advice
                    ON advice.id = line.recommendation_id
                JOIN insurance_archive AS client ON client.id = line.archive_id
                JOIN known AS insurance_client_feature
                    ON insurance_client_feature.archive_id = line.archive_id
                   AND insurance_client_feature.as_of = %(eve)s
                JOIN product_template ON product_template.id = line.product_id
                WHERE advice.state IN ('sold', 'declined')
                  AND advice.create_date::date > %(since)s
                  AND line.company_id IN %(companies)s AND %(may)s
            ) AS advised
            """,
            eve=self._eve_sql(SQL("advice.create_date")),
            client=client,
            acts=acts,
            since=since,
            companies=tuple(self.env.companies.ids),
            may=self._backtest_may_sql(),
            one=self._percent_sql(SQL("bought"), SQL("touched")),
            other=self._percent_sql(SQL("bought"), SQL("NOT touched")),
        )
