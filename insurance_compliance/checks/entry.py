"""Checks of entering, keeping up to date and filing."""

from odoo import fields
from odoo.tools import SQL

from ..check_catalogue import Found, check, of_company
from .rows import LIVING, days_ago, moment_ago, number, rows

#: 17 figures and a check character, as on an identity card; not part of a longer one
ID_NUMBER = (
    r"(^|[^0-9])[1-9][0-9]{5}(19|20)[0-9]{2}[01][0-9][0-3][0-9]{4}[0-9Xx]($|[^0-9])"
)


@check("archive_incomplete")
def archive_incomplete(env, since):
    """Filed archives that lack something, or lack it since (handbook 1.2)."""
    return rows(
        env,
        "insurance.archive",
        SQL("item.state = 'filed'"),
        SQL("coalesce(item.completeness, 0) < %s", number(env, "check_complete_pct")),
    )


@check("filing_overdue")
def filing_overdue(env, since):
    """Entered archives that are not filed within the cycle (handbook 5.3)."""
    return rows(
        env,
        "insurance.archive",
        SQL("item.state = 'entered'"),
        SQL("item.filing_due_date < %s", fields.Date.today()),
    )


@check("review_overdue")
def review_overdue(env, since):
    """Archives whose data nobody has verified for too long (handbook 1.3, 2.4)."""
    late = days_ago(number(env, "review_escalation_days"))
    return rows(
        env, "insurance.archive", LIVING, SQL("item.next_review_date < %s", late)
    )


@check("archive_impossible")
def archive_impossible(env, since):
    """Archives with days that can't be: in the future, or of the wrong century."""
    return rows(
        env,
        "insurance.archive",
        LIVING,
        SQL(
            "item.birth_date > %(today)s OR item.established_on > %(today)s"
            " OR item.birth_date < %(too_long_ago)s OR item.filed_on > %(tomorrow)s",
            today=days_ago(-1),
            tomorrow=days_ago(-1),
            too_long_ago=fields.Date.subtract(fields.Date.today(), years=120),
        ),
    )


@check("policy_over")
def policy_over(env, since):
    """Policies that count as in force although their term is over."""
    return rows(
        env,
        "insurance.policy",
        SQL("item.state IN ('active', 'paid_up')"),
        # the nightly work has a day
        SQL("item.end_date < %s", days_ago(2)),
    )


@check("paper_expired")
def paper_expired(env, since):
    """Papers that have expired and were not replaced by a newer one of the kind."""
    return rows(
        env,
        "insurance.document",
        SQL(
            "item.valid_until IS NOT NULL AND EXISTS (SELECT FROM insurance_archive"
            " archive WHERE archive.id = item.archive_id"
            " AND archive.state NOT IN ('restricted', 'destroyed'))"
        ),
        SQL(
            """
            item.valid_until < %(today)s AND NOT EXISTS (
                SELECT FROM insurance_document newer
                 WHERE newer.archive_id = item.archive_id
                   AND newer.type_id = item.type_id AND newer.id <> item.id
                   AND (newer.valid_until IS NULL OR newer.valid_until >= %(today)s)
            )
            """,
            today=fields.Date.today(),
        ),
    )


@check("client_twice")
def client_twice(env, since):
    """Clients with the same ID number in one company. Saving refuses it."""
    return rows(
        env,
        "insurance.archive",
        SQL("item.state <> 'destroyed'"),
        SQL(
            """
            item.id IN (
                SELECT one.archive_id
                  FROM (
                      -- by index; the companies of the few that are found
                      SELECT digest FROM insurance_vault_index
                       WHERE field = 'insurance.archive.id_number'
                       GROUP BY digest HAVING count(*) > 1
                  ) AS twice, insurance_vault_index one, insurance_archive mine,
                      insurance_vault_index other, insurance_archive theirs
                 WHERE one.field = 'insurance.archive.id_number'
                   AND one.digest = twice.digest AND mine.id = one.archive_id
                   AND other.field = one.field AND other.digest = one.digest
                   AND other.version = one.version
                   AND other.archive_id <> one.archive_id
                   AND theirs.id = other.archive_id
                   AND theirs.company_id = mine.company_id
            )
            """
        ),
    )


@check("number_series")
def number_series(env, since):
    """Series of archive numbers with a gap: something was there and is gone."""
    return rows(
        env,
        "insurance.number.counter",
        SQL("TRUE"),
        SQL(
            "item.last_item <> (SELECT count(DISTINCT archive.number_item)"
            " FROM insurance_archive archive"
            " WHERE archive.number_counter_id = item.id)"
        ),
    )


@check("filed_without_number")
def filed_without_number(env, since):
    """Filed archives without number, day or person of filing (handbook 5.3)."""
    return rows(
        env,
        "insurance.archive",
        SQL("item.state = 'filed'"),
        SQL(
            "item.number IS NULL OR item.filed_on IS NULL OR item.filed_by IS NULL"
            " OR item.retention_mark IS NULL"
        ),
    )


@check("inspection_overdue")
def inspection_overdue(env, since):
    """Filed archives that no archivist has inspected in time (handbook 5.3)."""
    return rows(
        env,
        "insurance.archive",
        SQL("item.state = 'filed'"),
        SQL("item.next_inspection_date < %s", fields.Date.today()),
    )


@check("inspection_unresolved")
def inspection_unresolved(env, since):
    """Faults found by an inspection that are not mended in time."""
    return rows(
        env,
        "insurance.inspection",
        SQL("item.result = 'failed'"),
        SQL("item.resolved IS NOT TRUE AND item.due_date < %s", fields.Date.today()),
    )


@check("finding_stale")
def finding_stale(env, since):
    """Suspicious data that somebody should have looked at long ago."""
    late = days_ago(number(env, "check_finding_days"))
    return rows(
        env,
        "insurance.data.finding",
        SQL("item.state = 'open'"),
        SQL("item.found_on < %s", late),
    )


@check("second_check_stale")
def second_check_stale(env, since):
    """Entries that wait for a second person for too long (handbook 2.4)."""
    late = moment_ago(days=number(env, "check_finding_days"))
    return rows(
        env,
        "insurance.second.check",
        SQL("item.state = 'open'"),
        SQL("item.entered_on < %s", late),
    )


@check("id_number_in_clear")
def id_number_in_clear(env, since):
    """Contacts of clients with an ID number in an ordinary field.

    Fields of contacts are read by every employee; ID numbers belong in the sealed
    field. Only what has the form of a number of an identity card is found.
    """
    env.flush_all()
    mine = of_company(env, SQL("archive.company_id"))
    source = SQL(
        "FROM insurance_archive archive"
        " JOIN res_partner partner ON partner.id = archive.partner_id"
        " WHERE archive.state <> 'destroyed' AND %s",
        mine,
    )
    population = env.execute_query(SQL("SELECT count(*) %s", source))[0][0]
    looked_at = ("vat", "ref", "function", "street", "street2", "comment", "website")
    text = SQL(", ").join(SQL.identifier("partner", name) for name in looked_at)
    return Found(
        population,
        "insurance.archive",
        SQL(
            "SELECT archive.id %s AND concat_ws(' ', %s) ~ %s", source, text, ID_NUMBER
        ),
    )


@check("id_number_in_notes")
def id_number_in_notes(env, since):
    """Talks in whose notes somebody has written an ID number in clear."""
    return rows(
        env,
        "insurance.interaction",
        SQL("TRUE"),
        SQL(
            "concat_ws(' ', item.name, item.client_words, item.our_words,"
            " item.next_step) ~ %s",
            ID_NUMBER,
        ),
    )
