from typing import NamedTuple

from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.insurance_client_archive.client_scope import Scope
from odoo.addons.insurance_client_archive.models.insurance_policy_life import IN_FORCE

from .insurance_archive_tolerance import MATCHING


class CoverGap(NamedTuple):
    """What a client needs and has of a kind of cover; ``need`` None: unknown."""

    kind: models.BaseModel
    need: float | None
    have: float
    gap: float | None
    percent: int | None
    policies: int


class InsuranceArchive(models.Model):
    """The gap between the cover that is needed and the cover in force."""

    _inherit = "insurance.archive"

    def _cover_gaps(self, household=False):
        """Return a ``CoverGap`` for each kind that is needed or there, as the user.

        :param household: need and cover of all who live together
        """
        self.ensure_one()
        self.check_access("read")
        if self._readable("insurance.policy", ["sum_insured"]) is None:
            return []
        Kind = self.env["insurance.cover.kind"]
        rows = self.env.execute_query(
            SQL(
                "SELECT gap.cover_kind_id, need, have, policies"
                " FROM (%s) AS gap JOIN insurance_cover_kind AS kind"
                " ON kind.id = gap.cover_kind_id ORDER BY kind.sequence, kind.id",
                self._cover_gap_sql(
                    Scope(archive_ids=(self.id,)), household, self._closed_bases()
                ),
            )
        )
        return [
            self._cover_gap(Kind.browse(kind_id), need, have, policies)
            for kind_id, need, have, policies in rows
            if need or have or policies or need is None
        ]

    def _cover_gap(self, kind, need, have, policies):
        if need is None:
            return CoverGap(kind, None, float(have), None, None, policies)
        need, have = float(need), float(have)
        percent = round(100 * min(have, need) / need) if need else 100
        return CoverGap(kind, need, have, max(0.0, need - have), percent, policies)

    def _closed_bases(self):
        """Return the bases of needs that the user may not know of this client.

        A need of ten yearly incomes tells the income as well as the income itself.
        """
        self.ensure_one()
        closed = set()
        # superuser: compared with what the user sees, and not handed on
        truth = self.sudo()
        for name, base in (("income_band", "income"), ("asset_band", "assets")):
            field = self._fields[name]
            seen = self._has_field_access(field, "read") and self.sudo(False)[name]
            if truth[name] and not seen:
                closed.add(base)
        if truth._assessed_finance() and not self.sudo(False)._assessed_finance():
            closed |= {"income", "assets", "debts", "savings"}
        return closed

    @api.model
    def _cover_gap_sql(self, scope, household=False, closed=()):
        """Return one statement of (archive_id, cover_kind_id, need, have, policies).

        For sweeps: it asks no rights of the user, but leaves out clients whose data may
        not be used for matching. ``need`` is NULL where it is unknown. ``policies`` are
        those in force; a limit that stands in the terms counts as 0 in ``have``.
        """
        self._flush_gap()
        today = fields.Date.context_today(self)
        return SQL(
            """
            WITH gap_client AS MATERIALIZED (%(clients)s),
            gap_need AS (%(needs)s),
            gap_have AS (%(have)s)
            SELECT COALESCE(gap_need.archive_id, gap_have.archive_id) AS archive_id,
                   COALESCE(gap_need.cover_kind_id, gap_have.cover_kind_id)
                       AS cover_kind_id,
                   gap_need.need,
                   COALESCE(gap_have.have, 0) AS have,
                   COALESCE(gap_have.policies, 0) AS policies
            FROM gap_need FULL JOIN gap_have
                ON gap_have.archive_id = gap_need.archive_id
                AND gap_have.cover_kind_id = gap_need.cover_kind_id
            """,
            clients=self._gap_clients_sql(scope, household, today),
            needs=self.env["insurance.need.part"]._needs_sql("gap_client", closed),
            have=self._gap_have_sql(household, today),
        )

    @api.model
    def _flush_gap(self):
        for model in (
            "insurance.archive",
            "insurance.assessment",
            "insurance.assessment.finance",
            "insurance.band",
            "insurance.need.part",
            "insurance.parameter",
            "insurance.policy",
            "insurance.policy.insured",
            "insurance.product.category",
            "insurance.product.cover",
            "insurance.related.person",
            "product.template",
        ):
            self.env[model].flush_model()

    @api.model
    def _gap_clients_sql(self, scope, household, today):
        """Return a row for each client with what needs are made of."""
        return SQL(
            """
            SELECT archive.id AS archive_id,
                   archive.client_kind <> 'individual' AS organisation,
                   income.amount AS income,
                   assets.amount AS assets,
                   finance.debts, finance.savings,
                   COALESCE(family.children, 0) AS child,
                   COALESCE(need.dependants, family.persons, 0) AS dependant,
                   CASE WHEN %(household)s
                       THEN 1 + COALESCE(family.persons, 0) ELSE 1 END AS person,
                   NULLIF(archive.headcount, 0) AS head
            FROM insurance_archive AS archive
            LEFT JOIN LATERAL (
                SELECT detail.*
                FROM insurance_assessment AS assessment
                JOIN insurance_assessment_finance AS detail
                    ON detail.assessment_id = assessment.id
                WHERE assessment.archive_id = archive.id
                  AND assessment.kind = 'finance' AND assessment.state = 'done'
                  AND assessment.valid_until >= %(today)s
                ORDER BY assessment.done_on DESC, assessment.id DESC
                LIMIT 1
            ) AS finance ON TRUE
            LEFT JOIN LATERAL (
                SELECT assessment.dependants
                FROM insurance_assessment AS assessment
                WHERE assessment.archive_id = archive.id
                  AND assessment.kind = 'need' AND assessment.state = 'done'
                  AND assessment.valid_until >= %(today)s
                ORDER BY assessment.done_on DESC, assessment.id DESC
                LIMIT 1
            ) AS need ON TRUE
            LEFT JOIN LATERAL (
                SELECT count(*) AS persons,
                       count(*) FILTER (WHERE person.relation = 'child') AS children
                FROM insurance_related_person AS person
                WHERE person.archive_id = archive.id AND person.in_household
            ) AS family ON archive.client_kind = 'individual'
            LEFT JOIN (%(incomes)s) AS income
                ON income.code = COALESCE(finance.income_band, archive.income_band)
            LEFT JOIN (%(assets)s) AS assets
                ON assets.code = COALESCE(finance.asset_band, archive.asset_band)
            WHERE %(scope)s AND %(may)s
            """,
            household=household,
            today=today,
            incomes=self._band_amounts_sql("income"),
            assets=self._band_amounts_sql("asset"),
            scope=scope.on(SQL("archive.id")),
            may=self._may_process_sql(MATCHING, "archive"),
        )

    @api.model
    def _band_amounts_sql(self, kind):
        """Return (code, amount): the lower edge, of the lowest band half the next."""
        return SQL(
            """
            SELECT code, COALESCE(
                NULLIF(lower, 0), lead(lower) OVER (ORDER BY lower) / 2
            ) AS amount
            FROM insurance_band WHERE kind = %s
            """,
            kind,
        )

    @api.model
    def _gap_have_sql(self, household, today):
        """Return (archive_id, cover_kind_id, have, policies) of policies in force.

        What the client is insured for; for the household whoever of it is.
        """
        mine = SQL(
            """
            (NOT EXISTS (
                SELECT 1 FROM insurance_policy_insured AS insured
                WHERE insured.policy_id = policy.id
            ) OR EXISTS (
                SELECT 1 FROM insurance_policy_insured AS insured
                WHERE insured.policy_id = policy.id
                  AND insured.person_kind = 'policyholder'
            ))
            """
        )
        return SQL(
            """
            SELECT policy.archive_id, cover.cover_kind_id,
                   sum(cover.amount) AS have, count(*) AS policies
            FROM insurance_policy AS policy
            JOIN gap_client ON gap_client.archive_id = policy.archive_id
            JOIN product_template AS product ON product.id = policy.product_id
            CROSS JOIN LATERAL (%(covers)s) AS cover
            WHERE policy.state IN %(in_force)s
              AND policy.start_date <= %(today)s
              AND (policy.end_date IS NULL OR policy.end_date >= %(today)s)
              AND cover.cover_kind_id IS NOT NULL
              AND (gap_client.organisation OR %(mine)s)
            GROUP BY policy.archive_id, cover.cover_kind_id
            """,
            covers=self._policy_covers_sql(),
            in_force=IN_FORCE,
            today=today,
            mine=SQL("TRUE") if household else mine,
        )

    @api.model
    def _policy_covers_sql(self):
        """Return (cover_kind_id, amount) of a policy: its covers, or its category's."""
        return SQL(
            """
            SELECT part.cover_kind_id,
                   CASE part.basis
                       WHEN 'percent_of_sum'
                           THEN policy.sum_insured * part.percent / 100
                       WHEN 'fixed' THEN part.amount
                       ELSE 0
                   END AS amount
            FROM insurance_product_cover AS part
            WHERE part.product_id = product.id
            UNION ALL
            SELECT category.cover_kind_id, policy.sum_insured
            FROM insurance_product_category AS category
            WHERE category.id = product.insurance_category_id
              AND NOT EXISTS (
                  SELECT 1 FROM insurance_product_cover AS part
                  WHERE part.product_id = product.id
              )
            """
        )

    def _cover_needed(self):
        """Return what would be enough by line: the needs by kind of cover, added up."""
        result = super()._cover_needed()
        lines = {}
        for gap in self._cover_gaps():
            if gap.need is not None:
                line = gap.kind.line
                lines[line] = lines.get(line, 0) + gap.need
        # who may not be matched has no needs here, and the simple estimate stays
        return lines or result
