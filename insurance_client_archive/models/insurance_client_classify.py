from odoo import api, fields, models
from odoo.tools import SQL

from ..client_scope import Scope
from .insurance_archive_freshness import CLOSED_STATES
from .insurance_archive_process import PROFILING

COMMA = SQL(", ")


class InsuranceClientClass(models.Model):
    """Classify clients: one statement for as many as its scope holds.

    It reads the rows of features, not the records behind them. Rows that do not
    change are not written; each change of a class leaves a row of history.
    """

    _inherit = "insurance.client.class"

    @api.model
    def _refresh(self, archive_ids=None, day=None):
        """Bring figures and classes of these clients up to date, at once."""
        scope = Scope(archive_ids=tuple(archive_ids))
        day = day or fields.Date.context_today(self)
        # as superuser: figures and classes are made of all records of the client
        self.env["insurance.client.feature"].sudo()._refresh(scope, day)
        return self.sudo()._classify(scope, day)

    @api.model
    def _apply(self, archive_ids, reason="score"):
        """Apply scorecards and overrides to these clients; figures stay as they are."""
        missing = set(archive_ids) - set(
            # as superuser: whether a row of figures exists is no content
            self.env["insurance.client.feature"]
            .sudo()
            .search([("archive_id", "in", list(archive_ids))])
            .archive_id.ids
        )
        if missing:
            self._refresh(missing)
        scope = Scope(archive_ids=tuple(archive_ids))
        # as superuser: classes are written by nobody else
        return self.sudo()._classify(scope, fields.Date.context_today(self), reason)

    @api.model
    def _classify(self, scope, day, reason="score"):
        """Apply the scorecards in force; return how many classes have changed.

        :param reason: what the history says of changes that are not the scorecards'
        """
        cards = self.env["insurance.scorecard"]._active()
        if not cards:
            return 0
        compiled = {name: card._compiled() for name, card in cards.items()}
        self.env["insurance.client.class.override"].flush_model()
        self.env["insurance.archive"].flush_model([*cards, "state"])
        self.flush_model()
        self.env.cr.execute(
            SQL(
                """
                WITH scored AS MATERIALIZED (%(scored)s),
                verdict AS MATERIALIZED (%(verdict)s),
                kept AS (%(keep)s),
                moved AS MATERIALIZED (%(moved)s),
                written AS (%(write)s)
                %(history)s
                """,
                scored=self._scored_sql(compiled, scope),
                verdict=self._verdict_sql(compiled),
                keep=self._keep_sql(cards, day),
                moved=self._moved_sql(cards, scope, day),
                write=self._write_sql(cards, scope),
                history=self._history_sql(cards, compiled, scope, day, reason),
            )
        )
        changed = self.env.cr.rowcount
        self.invalidate_model(flush=False)
        self.env["insurance.archive"].invalidate_model(list(cards), flush=False)
        self.env["insurance.client.class.change"].invalidate_model(flush=False)
        return changed

    @api.model
    def _scored_sql(self, compiled, scope):
        """Return the rule that decides and the points, for each dimension.

        A client who may not be profiled has neither, and so no class but one that a
        person sets.
        """
        columns = [
            part
            for name, card in compiled.items()
            for part in (
                _if_allowed(card.rule, f"{name}_rule"),
                _if_allowed(card.points, f"{name}_points"),
            )
        ]
        return SQL(
            """
            SELECT feature.archive_id, feature.partner_id, feature.company_id,
                   may.allowed, %(columns)s
            FROM insurance_client_feature AS feature
            JOIN insurance_archive AS client ON client.id = feature.archive_id
            CROSS JOIN LATERAL (SELECT %(may)s AS allowed OFFSET 0) AS may
            WHERE %(scope)s AND %(clients)s
            """,
            columns=COMMA.join(columns),
            may=self.env["insurance.archive"]._may_process_sql(PROFILING, "client"),
            clients=scope.on(SQL("client.id")),
            scope=scope.on(SQL("feature.archive_id")),
        )

    @api.model
    def _verdict_sql(self, compiled):
        """Return the class and how near another one is, for each dimension."""
        columns, gaps = [], []
        for name, card in compiled.items():
            rule = SQL.identifier("scored", f"{name}_rule")
            points = SQL.identifier("scored", f"{name}_points")
            gap = card.gap(rule, points)
            gaps.append(gap)
            columns += [
                _if_allowed(card.result(rule, points), name),
                _if_allowed(gap, f"{name}_gap"),
            ]
        return SQL(
            "SELECT scored.*, %s, %s FROM scored",
            COMMA.join(columns),
            _if_allowed(SQL("LEAST(%s)", COMMA.join(gaps)), "closest_gap"),
        )

    @api.model
    def _keep_sql(self, cards, day):
        """Write the scores that differ from those on file."""
        names, values = [SQL("closest_gap")], [SQL("closest_gap")]
        for name, card in cards.items():
            for column in (name, f"{name}_points", f"{name}_gap"):
                names.append(SQL.identifier(column))
                values.append(SQL.identifier(column))
            names.append(SQL.identifier(f"{name}_card_id"))
            values.append(SQL("%s::integer", card.id))
        classes = [SQL.identifier(name) for name in cards]
        return SQL(
            """
            INSERT INTO insurance_client_class AS mine
                (archive_id, partner_id, company_id, changed_on, %(names)s)
            SELECT archive_id, partner_id, company_id, %(day)s::date, %(values)s
            FROM verdict
            ON CONFLICT (archive_id) DO UPDATE
            SET (company_id, changed_on, %(names)s)
                    = ROW(EXCLUDED.company_id, EXCLUDED.changed_on, %(new)s),
                reviewed_on = CASE WHEN (%(old_classes)s)
                    IS NOT DISTINCT FROM (%(new_classes)s) THEN mine.reviewed_on END
            WHERE (mine.company_id, %(old)s)
                IS DISTINCT FROM (EXCLUDED.company_id, %(new)s)
            """,
            names=COMMA.join(names),
            values=COMMA.join(values),
            day=day,
            old=COMMA.join(SQL("mine.%s", name) for name in names),
            new=COMMA.join(SQL("EXCLUDED.%s", name) for name in names),
            old_classes=COMMA.join(SQL("mine.%s", name) for name in classes),
            new_classes=COMMA.join(SQL("EXCLUDED.%s", name) for name in classes),
        )

    @api.model
    def _moved_sql(self, cards, scope, day):
        """Return the clients whose class changes, overrides considered.

        The scope is said of each table anew: nobody knows of a CTE how long it is, and
        without that a range of a large table would be looked for in all of it.
        """
        forced = [
            SQL(
                "max(segment.code) FILTER (WHERE segment.dimension = %s) AS %s",
                name,
                SQL.identifier(name),
            )
            for name in cards
        ]
        columns, old, new = [], [], []
        for name in cards:
            old.append(SQL.identifier("archive", name))
            new.append(
                SQL(
                    "COALESCE(%s, %s)",
                    SQL.identifier("forced", name),
                    SQL.identifier("verdict", name),
                )
            )
            columns += [
                SQL("%s AS %s", old[-1], SQL.identifier(f"{name}_old")),
                SQL("%s AS %s", new[-1], SQL.identifier(f"{name}_new")),
                SQL(
                    "%s AS %s",
                    SQL.identifier("verdict", f"{name}_points"),
                    SQL.identifier(f"{name}_points"),
                ),
                SQL(
                    "%s IS NOT NULL AS %s",
                    SQL.identifier("forced", name),
                    SQL.identifier(f"{name}_forced"),
                ),
            ]
        return SQL(
            """
            SELECT archive.id, verdict.partner_id, verdict.company_id,
                   verdict.allowed, %(columns)s
            FROM verdict
            JOIN insurance_archive AS archive ON archive.id = verdict.archive_id
            LEFT JOIN (
                SELECT override.archive_id, %(forced)s
                FROM insurance_client_class_override AS override
                JOIN insurance_client_segment AS segment
                    ON segment.id = override.segment_id
                WHERE override.state = 'active' AND override.expires_on >= %(day)s
                  AND %(overridden)s
                GROUP BY override.archive_id
            ) AS forced ON forced.archive_id = archive.id
            WHERE %(scope)s AND archive.state NOT IN %(closed)s
              AND (%(old)s) IS DISTINCT FROM (%(new)s)
            """,
            columns=COMMA.join(columns),
            forced=COMMA.join(forced),
            day=day,
            overridden=scope.on(SQL("override.archive_id")),
            scope=scope.on(SQL("archive.id")),
            closed=CLOSED_STATES,
            old=COMMA.join(old),
            new=COMMA.join(new),
        )

    @api.model
    def _write_sql(self, cards, scope):
        return SQL(
            """
            UPDATE insurance_archive AS archive SET %s
            FROM moved WHERE archive.id = moved.id AND %s
            """,
            COMMA.join(
                SQL(
                    "%s = moved.%s", SQL.identifier(name), SQL.identifier(f"{name}_new")
                )
                for name in cards
            ),
            scope.on(SQL("archive.id")),
        )

    @api.model
    def _history_sql(self, cards, compiled, scope, day, reason):
        """Write a row for each class that changes, with the points of each factor."""
        # not one join with VALUES: it would prepare its expressions for each client
        changes = SQL(" UNION ALL ").join(
            self._changes_sql(name, card, compiled[name], scope, day, reason)
            for name, card in cards.items()
        )
        return SQL(
            """
            INSERT INTO insurance_client_class_change
                (archive_id, partner_id, company_id, day, dimension, old_code,
                 new_code, old_segment_id, new_segment_id, points, scorecard_id,
                 factors, reason)
            %s
            """,
            changes,
        )

    @api.model
    def _changes_sql(self, name, card, compiled, scope, day, reason):
        """Return the rows of history of one dimension."""
        return SQL(
            """
            SELECT moved.id, moved.partner_id, moved.company_id, %(day)s::date,
                   %(dimension)s::varchar, %(old)s, %(new)s, before.id, after.id,
                   %(points)s, %(card)s::integer,
                   CASE WHEN moved.allowed THEN %(factors)s END,
                   CASE WHEN %(forced)s THEN 'override'
                        WHEN NOT moved.allowed THEN 'own_wish'
                        ELSE %(reason)s END
            FROM moved
            JOIN insurance_client_feature AS feature
                ON feature.archive_id = moved.id AND %(scope)s
            LEFT JOIN insurance_client_segment AS before
                ON before.dimension = %(dimension)s AND before.code = %(old)s
            LEFT JOIN insurance_client_segment AS after
                ON after.dimension = %(dimension)s AND after.code = %(new)s
            WHERE %(old)s IS DISTINCT FROM %(new)s
            """,
            day=day,
            dimension=name,
            old=SQL.identifier("moved", f"{name}_old"),
            new=SQL.identifier("moved", f"{name}_new"),
            points=SQL.identifier("moved", f"{name}_points"),
            forced=SQL.identifier("moved", f"{name}_forced"),
            card=card.id,
            factors=compiled.explanation(),
            scope=scope.on(SQL("feature.archive_id")),
            reason=reason,
        )


def _if_allowed(value, name):
    """Return the column *name*, empty for clients who may not be profiled."""
    return SQL("CASE WHEN allowed THEN %s END AS %s", value, SQL.identifier(name))
