from dateutil.relativedelta import relativedelta

from odoo import api, models
from odoo.tools import SQL

from odoo.addons.insurance_client_archive.client_scope import Scope
from odoo.addons.insurance_client_archive.models.insurance_client_segment import (
    DIMENSION_NAMES,
)

from .. import match_conditions

#: facts of the archive of which no history is kept in a form that can be asked
OF_TODAY = ("gender", "occupation_id", "industry_id")


class InsuranceMatchRule(models.Model):
    """What was known of a client on the day of a sale, as far as history tells.

    The figures are worked out anew, by the statement that refreshes them each night,
    as of the end of the month before: what was bought is not among them yet. Classes
    come from their history, the tolerance from the test that held. What keeps no
    history stands in the back-test as it is today; ``not_known`` says what that is.
    """

    _inherit = "insurance.match.rule"

    @api.model
    def _known_sql(self, since, until):
        """Return the rows of figures, one a client and month (as_of its eve)."""
        months = self.env.execute_query(
            SQL(
                """
                SELECT date_trunc('month', day)::date, array_agg(DISTINCT archive_id)
                FROM (
                    SELECT archive_id, start_date AS day FROM insurance_policy
                    WHERE company_id IN %(companies)s
                    UNION ALL
                    SELECT archive_id, day FROM insurance_match
                    WHERE company_id IN %(companies)s
                    UNION ALL
                    SELECT archive_id, create_date::date FROM insurance_recommendation
                    WHERE company_id IN %(companies)s
                ) AS event
                WHERE day > %(since)s AND day <= %(until)s
                GROUP BY 1 ORDER BY 1
                """,
                companies=tuple(self.env.companies.ids),
                since=since,
                until=until,
            )
        )
        Feature = self.env["insurance.client.feature"]
        eve = relativedelta(days=-1)
        return SQL(" UNION ALL ").join(
            SQL(
                "(%s)", Feature._figures_sql(Scope(archive_ids=tuple(ids)), month + eve)
            )
            for month, ids in months or [(until.replace(day=1), ())]
        )

    def _touches_then_sql(self):
        """Return the conditions as they were on the day, and when the rule acts."""
        sides = self._sides()
        client = match_conditions.to_sql(
            self.env,
            sides["client_condition"],
            self.client_condition,
            {"insurance.archive": self._archive_then_sql()},
        )
        product = match_conditions.to_sql(
            self.env, sides["product_condition"], self.product_condition
        )
        acts = SQL("NOT %s", product) if self.effect == "require" else product
        return client, product, acts

    @api.model
    def _archive_then_sql(self):
        """Return the archive as it was on the day of the figures."""
        as_of = SQL("insurance_client_feature.as_of")
        classes = SQL(", ").join(
            SQL(
                """
                COALESCE(
                    (SELECT new_code FROM insurance_client_class_change
                     WHERE archive_id = now.id AND dimension = %(name)s
                       AND day <= %(as_of)s ORDER BY day DESC, id DESC LIMIT 1),
                    (SELECT old_code FROM insurance_client_class_change
                     WHERE archive_id = now.id AND dimension = %(name)s
                       AND day > %(as_of)s ORDER BY day, id LIMIT 1),
                    now.%(column)s
                ) AS %(column)s
                """,
                name=name,
                column=SQL.identifier(name),
                as_of=as_of,
            )
            for name in DIMENSION_NAMES
        )
        return SQL(
            """
            (SELECT now.id, %(today)s, %(classes)s,
                    (SELECT tolerance FROM insurance_assessment
                     WHERE archive_id = now.id AND kind = 'tolerance'
                       AND state = 'done' AND done_on <= %(as_of)s
                     ORDER BY done_on DESC, id DESC LIMIT 1) AS risk_tolerance
             FROM insurance_archive AS now
             WHERE now.id = insurance_client_feature.archive_id)
            """,
            today=SQL(", ").join(SQL("now.%s", SQL.identifier(n)) for n in OF_TODAY),
            classes=classes,
            as_of=as_of,
        )
