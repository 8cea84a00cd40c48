from dateutil.relativedelta import relativedelta

from odoo import api, models
from odoo.tools import SQL

from .insurance_archive_freshness import CLOSED_STATES
from .insurance_archive_process import PROFILING
from .insurance_client_feature import LINES
from .insurance_policy_life import IN_FORCE

APPLIED = ("application", "underwriting")
NEVER_ISSUED = (*APPLIED, "declined", "withdrawn")
ENDED = ("expired", "matured", "surrendered", "terminated")
LOST = ("lapsed", "surrendered")


class InsuranceClientFeature(models.Model):
    """How the rows are filled: one set-based statement, a sub-select a source.

    To add a source, declare its features with ``feature_source="<name>"`` and define
    ``_source_<name>(scope, day)``: a SELECT of ``archive_id`` and the features, one
    row at most for each archive.
    """

    _inherit = "insurance.client.feature"

    @api.model
    def _refresh(self, scope, day):
        """Bring the rows of *scope* in line with the records as of *day*.

        Rows that do not change are not written. Returns how many were. Of a client
        who may not be profiled the row knows nothing.
        """
        comma = SQL(", ")
        columns = [name for found in self._sources().values() for name in found]
        names = [SQL.identifier(name) for name in columns]
        mine = [SQL("insurance_client_feature.%s", name) for name in names]
        new = [SQL("EXCLUDED.%s", name) for name in names]
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO insurance_client_feature
                    (archive_id, partner_id, company_id, as_of, %(names)s)
                %(figures)s
                ON CONFLICT (archive_id) DO UPDATE
                SET (company_id, as_of, %(names)s)
                    = ROW(EXCLUDED.company_id, EXCLUDED.as_of, %(new)s)
                WHERE (insurance_client_feature.company_id,
                       insurance_client_feature.as_of, %(mine)s)
                    IS DISTINCT FROM (EXCLUDED.company_id, EXCLUDED.as_of, %(new)s)
                """,
                names=comma.join(names),
                figures=self._figures_sql(scope, day),
                mine=comma.join(mine),
                new=comma.join(new),
            )
        )
        written = self.env.cr.rowcount
        self.invalidate_model(flush=False)
        return written

    @api.model
    def _figures_sql(self, scope, day):
        """Return the SELECT of the rows of *scope* as of *day*; it writes nothing."""
        self._flush_sources()
        values, joins = [], []
        for source, columns in self._sources().items():
            alias = SQL.identifier(source)
            query = getattr(self, f"_source_{source}")(scope, day)
            joins.append(
                SQL(
                    "LEFT JOIN (%s) AS %s ON %s = client.id",
                    query,
                    alias,
                    SQL.identifier(source, "archive_id"),
                )
            )
            values += [
                SQL(
                    "CASE WHEN may.allowed THEN %s END AS %s",
                    self._feature_value(source, name),
                    SQL.identifier(name),
                )
                for name in columns
            ]
        return SQL(
            """
            SELECT client.id AS archive_id, client.partner_id, client.company_id,
                   %(day)s AS as_of, %(values)s
            FROM insurance_archive AS client
            -- asked once a client, not once a column
            CROSS JOIN LATERAL (SELECT %(may)s AS allowed OFFSET 0) AS may
            %(joins)s
            WHERE %(scope)s AND client.state NOT IN %(closed)s
            ORDER BY client.id
            """,
            values=SQL(", ").join(values),
            joins=SQL(" ").join(joins),
            may=self.env["insurance.archive"]._may_process_sql(PROFILING, "client"),
            scope=scope.on(SQL("client.id")),
            closed=CLOSED_STATES,
            day=day,
        )

    @api.model
    def _sources(self):
        """Return {source: its features}, of the sources that are installed."""
        sources = {}
        for name, field in self._feature_fields().items():
            if hasattr(self, f"_source_{field.feature_source}"):
                sources.setdefault(field.feature_source, []).append(name)
        return sources

    @api.model
    def _feature_value(self, source, name):
        value = SQL.identifier(source, name)
        absent = getattr(self._fields[name], "feature_absent", None)
        return value if absent is None else SQL("COALESCE(%s, %s)", value, absent)

    @api.model
    def _flush_sources(self):
        """Override to flush the models that another source reads."""
        for model in (
            "insurance.archive",
            "insurance.related.person",
            "insurance.occupation",
            "insurance.policy",
            "insurance.claim",
            "insurance.interaction",
            "insurance.product.category",
            "product.template",
        ):
            self.env[model].flush_model()

    @api.model
    def _source_archive(self, scope, day):
        return SQL(
            """
            SELECT archive.id AS archive_id,
                   archive.client_kind,
                   CASE WHEN archive.birth_date <= %(day)s THEN
                       extract(year FROM age(%(day)s, archive.birth_date))::integer
                   END AS age,
                   archive.marital_status,
                   archive.income_band,
                   archive.asset_band,
                   archive.health_grade,
                   occupation.risk_class AS occupation_class,
                   archive.key_client,
                   archive.intent_level,
                   NULLIF(archive.headcount, 0) AS headcount,
                   %(known)s AS known_months
            FROM insurance_archive AS archive
            LEFT JOIN insurance_occupation AS occupation
                ON occupation.id = archive.occupation_id
            WHERE %(scope)s
            """,
            scope=scope.on(SQL("archive.id")),
            known=self._months_sql(SQL("archive.create_date::date"), day),
            day=day,
        )

    @api.model
    def _source_household(self, scope, day):
        return SQL(
            """
            SELECT archive.id AS archive_id,
                   1 + count(person.id) AS household_size,
                   count(person.id) FILTER (WHERE person.relation = 'child')
                       AS household_children
            FROM insurance_archive AS archive
            LEFT JOIN insurance_related_person AS person
                ON person.archive_id = archive.id AND person.in_household
            WHERE %(scope)s AND archive.client_kind = 'individual'
            GROUP BY archive.id
            """,
            scope=scope.on(SQL("archive.id")),
        )

    @api.model
    def _source_policy(self, scope, day):
        sums, bought = [], []
        for line in LINES:
            total = SQL.identifier(f"sum_{line}")
            sums.append(
                SQL(
                    "COALESCE(sum(sum_insured) FILTER (WHERE live AND line = %s), 0)"
                    " AS %s",
                    line,
                    total,
                )
            )
            bought.append(SQL("count(*) FILTER (WHERE issued AND line = %s)", line))
        lines = SQL(", ").join(bought)
        preferred = SQL(" ").join(
            SQL("WHEN %s THEN %s", count, line)
            for count, line in zip(bought, LINES, strict=True)
        )
        return SQL(
            """
            SELECT archive_id,
                   count(*) FILTER (WHERE issued) AS policies_issued,
                   count(*) FILTER (WHERE live) AS policies_in_force,
                   count(*) FILTER (WHERE state IN %(applied)s) AS policies_applied,
                   count(*) FILTER (WHERE state = 'lapsed') AS policies_lapsed,
                   count(*) FILTER (WHERE state IN %(ended)s) AS policies_ended,
                   count(*) FILTER (
                       WHERE state IN %(lost)s AND state_date::date > %(months24)s
                         AND state_date::date <= %(day)s
                   ) AS policies_lost_24m,
                   count(*) FILTER (
                       WHERE fresh AND previous_policy_id IS NULL
                   ) AS new_policies_12m,
                   sum(annual_premium) FILTER (WHERE live AND state = 'active')
                       AS premium_in_force,
                   sum(annual_premium) FILTER (WHERE fresh) AS premium_12m,
                   %(sums)s,
                   count(DISTINCT line) FILTER (WHERE live) AS lines_in_force,
                   CASE GREATEST(%(lines)s) WHEN 0 THEN NULL %(preferred)s END
                       AS main_line,
                   %(tenure)s AS tenure_months,
                   %(day)s - max(start_date) FILTER (
                       WHERE issued AND previous_policy_id IS NULL
                   ) AS last_purchase_days,
                   GREATEST(count(*) FILTER (
                       WHERE issued AND previous_policy_id IS NULL
                   ) - 1, 0) AS repurchases,
                   count(*) FILTER (WHERE issued AND previous_policy_id IS NOT NULL)
                       AS renewals,
                   min(renewal_date) FILTER (WHERE renewal_date >= %(day)s) - %(day)s
                       AS renewal_due_days
            FROM (
                SELECT policy.*, category.line,
                       policy.state NOT IN %(never)s AND policy.start_date <= %(day)s
                           AS issued,
                       policy.state IN %(in_force)s AND policy.start_date <= %(day)s
                           AND (policy.end_date IS NULL OR policy.end_date >= %(day)s)
                           AS live,
                       policy.state NOT IN %(never)s AND policy.start_date <= %(day)s
                           AND policy.start_date > %(months12)s AS fresh
                FROM insurance_policy AS policy
                LEFT JOIN product_template AS product
                    ON product.id = policy.product_id
                LEFT JOIN insurance_product_category AS category
                    ON category.id = product.insurance_category_id
                WHERE %(scope)s
            ) AS policy
            GROUP BY archive_id
            """,
            applied=APPLIED,
            ended=ENDED,
            lost=LOST,
            never=NEVER_ISSUED,
            in_force=IN_FORCE,
            day=day,
            months12=day - relativedelta(months=12),
            months24=day - relativedelta(months=24),
            sums=SQL(", ").join(sums),
            lines=lines,
            preferred=preferred,
            tenure=self._months_sql(SQL("min(start_date) FILTER (WHERE issued)"), day),
            scope=scope.on(SQL("policy.archive_id")),
        )

    @api.model
    def _source_claim(self, scope, day):
        return SQL(
            """
            SELECT claim.archive_id,
                   count(*) FILTER (
                       WHERE claim.reported_date > %(from)s
                         AND claim.state <> 'withdrawn'
                   ) AS claims_36m,
                   sum(claim.paid_amount) FILTER (
                       WHERE claim.paid_on > %(from)s AND claim.paid_on <= %(day)s
                   ) AS claims_paid_36m,
                   count(*) FILTER (
                       WHERE claim.reported_date > %(from)s
                         AND claim.decision = 'refused'
                   ) AS claims_refused_36m
            FROM insurance_claim AS claim
            WHERE %(scope)s AND claim.reported_date <= %(day)s
            GROUP BY claim.archive_id
            """,
            scope=scope.on(SQL("claim.archive_id")),
            day=day,
            **{"from": day - relativedelta(months=36)},
        )

    @api.model
    def _source_contact(self, scope, day):
        return SQL(
            """
            SELECT talk.archive_id,
                   %(day)s - max(talk.date)::date AS last_contact_days,
                   count(*) FILTER (WHERE talk.date::date > %(from)s) AS contacts_12m
            FROM insurance_interaction AS talk
            WHERE %(scope)s AND talk.outcome <> 'not_reached'
              AND talk.date < %(end)s
            GROUP BY talk.archive_id
            """,
            scope=scope.on(SQL("talk.archive_id")),
            day=day,
            end=day + relativedelta(days=1),
            **{"from": day - relativedelta(months=12)},
        )

    @api.model
    def _months_sql(self, since, day):
        """Return the whole months from *since* to *day*; unknown when it is later."""
        return SQL(
            """
            CASE WHEN %(since)s <= %(day)s THEN (
                extract(year FROM age(%(day)s, %(since)s)) * 12
                + extract(month FROM age(%(day)s, %(since)s))
            )::integer END
            """,
            since=since,
            day=day,
        )
