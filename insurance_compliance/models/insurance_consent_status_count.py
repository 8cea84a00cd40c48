from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

#: columns of the archive that rows can be counted by
OF_ARCHIVE = ("company_id", "agent_id", "team_id")
COUNTED = {*OF_ARCHIVE, "processing_id", "kind", "required", "status"}
KEY = "insurance_consent_counted"


class Columns(tuple):
    """What rows are counted by: a class of its own, which no remote call can send."""


class InsuranceConsentStatus(models.Model):
    """Counting rows without making them: five for each client, most unanswered.

    Clients and answers are counted, each once; who has not answered is everybody but
    those who have.
    """

    _inherit = "insurance.consent.status"

    @property
    def _table_query(self):
        columns = self.env.context.get(KEY)
        if not isinstance(columns, Columns):
            return super()._table_query
        names = [SQL.identifier(name) for name in columns]
        values = self._query_values()
        return SQL(
            """
            WITH purpose AS MATERIALIZED (
                SELECT id, kind, at_entry, COALESCE(minors, FALSE) AS minors,
                       CASE WHEN %(now)s
                                 < applies_from + make_interval(days => %(days)s)
                            THEN applies_from END AS grace
                  FROM insurance_processing
                 WHERE active AND NOT COALESCE(per_recipient, FALSE)
                   AND (kind <> 'notice' OR at_entry)
            ), grace AS MATERIALIZED (
                -- the days before which clients are not asked yet
                SELECT COALESCE(array_agg(DISTINCT grace ORDER BY grace), '{}') AS days
                  FROM purpose WHERE grace IS NOT NULL
            ), everybody AS (
                SELECT %(columns)s %(of_client)s, count(*) AS number
                  FROM insurance_archive archive
                 WHERE archive.client_kind = 'individual'
                   AND archive.state NOT IN ('restricted', 'destroyed')
                 GROUP BY %(columns)s minor, asked
            ), answered AS MATERIALIZED (
                SELECT %(columns)s %(of_client)s, processing_id,
                       CASE WHEN said.state <> 'given' THEN said.state
                            WHEN said.valid_until < %(today)s THEN 'expired'
                            WHEN said.renew_by IS NOT NULL THEN 'to_renew'
                            ELSE said.state END AS status,
                       count(*) AS number
                  FROM (
                    SELECT DISTINCT ON (archive_id, processing_id)
                           archive_id, processing_id, state, valid_until, renew_by
                      FROM insurance_consent
                     WHERE state <> 'replaced'
                     ORDER BY archive_id, processing_id, id DESC
                  ) said
                  JOIN insurance_archive archive ON archive.id = said.archive_id
                   AND archive.client_kind = 'individual'
                   AND archive.state NOT IN ('restricted', 'destroyed')
                 GROUP BY %(columns)s minor, asked, processing_id, status
            ), silent AS (
                SELECT %(columns)s minor, asked, purpose.id AS processing_id, number
                  FROM everybody CROSS JOIN purpose
                 UNION ALL
                SELECT %(columns)s minor, asked, processing_id, -number FROM answered
            ), counted AS (
                SELECT %(columns)s minor, processing_id, status, number FROM answered
                 UNION ALL
                SELECT %(columns)s minor, processing_id,
                       CASE WHEN asked < array_position(
                           (SELECT days FROM grace), purpose.grace)
                            THEN 'waiting' ELSE 'missing' END, number
                  FROM silent JOIN purpose ON purpose.id = processing_id
            )
            SELECT %(columns)s processing_id, purpose.kind,
                   purpose.at_entry AS required, status, sum(number) AS number
              FROM counted JOIN purpose ON purpose.id = processing_id
             WHERE minor OR NOT purpose.minors
             GROUP BY %(columns)s processing_id, purpose.kind, required, status
            HAVING sum(number) > 0
            """,
            columns=SQL().join(SQL("%s,", name) for name in names),
            # "asked" is how many of those days were past when the client came
            of_client=SQL(
                "COALESCE(archive.birth_date > %(adult)s, FALSE) AS minor,"
                " width_bucket(archive.create_date, (SELECT days FROM grace)) AS asked",
                adult=values.pop("adult"),
            ),
            **values,
        )

    @api.model
    def _read_group(
        self,
        domain,
        groupby=(),
        aggregates=(),
        having=(),
        offset=0,
        limit=None,
        order=None,
    ):
        model = self._counting(domain, groupby, aggregates)
        found = super(InsuranceConsentStatus, model)._read_group(
            domain, groupby, aggregates, having, offset, limit, order
        )
        return found if model is self else [self._own(row) for row in found]

    @api.model
    def _read_grouping_sets(self, domain, grouping_sets, aggregates=(), order=None):
        groupby = [spec for specs in grouping_sets for spec in specs]
        model = self._counting(domain, groupby, aggregates)
        found = super(InsuranceConsentStatus, model)._read_grouping_sets(
            domain, grouping_sets, aggregates, order
        )
        if model is self:
            return found
        return [[self._own(row) for row in rows] for rows in found]

    @api.model
    def search_count(self, domain, limit=None):
        if limit is None and self._counting(domain, (), ("__count",)) is not self:
            return self._read_group(domain, (), ("__count",))[0][0]
        return super().search_count(domain, limit=limit)

    def _read_group_select(self, aggregate_spec, query):
        if aggregate_spec == "__count" and KEY in self.env.context:
            if isinstance(self.env.context[KEY], Columns):
                return SQL(
                    "COALESCE(SUM(%s), 0)::bigint",
                    SQL.identifier(self._table, "number"),
                )
        return super()._read_group_select(aggregate_spec, query)

    def _counting(self, domain, groupby, aggregates):
        """Return this model as a table of counts, if these answer, or *self*.

        They do for whoever may see everybody; among the own clients it is quicker to
        look at these.
        """
        if list(aggregates) != ["__count"]:
            return self
        domain = Domain(domain)
        if not self.env.su:
            domain &= self.env["ir.rule"]._compute_domain(self._name, "read")
        names = {condition.field_expr for condition in domain.iter_conditions()}
        names = {
            spec.partition(":")[0].partition(".")[0] for spec in {*names, *groupby}
        }
        if not names <= COUNTED:
            return self
        columns = Columns(name for name in OF_ARCHIVE if name in names)
        return self.with_context(**{KEY: columns})

    def _own(self, row):
        """Return the records of a row without the context of counting."""
        return tuple(
            value.with_env(self.env) if isinstance(value, models.BaseModel) else value
            for value in row
        )
