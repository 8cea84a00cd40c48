"""The retention rules as SQL: one statement for each source of events.

Functions of a module: rules are rows that people write, and what they say is compared
here as values, never joined into SQL as text.
"""

from typing import NamedTuple

from odoo.tools import SQL

#: days of a date that has not come
NEVER = 99_999_999
#: what a key holds beside the day: the place of the rule
RANKS = 10_000
#: days are counted from here, so that they are never negative
EPOCH = SQL("date '0001-01-01'")

DONE_CLAIMS = ("paid", "closed", "refused", "withdrawn")
DONE_COMPLAINTS = ("closed", "withdrawn")
DONE_REQUESTS = ("answered", "refused", "withdrawn")


class Values(NamedTuple):
    """A rule that is tried and not on file."""

    id: int
    event: str
    months: int
    forever: bool = False
    term: str = ""
    line: str = ""
    client_kind: str = ""
    mark: str = ""


def day(moment):
    """Return the latest day that a moment in UTC can be anywhere on earth."""
    return SQL("(%s + interval '14 hours')::date", moment)


def _contracts(condition, today, short_years, with_line):
    line, join = SQL("NULL"), SQL()
    if with_line:
        line = SQL("category.line")
        join = SQL(
            "JOIN product_template product ON product.id = policy.product_id"
            " LEFT JOIN insurance_product_category category"
            " ON category.id = product.insurance_category_id"
        )
    return SQL(
        """
        SELECT policy.archive_id, %(line)s AS line, NULL AS mark,
               CASE WHEN policy.end_date < policy.start_date
                         + make_interval(years => %(short)s)
                    THEN 'short' ELSE 'long' END AS term,
               CASE WHEN policy.state IN ('expired', 'matured')
                    THEN coalesce(policy.end_date, %(moved)s)
                    WHEN policy.state IN ('surrendered', 'terminated')
                    THEN least(policy.end_date, %(moved)s)
                    WHEN policy.state = 'lapsed' AND policy.end_date < %(today)s
                    THEN policy.end_date END AS ended
          FROM insurance_policy policy %(join)s
         WHERE policy.state NOT IN
               ('application', 'underwriting', 'declined', 'withdrawn')
           AND %(condition)s
        """,
        line=line,
        short=short_years,
        moved=day(SQL("policy.state_date")),
        today=today,
        join=join,
        condition=condition(SQL("policy.archive_id")),
    )


def _simple(table, ended, where, condition):
    """Return the events of a table whose rows say by themselves when they end."""
    return SQL(
        "SELECT archive_id, NULL AS line, NULL AS mark, NULL AS term, %s AS ended"
        " FROM %s WHERE %s AND %s",
        ended,
        SQL.identifier(table),
        where,
        condition(SQL("archive_id")),
    )


def _of_archive(ended, where, condition):
    return SQL(
        "SELECT id AS archive_id, NULL AS line, retention_mark AS mark, NULL AS term,"
        " %s AS ended FROM insurance_archive WHERE %s AND %s",
        ended,
        where,
        condition(SQL("id")),
    )


def source(event, condition, today, short_years, with_line=False):
    """Return the rows (archive_id, line, mark, term, ended) of a kind of event.

    ``ended`` is NULL while the event has not come.

    :param condition: takes the column with the archive, returns which ones
    """
    moved = day(SQL("state_date"))
    if event == "contract_end":
        return _contracts(condition, today, short_years, with_line)
    if event == "application_end":
        ended = SQL(
            "CASE WHEN state IN ('declined', 'withdrawn') THEN %s END::date", moved
        )
        where = SQL("state IN ('application','underwriting','declined','withdrawn')")
        return _simple("insurance_policy", ended, where, condition)
    if event == "claim_end":
        ended = SQL(
            "CASE WHEN state IN %s THEN greatest(%s, paid_on) END", DONE_CLAIMS, moved
        )
        return _simple("insurance_claim", ended, SQL("true"), condition)
    if event == "complaint_end":
        ended = SQL("CASE WHEN state IN %s THEN %s END", DONE_COMPLAINTS, moved)
        where = SQL("kind = 'complaint'")
        return _simple("insurance_feedback", ended, where, condition)
    if event == "share_end":
        ended = day(SQL("coalesce(ended_on, date_to)"))
        return _simple("insurance_share", ended, SQL("state <> 'draft'"), condition)
    if event == "request_end":
        ended = SQL("CASE WHEN state IN %s THEN %s END", DONE_REQUESTS, moved)
        return _simple("insurance_client_request", ended, SQL("true"), condition)
    if event == "last_contact":
        ended = day(SQL("coalesce(last_contact_date, create_date)"))
        return _of_archive(ended, SQL("true"), condition)
    if event == "filing":
        return _of_archive(
            SQL("filed_on"), SQL("retention_mark IS NOT NULL"), condition
        )
    if event == "appraisal":
        where = SQL("kept_until IS NOT NULL")
        return _simple("insurance_retention", SQL("kept_until"), where, condition)
    if event == "last_use":
        return _simple("insurance_use_log", day(SQL("date")), SQL("true"), condition)
    raise ValueError(f"There is no event {event!r}.")


def _kind(rule, archive_id):
    if not rule.client_kind:
        return SQL("true")
    return SQL(
        "EXISTS (SELECT FROM insurance_archive kind WHERE kind.id = %s"
        " AND kind.client_kind = %s)",
        archive_id,
        rule.client_kind,
    )


def _applies(rule):
    parts = [
        SQL("event.%s = %s", SQL.identifier(column), wanted)
        for column, wanted in (
            ("term", rule.term),
            ("line", rule.line),
            ("mark", rule.mark),
        )
        if wanted
    ]
    parts.append(_kind(rule, SQL("event.archive_id")))
    return SQL(" AND ").join(parts)


def _until(rule):
    """Return the day of the rule, NULL when its time has not begun to run."""
    if rule.forever:
        return SQL("NULL::date")
    return SQL("(event.ended + make_interval(months => %s))::date", rule.months)


def _key(rule, rank):
    return SQL(
        "CASE WHEN %s THEN coalesce(%s - %s, %s)::bigint * %s + %s END",
        _applies(rule),
        _until(rule),
        EPOCH,
        NEVER,
        RANKS,
        rank,
    )


def _by_event(rules):
    found = {}
    for place, rule in enumerate(rules, 1):
        found.setdefault(rule.event, []).append((RANKS - place, rule))
    return found


def _source_of(event, ranked, condition, today, short_years):
    with_line = any(rule.line for _rank, rule in ranked)
    return source(event, condition, today, short_years, with_line)


def latest(rules, condition, today, short_years):
    """Return SQL: (archive_id, until, open, rule_id) of the rule that keeps longest.

    One pass over each source. The day and the rule travel in one number, so that the
    highest number is the latest day, and of equals the first rule.
    """
    pieces = [
        SQL(
            "SELECT event.archive_id, max(greatest(%s)) AS key"
            " FROM (%s OFFSET 0) event GROUP BY event.archive_id",
            SQL(", ").join(_key(rule, rank) for rank, rule in ranked),
            _source_of(event, ranked, condition, today, short_years),
        )
        for event, ranked in _by_event(rules).items()
    ]
    return SQL(
        """
        SELECT archive_id,
               CASE WHEN max(key) / %(ranks)s <> %(never)s
                    THEN %(epoch)s + (max(key) / %(ranks)s)::integer END AS until,
               max(key) / %(ranks)s = %(never)s AS open,
               (%(rules)s::integer[])[%(ranks)s - max(key) %% %(ranks)s] AS rule_id
          FROM (%(pieces)s) pieces
         WHERE key IS NOT NULL
         GROUP BY archive_id
        """,
        ranks=RANKS,
        never=NEVER,
        epoch=EPOCH,
        rules=[rule.id for rule in rules],
        pieces=SQL(" UNION ALL ").join(pieces),
    )


def explained(rules, condition, today, short_years):
    """Return SQL: (archive_id, rule_id, event day, until, how many events) of all.

    Both days are NULL when the time of the rule has not begun to run.
    """
    pieces = [
        SQL(
            """
            SELECT event.archive_id, %(rule)s AS rule_id,
                   CASE WHEN bool_and(event.ended IS NOT NULL)
                        THEN max(event.ended) END AS ended,
                   CASE WHEN bool_and(%(until)s IS NOT NULL)
                        THEN max(%(until)s) END AS until,
                   count(*) AS times
              FROM (%(source)s OFFSET 0) event
             WHERE %(applies)s
             GROUP BY event.archive_id
            """,
            rule=rule.id,
            until=_until(rule),
            source=_source_of(event, ranked, condition, today, short_years),
            applies=_applies(rule),
        )
        for event, ranked in _by_event(rules).items()
        for _rank, rule in ranked
    ]
    return SQL(" UNION ALL ").join(pieces)
