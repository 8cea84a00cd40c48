"""What comes to an archive and is filed with it: basics, products, service, risk."""

from odoo.tools import SQL

#: {column of the filing record: model}
SOURCES = {
    "policy_count": "insurance.policy",
    "claim_count": "insurance.claim",
    "paper_count": "insurance.document",
    "talk_count": "insurance.interaction",
    "feedback_count": "insurance.feedback",
}


def _rows(env, condition, select):
    """Return SQL over all that came since the last filing, a source at a time."""
    return SQL(" UNION ALL ").join(
        SQL(
            "SELECT %(select)s FROM %(table)s came"
            " JOIN insurance_archive archive ON archive.id = came.archive_id"
            " WHERE came.create_date > coalesce(archive.filed_through, '-infinity')"
            " AND %(condition)s",
            select=select(column),
            table=SQL.identifier(env[model]._table),
            condition=condition(SQL("came.archive_id")),
        )
        for column, model in SOURCES.items()
    )


def first(env, condition):
    """Return SQL: archive_id and the moment since which something waits."""
    return SQL(
        "SELECT archive_id, min(moment) AS since FROM (%s) came GROUP BY archive_id",
        _rows(
            env,
            condition,
            lambda _column: SQL("came.archive_id, came.create_date AS moment"),
        ),
    )


def counts(env, condition):
    """Return SQL: archive_id and how many of each kind wait."""
    columns = SQL(", ").join(
        SQL("count(*) FILTER (WHERE kind = %s) AS %s", name, SQL.identifier(name))
        for name in SOURCES
    )
    return SQL(
        "SELECT archive_id, %s FROM (%s) came GROUP BY archive_id",
        columns,
        _rows(env, condition, lambda name: SQL("came.archive_id, %s AS kind", name)),
    )
