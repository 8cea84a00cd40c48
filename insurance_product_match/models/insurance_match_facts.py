import datetime
from typing import NamedTuple

import numpy as np

from odoo import api, models
from odoo.tools import SQL

from odoo.addons.insurance_client_archive.models.insurance_client_feature import LINES
from odoo.addons.insurance_client_archive.models.insurance_client_feature_refresh import (  # noqa: E501
    NEVER_ISSUED,
)
from odoo.addons.insurance_client_archive.models.insurance_policy_life import IN_FORCE

from ..tools import affinity, match_score, suitability_grid
from .insurance_archive_tolerance import MATCHING

#: columns of the statement, in this order
COLUMNS = (
    "id",
    "company_id",
    "partner_id",
    "kind",
    "age",
    "gender",
    "capable",
    "occupation_class",
    "health_grade",
    "region_id",
    "tolerance",
    "tolerance_state",
    "need_state",
    "finance_state",
    "income_band",
    "asset_band",
    "budget",
    "premiums",
    "main_line",
    "segment",
    "basket",
    "rules",
)


class Facts(NamedTuple):
    """What the engine knows of some clients, as arrays; plain values in *rows*."""

    rows: list
    suitability: suitability_grid.Clients
    score: match_score.Clients
    rules: np.ndarray  # clients × rules: flags
    baskets: np.ndarray
    day: datetime.date

    def column(self, name):
        place = COLUMNS.index(name)
        return [row[place] for row in self.rows]


class InsuranceMatchEngine(models.AbstractModel):
    """Reads the clients: two statements, however many they are.

    Asks no rights of the user: whoever calls has asked whether the clients may be
    opened; whether they may be matched is asked here.
    """

    _name = "insurance.match.engine"
    _description = "Match engine"

    @api.model
    def _facts(self, scope, day, kinds, rules, items=()):
        """Return the facts of the clients in *scope* who may be matched.

        :param kinds: kinds of cover, in the order of the columns
        :param rules: compiled rules
        :param items: ids of the products that affinities were learned of
        """
        self._flush_facts()
        self._prepare_conditions()
        found = self.env.execute_query(self._facts_sql(scope, day, rules))
        place = {row[0]: number for number, row in enumerate(found)}
        need, have, known = self._gap_arrays(scope, place, kinds)
        numbers = {product: number for number, product in enumerate(items)}

        def column(name, dtype=float):
            at = COLUMNS.index(name)
            values = [np.nan if row[at] is None else row[at] for row in found]
            return np.array(values, dtype=dtype)

        incomes, assets = (self._edges_by_code(kind) for kind in ("income", "asset"))
        at = COLUMNS.index
        budget = column("budget")
        prefers = [[row[at("main_line")] == line for line in LINES] for row in found]
        states = suitability_grid.STATES
        return Facts(
            found,
            suitability_grid.Clients(
                np.array([row[at("kind")] == "individual" for row in found], bool),
                column("age"),
                column("capable", bool),
                np.array([states[row[at("need_state")]] for row in found], int),
                np.array([states[row[at("finance_state")]] for row in found], int),
                np.array([row[at("tolerance")] or 0 for row in found], int),
                np.array([states[row[at("tolerance_state")]] for row in found], int),
                _edges(incomes, found, at("income_band"), 0),
                _edges(incomes, found, at("income_band"), 1),
                _edges(assets, found, at("asset_band"), 1),
                budget,
                column("premiums"),
                need,
                have,
                known,
            ),
            match_score.Clients(
                need, have, budget, np.array(prefers, bool).reshape(-1, len(LINES))
            ),
            _flags([row[at("rules")] for row in found], len(rules.ids)),
            affinity.pad(
                [
                    [
                        numbers[item]
                        for item in row[at("basket")] or ()
                        if item in numbers
                    ]
                    for row in found
                ]
            ),
            day,
        )

    @api.model
    def _prepare_conditions(self):
        """Let PostgreSQL interpret hundreds of conditions for the rest of this work.

        Compiling them takes longer, many times over, than evaluating them.
        """
        self.env.cr.execute("SET LOCAL jit = off")

    @api.model
    def _flush_facts(self):
        for model in (
            "insurance.archive",
            "insurance.assessment",
            "insurance.assessment.finance",
            "insurance.client.feature",
            "insurance.policy",
            "insurance.occupation",
            "res.partner",
        ):
            self.env[model].flush_model()

    @api.model
    def _edges_by_code(self, kind):
        """Return {band: (careful amount, upper edge)}; unknown upwards is nan."""
        edges = self.env["insurance.band"]._edges(kind)
        uppers = [lower for lower, _code in edges[1:]] + [np.nan]
        return {
            code: (lower or np.nan_to_num(upper) / 2, upper)
            for (lower, code), upper in zip(edges, uppers, strict=True)
        }

    @api.model
    def _gap_arrays(self, scope, place, kinds):
        """Return need, have and what was looked at: clients × kinds."""
        shape = (len(place), len(kinds))
        need, have = np.full(shape, np.nan), np.zeros(shape)
        known = np.zeros(shape, dtype=bool)
        column = {kind.id: number for number, kind in enumerate(kinds)}
        query = SQL(
            "SELECT archive_id, cover_kind_id, need::float8, have::float8, policies"
            " FROM (%s) AS gap",
            self.env["insurance.archive"]._cover_gap_sql(scope),
        )
        for archive_id, kind_id, wanted, covered, policies in self.env.execute_query(
            query
        ):
            if archive_id not in place or kind_id not in column:
                continue
            at = place[archive_id], column[kind_id]
            known[at] = True
            need[at] = np.nan if wanted is None else wanted
            # a limit that stands in the terms is a cover too
            have[at] = covered or min(policies, 1)
        return need, have, known

    @api.model
    def _facts_sql(self, scope, day, rules):
        latest = SQL(
            """
            SELECT DISTINCT ON (archive_id, kind) archive_id, kind, budget, to_confirm,
                   id, COALESCE(valid_until >= %(day)s, FALSE) AS valid
            FROM insurance_assessment
            WHERE state = 'done' AND %(scope)s
            ORDER BY archive_id, kind, done_on DESC, id DESC
            """,
            day=day,
            scope=scope.on(SQL("archive_id")),
        )
        bought = SQL(
            """
            SELECT archive_id,
                   array_agg(DISTINCT product_id) FILTER (WHERE state NOT IN %(never)s)
                       AS basket,
                   sum(annual_premium) FILTER (
                       WHERE state IN %(in_force)s AND state <> 'paid_up'
                         AND payment_mode IS DISTINCT FROM 'single'
                   ) AS premiums
            FROM insurance_policy
            WHERE %(scope)s
            GROUP BY archive_id
            """,
            never=NEVER_ISSUED,
            in_force=IN_FORCE,
            scope=scope.on(SQL("archive_id")),
        )
        return SQL(
            """
            WITH latest AS MATERIALIZED (%(latest)s),
                 bought AS MATERIALIZED (%(bought)s)
            SELECT archive.id, archive.company_id, archive.partner_id,
                   archive.client_kind,
                   extract(year FROM age(%(day)s, archive.birth_date))::integer,
                   archive.gender,
                   COALESCE(archive.legal_capacity, 'full') = 'full',
                   occupation.risk_class, archive.health_grade, partner.state_id,
                   substr(archive.risk_tolerance, 2)::integer,
                   CASE WHEN tolerance.id IS NULL THEN NULL
                        WHEN NOT tolerance.valid THEN 'expired'
                        WHEN tolerance.to_confirm THEN 'changed'
                        ELSE 'valid' END,
                   CASE WHEN need.valid THEN 'valid'
                        WHEN need.id IS NOT NULL THEN 'expired' END,
                   CASE WHEN finance.valid THEN 'valid'
                        WHEN finance.id IS NOT NULL THEN 'expired' END,
                   COALESCE(means.income_band, archive.income_band),
                   COALESCE(means.asset_band, archive.asset_band),
                   COALESCE(
                       CASE WHEN finance.valid THEN NULLIF(finance.budget, 0) END,
                       CASE WHEN need.valid THEN NULLIF(need.budget, 0) END,
                       NULLIF(archive.intent_budget, 0)
                   )::float8,
                   COALESCE(bought.premiums, 0)::float8,
                   insurance_client_feature.main_line,
                   archive.lifecycle_stage,
                   bought.basket,
                   (%(rules)s)::text
            FROM insurance_archive AS archive
            JOIN res_partner AS partner ON partner.id = archive.partner_id
            LEFT JOIN insurance_client_feature
                ON insurance_client_feature.archive_id = archive.id
            LEFT JOIN insurance_occupation AS occupation
                ON occupation.id = archive.occupation_id
            LEFT JOIN latest AS need
                ON need.archive_id = archive.id AND need.kind = 'need'
            LEFT JOIN latest AS finance
                ON finance.archive_id = archive.id AND finance.kind = 'finance'
            LEFT JOIN latest AS tolerance
                ON tolerance.archive_id = archive.id AND tolerance.kind = 'tolerance'
            LEFT JOIN LATERAL (
                SELECT income_band, asset_band
                FROM insurance_assessment_finance
                WHERE assessment_id = finance.id AND finance.valid
                ORDER BY id DESC LIMIT 1
            ) AS means ON TRUE
            LEFT JOIN bought ON bought.archive_id = archive.id
            WHERE %(scope)s AND %(may)s
            ORDER BY archive.id
            """,
            latest=latest,
            bought=bought,
            rules=rules.clients,
            day=day,
            scope=scope.on(SQL("archive.id")),
            may=self.env["insurance.archive"]._may_process_sql(MATCHING, "archive"),
        )


def _flags(texts, width):
    """Return rows of flags from PostgreSQL's ``{t,f,…}``."""
    if not texts or not width:
        return np.zeros((len(texts), width), dtype=bool)
    packed = np.frombuffer("".join(texts).encode(), dtype="S1")
    return packed.reshape(len(texts), 2 * width + 1)[:, 1::2] == b"t"


def _edges(bands, rows, at, side):
    unknown = (np.nan, np.nan)
    return np.array([bands.get(row[at], unknown)[side] for row in rows], float)
