import random
from collections import defaultdict

from odoo import api, fields, models
from odoo.tools import SQL

from ..client_scope import Scope
from ..tools.score_types import NUMBER
from .insurance_archive_process import PROFILING

#: no more clients are learned from: more change little and need memory
LARGEST_SAMPLE = 20_000
#: clients without a class of their own, to make groups of and to try things on
POOL = 3000
SEED = 19


class InsuranceClientFeature(models.Model):
    """Figures for a look back: nothing is written."""

    _inherit = "insurance.client.feature"

    @api.model
    def _figures_of(self, archive_ids, day):
        """Return {id: {feature: value or None}} as of *day*, unknown as None."""
        names = [name for found in self._sources().values() for name in found]
        query = SQL(
            "SELECT archive_id, %s FROM (%s) AS figures",
            SQL(", ").join(map(SQL.identifier, names)),
            self._figures_sql(Scope(archive_ids=tuple(archive_ids)), day),
        )
        return {
            archive_id: dict(zip(names, values, strict=True))
            for archive_id, *values in self.env.execute_query(query)
        }

    @api.model
    def _figures_at(self, days):
        """Return {id: figures} of clients, each as of a day of its own."""
        by_day = defaultdict(list)
        for archive_id, day in days.items():
            by_day[day].append(archive_id)
        found = {}
        for day, archive_ids in by_day.items():
            found |= self._figures_of(archive_ids, day)
        return found


class InsuranceLearnedProposal(models.Model):
    """What is learned from: figures of clients, and classes that people stand for."""

    _inherit = "insurance.learned.proposal"

    def _size(self):
        """Return how many clients there are to learn from, at most."""
        if self.method in ("kmeans", "association"):
            return self.env["insurance.archive"].search_count([], limit=POOL)
        return len(self._labels())

    def _labels(self):
        """Return {archive id: (day, class)} that people have set or found right.

        A setting that was ended, or of which somebody said that the scorecard is
        right, is none.
        """
        self.env["insurance.client.class.override"].flush_model()
        self.env["insurance.client.class"].flush_model()
        self.env["insurance.archive"].flush_model([self.dimension, "state"])
        rows = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT ON (label.archive_id)
                       label.archive_id, label.day, label.code
                FROM (
                    SELECT override.archive_id, override.set_on AS day, segment.code
                    FROM insurance_client_class_override AS override
                    JOIN insurance_client_segment AS segment
                        ON segment.id = override.segment_id
                    WHERE override.dimension = %(dimension)s
                      AND override.state IN ('active', 'expired')
                      AND override.reviewed IS NOT TRUE
                    UNION ALL
                    SELECT score.archive_id, score.reviewed_on, client.%(class)s
                    FROM insurance_client_class AS score
                    JOIN insurance_archive AS client ON client.id = score.archive_id
                    WHERE score.reviewed_on IS NOT NULL
                      AND client.%(class)s IS NOT NULL
                ) AS label
                JOIN insurance_archive AS archive ON archive.id = label.archive_id
                WHERE %(may)s
                ORDER BY label.archive_id, label.day DESC
                LIMIT %(limit)s
                """,
                **{"class": SQL.identifier(self.dimension)},
                dimension=self.dimension,
                may=self.env["insurance.archive"]._may_process_sql(
                    PROFILING, "archive"
                ),
                limit=LARGEST_SAMPLE,
            )
        )
        return {archive_id: (day, code) for archive_id, day, code in rows}

    @api.model
    def _pool(self, without=(), limit=POOL):
        """Return ids of clients, the same ones each time."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT archive.id FROM insurance_archive AS archive
                WHERE %s AND archive.id <> ALL(%s)
                ORDER BY md5(archive.id::text) LIMIT %s
                """,
                self.env["insurance.archive"]._may_process_sql(PROFILING, "archive"),
                list(without),
                limit,
            )
        )
        return [archive_id for (archive_id,) in rows]

    @api.model
    def _pool_figures(self, without=(), limit=POOL):
        """Return the present figures of some clients, in an order by chance."""
        today = fields.Date.context_today(self)
        figures = self.env["insurance.client.feature"]._figures_of(
            self._pool(without, limit), today
        )
        clients = [figures[archive_id] for archive_id in sorted(figures)]
        random.Random(SEED).shuffle(clients)
        return clients

    @api.model
    def _whitelist(self):
        """Return ({feature: kind}, amounts, {feature: its values}) to learn from."""
        Feature = self.env["insurance.client.feature"]
        used = {name for found in Feature._sources().values() for name in found}
        kinds = {
            name: kind
            for name, kind in Feature._feature_kinds().items()
            if name in used
        }
        amounts = {name for name in kinds if Feature._fields[name].type == "monetary"}
        options = {}
        for name, kind in kinds.items():
            if kind == NUMBER:
                continue
            field = Feature._fields[name]
            codes = ["yes", "no"]
            if field.type == "selection":
                codes = list(field.get_values(self.env))
            options[name] = codes
        return kinds, amounts, options
