import json

import numpy as np

from odoo import api, models
from odoo.tools import SQL

from ..tools.match_score import FACTORS, HUNDREDTHS, VERSION

LINE_COLUMNS = (
    ("match_id", "integer"),
    ("archive_id", "integer"),
    ("partner_id", "integer"),
    ("company_id", "integer"),
    ("product_id", "integer"),
    ("verdict", "varchar"),
    ("rank", "integer"),
    ("points", "numeric"),
    *((f"points_{factor}", "numeric") for factor in FACTORS),
    ("points_rules", "numeric"),
    ("sum_insured", "numeric"),
    ("annual_premium", "numeric"),
    ("findings", "jsonb"),
)


class InsuranceMatchEngine(models.AbstractModel):
    """Writes what was found: two statements, however many clients and products."""

    _inherit = "insurance.match.engine"

    @api.model
    def _store_matches(self, facts, result, rules, source):
        """Create a match for each client; return their ids in the order of the rows."""
        count = len(facts.rows)
        kept = result.kept.sum(axis=1)
        rows = self.env.execute_query(
            SQL(
                """
                INSERT INTO insurance_match (archive_id, partner_id, company_id,
                    kept_count, dropped_count, day, user_id, source, personalised,
                    exact, human_state, engine_version, rules_version,
                    create_uid, create_date, write_uid, write_date)
                SELECT row.*, %(day)s, %(user)s, %(source)s, TRUE, FALSE, 'none',
                    %(engine)s, %(rules)s, %(user)s, now() AT TIME ZONE 'UTC',
                    %(user)s, now() AT TIME ZONE 'UTC'
                FROM unnest(%(archives)s::integer[], %(partners)s::integer[],
                    %(companies)s::integer[], %(kept)s::integer[],
                    %(dropped)s::integer[]) AS row
                RETURNING archive_id, id
                """,
                day=facts.day,
                user=self.env.uid,
                source=source,
                engine=VERSION,
                rules=self._rules_version(rules),
                archives=facts.column("id"),
                partners=facts.column("partner_id"),
                companies=facts.column("company_id"),
                kept=kept.tolist(),
                dropped=(result.kept.shape[1] - kept).tolist() if count else [],
            )
        )
        by_archive = dict(rows)
        return [by_archive[archive_id] for archive_id in facts.column("id")]

    @api.model
    def _store_lines(self, match_ids, facts, library, result, where, findings=None):
        """Create the lines of the products that *where* flags: clients × products.

        :param findings: {(row, product number): what is said of it}
        """
        rows, columns = np.nonzero(where)
        kept = result.kept[rows, columns]

        def of_client(values):
            return np.array(values, dtype=np.int64)[rows].tolist()

        def points(found):
            return (found[rows, columns] / HUNDREDTHS).tolist()

        said = findings or {}
        values = [
            of_client(match_ids),
            of_client(facts.column("id")),
            of_client(facts.column("partner_id")),
            of_client(facts.column("company_id")),
            library.ids[columns].tolist(),
            np.where(kept, "kept", "dropped").tolist(),
            result.ranks[rows, columns].tolist(),
            points(result.score),
            *(points(result.points[factor]) for factor in FACTORS),
            points(result.rule_points),
            result.terms.sum_insured[rows, columns].tolist(),
            np.nan_to_num(result.terms.premium[rows, columns]).tolist(),
            [
                json.dumps(said.get(pair, []))
                for pair in zip(rows.tolist(), columns.tolist(), strict=True)
            ],
        ]
        self.env.cr.execute(
            SQL(
                "INSERT INTO insurance_match_line (%s) SELECT * FROM unnest(%s)",
                SQL(", ").join(SQL.identifier(name) for name, _type in LINE_COLUMNS),
                SQL(", ").join(
                    # the types are those of the list above
                    SQL("%s::" + kind + "[]", column)  # pylint: disable=sql-injection
                    for column, (_name, kind) in zip(values, LINE_COLUMNS, strict=True)
                ),
            )
        )
        return len(rows)
