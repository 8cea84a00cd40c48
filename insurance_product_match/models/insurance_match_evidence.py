from collections import defaultdict
from typing import NamedTuple

from odoo import api, models
from odoo.tools import SQL

from ..tools.match_score import FACTORS
from ..tools.proportions import Share
from .insurance_archive_tolerance import MATCHING

MEASURED = ("bought", "kept", "complained")
SEGMENTS = ("value_tier", "lifecycle_stage")
NONE = Share(0, 0, 0)


class Comparison(NamedTuple):
    """Two shares of one measure, and what they are about."""

    about: str
    measure: str
    one: Share
    other: Share
    rule: int = 0
    product: int = 0
    segment: tuple = ("", "")
    factor: str = ""


class InsuranceMatchProposal(models.Model):
    """The figures that are compared: those of the effect, and nothing else.

    Of each client and product the latest advice counts. All is counted in the
    database; no client leaves it.
    """

    _inherit = "insurance.match.proposal"

    @api.model
    def _comparisons(self, since):
        """Return all comparisons of advice since that day."""
        # figures about what has not been written yet would be wrong
        self.env.flush_all()
        return [
            *self._compare_products(since),
            *self._compare_rules(since),
            *self._compare_left_out(since),
            *self._compare_factors(since),
        ]

    @api.model
    def _evidence_sql(self, since):
        """Return a row a client and product: the effect, beside what was matched."""
        # superuser: its figures are counted for nobody but groups of clients
        effect = self.env["insurance.recommendation.effect"].sudo()
        return SQL(
            """
            SELECT DISTINCT ON (effect.archive_id, effect.product_id)
                   effect.archive_id, effect.product_id, effect.source,
                   effect.value_tier, client.lifecycle_stage,
                   effect.conversion > 50 AS bought, effect.kept_13 > 50 AS kept,
                   CASE WHEN effect.sold > 0 THEN effect.complaints > 0 END
                       AS complained,
                   line.id AS match_line_id, line.verdict,
                   CASE WHEN jsonb_typeof(line.findings) = 'array'
                        THEN line.findings END AS findings
            FROM (%(effect)s) AS effect
            JOIN insurance_recommendation AS advice
                ON advice.id = effect.recommendation_id
            JOIN insurance_archive AS client ON client.id = effect.archive_id
            LEFT JOIN insurance_match_line AS line
                ON line.match_id = advice.match_id
               AND line.product_id = effect.product_id
            WHERE effect.date >= %(since)s AND effect.conversion IS NOT NULL
              AND effect.company_id IN %(companies)s AND %(may)s
            ORDER BY effect.archive_id, effect.product_id, effect.date DESC,
                     effect.id DESC
            """,
            effect=effect._table_query,
            since=since,
            companies=tuple(self.env.companies.ids),
            may=self._may_sql(),
        )

    @api.model
    def _may_sql(self):
        return self.env["insurance.archive"]._may_process_sql(MATCHING, "client")

    @api.model
    def _counts_sql(self, names=MEASURED):
        """Return hits, cases and clients of each measure."""
        return SQL(", ").join(
            SQL(
                "count(*) FILTER (WHERE %(name)s), count(%(name)s),"
                " count(DISTINCT archive_id) FILTER (WHERE %(name)s IS NOT NULL)",
                name=SQL.identifier(name),
            )
            for name in names
        )

    @api.model
    def _compare_products(self, since):
        """Yield each product beside the others, and beside itself elsewhere."""
        sets = SQL(", ").join(
            SQL("(product_id, %s)", SQL.identifier(name)) for name in SEGMENTS
        )
        rows = self.env.execute_query(
            SQL(
                """
                WITH evidence AS (%(evidence)s)
                SELECT product_id, value_tier, lifecycle_stage,
                       grouping(value_tier), grouping(lifecycle_stage), %(counts)s
                FROM evidence
                GROUP BY GROUPING SETS ((), (product_id), %(sets)s)
                ORDER BY product_id, value_tier, lifecycle_stage
                """,
                evidence=self._evidence_sql(since),
                counts=self._counts_sql(),
                sets=sets,
            )
        )
        total, products, segments = None, {}, []
        for product, tier, stage, no_tier, no_stage, *figures in rows:
            shares = _shares(figures)
            if product is None:
                total = shares
            elif no_tier and no_stage:
                products[product] = shares
            else:
                value = stage if no_tier else tier
                name = SEGMENTS[1] if no_tier else SEGMENTS[0]
                segments.append((product, (name, value), shares))
        for product, shares in products.items():
            for name, one, whole in zip(MEASURED, shares, total, strict=True):
                other = _rest(whole, one)
                yield Comparison("product", name, one, other, product=product)
        for product, segment, shares in segments:
            if not segment[1]:
                continue
            for name, one, whole in zip(
                MEASURED, shares, products[product], strict=True
            ):
                yield Comparison(
                    "segment",
                    name,
                    one,
                    _rest(whole, one),
                    product=product,
                    segment=segment,
                )

    @api.model
    def _compare_rules(self, since):
        """Yield what rules in force give points to, or forbid, beside the rest."""
        rows = self.env.execute_query(
            SQL(
                """
                WITH evidence AS MATERIALIZED (%(evidence)s),
                hits AS (
                    SELECT DISTINCT evidence.*, (said->>'rule')::integer AS rule_id
                    FROM evidence
                    CROSS JOIN jsonb_array_elements(findings) AS said
                    WHERE said->>'code' = 'rule'
                )
                SELECT rule_id, %(counts)s FROM hits GROUP BY rule_id
                UNION ALL
                SELECT NULL, %(counts)s FROM evidence
                WHERE match_line_id IS NOT NULL
                """,
                evidence=self._evidence_sql(since),
                counts=self._counts_sql(),
            )
        )
        found = {rule: _shares(figures) for rule, *figures in rows}
        total = found.pop(None)
        rules = self.env["insurance.match.rule"].search(
            [("state", "=", "active")], order="id"
        )
        for rule in rules:
            shares = found.get(rule.id)
            if not shares:
                continue
            about = "boost" if rule.effect == "boost" else "forbids"
            for name, one, whole in zip(MEASURED, shares, total, strict=True):
                yield Comparison(about, name, one, _rest(whole, one), rule=rule.id)
            older = rule._older_version()
            for name, one, other in zip(
                MEASURED, shares, found.get(older.id, (NONE,) * 3), strict=True
            ):
                yield Comparison("version", name, one, other, rule=rule.id)

    @api.model
    def _compare_left_out(self, since):
        """Yield how often people leave out what the combination proposed."""
        rows = self.env.execute_query(
            SQL(
                """
                WITH proposed AS (
                    SELECT DISTINCT ON (line.archive_id, line.product_id)
                           line.archive_id, line.product_id,
                           NOT EXISTS (
                               SELECT FROM insurance_recommendation_line AS taken
                               WHERE taken.recommendation_id = advice.id
                                 AND taken.product_id = line.product_id
                           ) AS left_out
                    FROM insurance_recommendation AS advice
                    JOIN insurance_match_line AS line
                        ON line.match_id = advice.match_id AND line.in_combination
                    JOIN insurance_archive AS client ON client.id = line.archive_id
                    WHERE advice.state NOT IN ('collect', 'match', 'cancelled')
                      AND advice.create_date >= %(since)s
                      AND advice.company_id IN %(companies)s AND %(may)s
                    ORDER BY line.archive_id, line.product_id, advice.id DESC
                )
                SELECT product_id, %(counts)s FROM proposed
                GROUP BY GROUPING SETS ((), (product_id)) ORDER BY product_id
                """,
                since=since,
                companies=tuple(self.env.companies.ids),
                may=self._may_sql(),
                counts=self._counts_sql(["left_out"]),
            )
        )
        found = {product: Share(*figures) for product, *figures in rows}
        total = found.pop(None, NONE)
        for product, one in found.items():
            other = _rest(total, one)
            yield Comparison("left_out", "left_out", one, other, product=product)

    @api.model
    def _compare_factors(self, since):
        """Yield what got more points of a factor than the median, beside the rest."""
        weights = self.env["insurance.match.engine"]._weights()
        for factor in FACTORS:
            if weights[factor] <= 0:
                continue
            column = SQL.identifier(f"points_{factor}")
            rows = self.env.execute_query(
                SQL(
                    """
                    WITH evidence AS MATERIALIZED (
                        SELECT found.archive_id, found.bought, %(points)s AS points
                        FROM (%(evidence)s) AS found
                        JOIN insurance_match_line AS line
                            ON line.id = found.match_line_id
                        WHERE found.verdict = 'kept'
                    )
                    SELECT points > (
                               SELECT percentile_cont(0.5)
                                      WITHIN GROUP (ORDER BY points)
                               FROM evidence
                           ) AS above, %(counts)s
                    FROM evidence WHERE points IS NOT NULL GROUP BY 1
                    """,
                    points=SQL("line.%s::float8", column),
                    evidence=self._evidence_sql(since),
                    counts=self._counts_sql(["bought"]),
                )
            )
            found = defaultdict(
                lambda: NONE, {above: Share(*figures) for above, *figures in rows}
            )
            yield Comparison(
                "weight", "bought", found[True], found[False], factor=factor
            )


def _shares(figures):
    """Return the shares of all measures from their figures in a row."""
    return tuple(Share(*figures[place : place + 3]) for place in range(0, 9, 3))


def _rest(whole, one):
    """Return what is left; clients who are in both count with the one."""
    return Share(*(total - part for total, part in zip(whole, one, strict=True)))
