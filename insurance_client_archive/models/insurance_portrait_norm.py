from odoo import api, fields, models
from odoo.tools import SQL

from .insurance_archive_process import PROFILING
from .insurance_client_segment import DIMENSION_NAMES, DIMENSIONS
from .insurance_portrait_factor import AXES, AXIS_NAMES

COMMA = SQL(", ")
EVERYBODY = "all"


def _median_of(label):
    return fields.Integer(string=label, readonly=True, aggregator=None)


class InsurancePortraitNorm(models.Model):
    """What is usual in a class: the medians that a portrait is compared with.

    Worked out once a day for all classes. Groups of few clients have no row: their
    median would tell of the single client.
    """

    _name = "insurance.portrait.norm"
    _description = "Usual portrait of a class"
    _order = "company_id, id"
    _log_access = False

    company_id = fields.Many2one("res.company", required=True, readonly=True)
    day = fields.Date(required=True, readonly=True)
    dimension = fields.Selection(
        [(EVERYBODY, "All clients"), *DIMENSIONS], required=True, readonly=True
    )
    code = fields.Char(required=True, readonly=True)
    client_count = fields.Integer(string="Clients", readonly=True)
    attribute = _median_of("Median: means and family")
    behaviour = _median_of("Median: behaviour")
    risk = _median_of("Median: risk")
    value = _median_of("Median: client value")
    psychology = _median_of("Median: attitude")

    _class_unique = models.UniqueIndex(
        "(company_id, dimension, code)", "A class has one row."
    )

    @api.model
    def _cron_refresh(self):
        self._refresh(fields.Date.context_today(self))

    @api.model
    def _refresh(self, day):
        """Work out all medians in one statement, over a histogram of whole points."""
        self.env["insurance.archive"].flush_model([*DIMENSION_NAMES, "state"])
        self.env["insurance.client.feature"].flush_model()
        self.env["insurance.portrait.factor"].flush_model()
        self.env.cr.execute(
            SQL(
                """
                WITH combos AS (%(combos)s),
                cells AS (%(cells)s),
                ranked AS (
                    SELECT cells.*,
                           sum(number) OVER (PARTITION BY company_id, dimension, code,
                               axis ORDER BY points) AS upto,
                           sum(number) OVER (PARTITION BY company_id, dimension, code,
                               axis) AS total
                    FROM cells
                ),
                medians AS (
                    SELECT company_id, dimension, code, axis, max(total) AS total,
                           min(points) FILTER (WHERE 2 * upto >= total) AS median
                    FROM ranked
                    GROUP BY company_id, dimension, code, axis
                ),
                gone AS (
                    DELETE FROM insurance_portrait_norm AS old
                    WHERE NOT EXISTS (
                        SELECT FROM medians
                        WHERE medians.company_id = old.company_id
                          AND medians.dimension = old.dimension
                          AND medians.code = old.code
                          AND medians.total >= %(least)s
                    )
                )
                INSERT INTO insurance_portrait_norm AS norm
                    (company_id, day, dimension, code, client_count, %(names)s)
                SELECT company_id, %(day)s, dimension, code, max(total), %(medians)s
                FROM medians
                WHERE total >= %(least)s
                GROUP BY company_id, dimension, code
                ON CONFLICT (company_id, dimension, code) DO UPDATE
                SET (day, client_count, %(names)s)
                    = ROW(EXCLUDED.day, EXCLUDED.client_count, %(new)s)
                """,
                combos=self._combos_sql(),
                cells=self._cells_sql(),
                day=day,
                least=self.env["insurance.parameter"]._get("portrait_min_clients"),
                names=COMMA.join(SQL.identifier(name) for name in AXIS_NAMES),
                new=COMMA.join(
                    SQL("EXCLUDED.%s", SQL.identifier(n)) for n in AXIS_NAMES
                ),
                medians=COMMA.join(
                    SQL("max(median) FILTER (WHERE axis = %s)", name)
                    for name in AXIS_NAMES
                ),
            )
        )
        self.invalidate_model(flush=False)

    @api.model
    def _combos_sql(self):
        """Count the clients by company, all their classes, group and whole points."""
        classes = COMMA.join(SQL.identifier("archive", n) for n in DIMENSION_NAMES)
        axes = self.env["insurance.portrait.factor"]._known()._axes_sql()
        # OFFSET 0: each formula is worked out once for a client. Rows are made by
        # unnest: expressions in VALUES would be prepared anew for each client.
        return SQL(
            """
            SELECT archive.company_id, %(classes)s, score.axis, score.points,
                   count(*) AS number
            FROM (
                SELECT feature.archive_id, %(axes)s
                FROM insurance_client_feature AS feature
                OFFSET 0
            ) AS client
            JOIN insurance_archive AS archive ON archive.id = client.archive_id
            CROSS JOIN LATERAL unnest(%(names)s::varchar[], ARRAY[%(columns)s])
                AS score (axis, points)
            WHERE %(may)s AND score.points IS NOT NULL
            GROUP BY archive.company_id, %(classes)s, score.axis, score.points
            """,
            classes=classes,
            axes=COMMA.join(
                SQL("%s AS %s", expression, SQL.identifier(name))
                for name, expression in axes.items()
            ),
            names=list(axes),
            columns=COMMA.join(SQL.identifier("client", name) for name in axes),
            may=self.env["insurance.archive"]._may_process_sql(PROFILING, "archive"),
        )

    @api.model
    def _cells_sql(self):
        """Count them by one class at a time, and all together."""
        return SQL(
            """
            SELECT company_id, class.dimension, class.code, axis, points,
                   sum(number) AS number
            FROM combos
            CROSS JOIN LATERAL unnest(%s::varchar[], ARRAY[%s, %s])
                AS class (dimension, code)
            WHERE class.code IS NOT NULL
            GROUP BY company_id, class.dimension, class.code, axis, points
            """,
            [EVERYBODY, *DIMENSION_NAMES],
            EVERYBODY,
            COMMA.join(SQL.identifier("combos", name) for name in DIMENSION_NAMES),
        )

    @api.model
    def _axis_labels(self):
        field = self.env["insurance.portrait.factor"]._fields["axis"]
        labels = dict(field._description_selection(self.env))
        return [(name, labels[name]) for name, _label in AXES]
