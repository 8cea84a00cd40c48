from typing import NamedTuple

from odoo import api, fields, models
from odoo.tools import SQL

from .insurance_archive_entry import OLDEST_AGE
from .insurance_archive_freshness import CLOSED_STATES

WAN = 10_000
ARCHIVE, POLICY = "insurance.archive", "insurance.policy"
NOTHING = SQL("NULL::varchar")
COMMA = SQL(", ")


class Check(NamedTuple):
    """What may be wrong in one row, and what should stand there.

    :param wrong: a condition on *archive* and *partner*, or on *archive* and *policy*
    """

    problem: str
    kind: str
    field: str
    wrong: SQL
    current: SQL = NOTHING
    proposed: SQL = NOTHING


def in_one_pass(checks, record, model, joined, mine):
    """Return a SELECT of the findings of all these checks, which reads each row once.

    :param record: the id of the record at fault
    :param joined: what is read beside *archive*
    """
    return SQL(
        """
        SELECT archive.id AS archive_id, hit.problem, hit.kind, %(model)s AS res_model,
               %(record)s AS res_id, hit.field_name, hit.current, hit.proposed,
               NULL::integer AS twin
        FROM insurance_archive AS archive %(joined)s
        CROSS JOIN LATERAL unnest(
            %(problems)s::varchar[], %(kinds)s::varchar[], %(fields)s::varchar[],
            ARRAY[%(wrong)s], ARRAY[%(current)s]::varchar[],
            ARRAY[%(proposed)s]::varchar[]
        ) AS hit (problem, kind, field_name, wrong, current, proposed)
        -- the rows with nothing wrong go before anything is made of them
        WHERE %(mine)s AND (%(any)s) AND hit.wrong
        """,
        model=model,
        record=record,
        joined=joined,
        problems=[check.problem for check in checks],
        kinds=[check.kind for check in checks],
        fields=[check.field for check in checks],
        wrong=COMMA.join(SQL("(%s)", check.wrong) for check in checks),
        any=SQL(" OR ").join(SQL("(%s)", check.wrong) for check in checks),
        current=COMMA.join(check.current for check in checks),
        proposed=COMMA.join(check.proposed for check in checks),
        mine=mine,
    )


def of_clients(problem, kind, select, field=None, model=ARCHIVE):
    """Return a SELECT of findings from (archive, record, is, should be, twin)."""
    return SQL(
        "SELECT found.archive_id, %s AS problem, %s AS kind, %s AS res_model,"
        " found.res_id, %s AS field_name, found.current, found.proposed, found.twin"
        " FROM (%s) AS found (archive_id, res_id, current, proposed, twin)",
        problem,
        kind,
        model,
        field,
        select,
    )


def in_use(scope):
    """Return the condition on the archives of the scope that are looked through."""
    return SQL(
        "%s AND archive.state NOT IN %s", scope.on(SQL("archive.id")), CLOSED_STATES
    )


class InsuranceDataFinding(models.Model):
    """What is looked for in the data of a client: one pass for each table."""

    _inherit = "insurance.data.finding"

    @api.model
    def _checks(self, scope):
        mine = in_use(scope)
        contact = SQL("JOIN res_partner AS partner ON partner.id = archive.partner_id")
        policy = SQL(
            "JOIN insurance_policy AS policy ON policy.archive_id = archive.id"
        )
        return [
            *super()._checks(scope),
            in_one_pass(
                self._client_checks(), SQL("archive.id"), ARCHIVE, contact, mine
            ),
            in_one_pass(self._policy_checks(), SQL("policy.id"), POLICY, policy, mine),
            self._talk_check(mine),
        ]

    @api.model
    def _client_checks(self):
        """Override to look for more in an archive and its contact."""
        return [
            *self._missing_checks(),
            *self._impossible_checks(),
            *self._unit_checks(),
            *self._format_checks(),
        ]

    @api.model
    def _missing_checks(self):
        person = SQL(
            "archive.client_kind = 'individual' AND archive.state <> 'collecting'"
        )
        return [
            Check(
                "missing",
                "no_contact",
                "phone",
                SQL(
                    "COALESCE(partner.phone, '') = ''"
                    " AND COALESCE(partner.email, '') = ''"
                ),
            ),
            Check(
                "missing",
                "no_birth_date",
                "birth_date",
                SQL("%s AND archive.birth_date IS NULL", person),
            ),
            Check(
                "missing",
                "no_occupation",
                "occupation_id",
                SQL("%s AND archive.occupation_id IS NULL", person),
            ),
        ]

    @api.model
    def _impossible_checks(self):
        today = fields.Date.context_today(self)
        born = {"current": SQL("archive.birth_date::varchar")}
        return [
            Check(
                "impossible",
                "born_in_future",
                "birth_date",
                SQL("archive.birth_date > %s", today),
                **born,
            ),
            Check(
                "impossible",
                "too_old",
                "birth_date",
                SQL(
                    "archive.birth_date < %s",
                    fields.Date.subtract(today, years=OLDEST_AGE + 1),
                ),
                **born,
            ),
            Check(
                "impossible",
                "founded_in_future",
                "established_on",
                SQL("archive.established_on > %s", today),
                current=SQL("archive.established_on::varchar"),
            ),
        ]

    @api.model
    def _policy_checks(self):
        """Override to look for more in a policy."""
        smallest_sum = self.env["insurance.parameter"]._get("cleaning_smallest_sum")
        return [
            Check(
                "impossible",
                "policy_before_birth",
                "start_date",
                SQL(
                    "archive.client_kind = 'individual'"
                    " AND policy.start_date < archive.birth_date"
                ),
                current=SQL("policy.start_date::varchar"),
            ),
            Check(
                "impossible",
                "policy_dates",
                "end_date",
                SQL("policy.end_date < policy.start_date"),
                current=SQL("policy.end_date::varchar"),
            ),
            Check(
                "impossible",
                "negative_premium",
                "premium",
                SQL("policy.premium < 0"),
                current=SQL("policy.premium::varchar"),
            ),
            Check(
                "unit",
                "sum_in_wan",
                "sum_insured",
                SQL("policy.sum_insured > 0 AND policy.sum_insured < %s", smallest_sum),
                current=SQL("policy.sum_insured::varchar"),
                proposed=SQL("(policy.sum_insured * %s)::varchar", WAN),
            ),
        ]

    @api.model
    def _talk_check(self, mine):
        return of_clients(
            "impossible",
            "contact_in_future",
            SQL(
                """
                SELECT archive.id, talk.id, talk.date::date::varchar, %(nothing)s,
                       NULL::integer
                FROM insurance_archive AS archive
                JOIN insurance_interaction AS talk ON talk.archive_id = archive.id
                WHERE talk.date > %(later)s AND %(mine)s
                """,
                nothing=NOTHING,
                later=fields.Datetime.add(fields.Datetime.now(), days=1),
                mine=mine,
            ),
            "date",
            "insurance.interaction",
        )

    @api.model
    def _unit_checks(self):
        """Amounts so small that they are probably meant in 10,000."""
        parameter = self.env["insurance.parameter"]
        smallest_budget = parameter._get("cleaning_smallest_budget")
        lowest, second = [
            *self.env["insurance.band"]._edges("income"),
            (0, ""),
            (0, ""),
        ][:2]
        return [
            Check(
                "unit",
                "budget_in_wan",
                "intent_budget",
                SQL(
                    "archive.intent_budget > 0 AND archive.intent_budget < %s",
                    smallest_budget,
                ),
                current=SQL("archive.intent_budget::varchar"),
                proposed=SQL("(archive.intent_budget * %s)::varchar", WAN),
            ),
            # the income itself is sealed: its band does not go with the premiums
            Check(
                "unit",
                "income_in_wan",
                "annual_income",
                SQL(
                    """
                    archive.income_band = %s AND EXISTS (
                        SELECT FROM insurance_client_feature AS feature
                        WHERE feature.archive_id = archive.id
                          AND feature.premium_in_force >= %s)
                    """,
                    lowest[1],
                    second[0] or 10**12,
                ),
            ),
            Check(
                "unit",
                "headcount_is_year",
                "headcount",
                SQL(
                    "archive.headcount BETWEEN 1900 AND %s AND archive.headcount"
                    " = extract(year FROM archive.established_on)",
                    fields.Date.context_today(self).year,
                ),
                current=SQL("archive.headcount::varchar"),
            ),
        ]

    @api.model
    def _format_checks(self):
        tidy = SQL(r"btrim(regexp_replace(partner.name, '[\s\u3000]+', ' ', 'g'), ' ')")
        mail = SQL(r"lower(regexp_replace(partner.email, '[\s\u3000]', '', 'g'))")
        plain_mail = SQL(r"'^[^@\s<>,;]+@[^@\s<>,;]+\.[^@\s<>,;.]+$'")
        digits = SQL("translate(partner.zip, '０１２３４５６７８９ 　', '0123456789')")
        china = self.env.ref("base.cn").id
        return [
            Check(
                "format",
                "name_spaces",
                "name",
                SQL("partner.name IS DISTINCT FROM %s", tidy),
                current=SQL("partner.name"),
                proposed=tidy,
            ),
            Check(
                "format",
                "mail_format",
                "email",
                SQL("partner.email <> '' AND partner.email !~ %s", plain_mail),
                current=SQL("partner.email"),
                proposed=SQL(
                    "CASE WHEN %(mail)s ~ %(plain)s THEN %(mail)s END",
                    mail=mail,
                    plain=plain_mail,
                ),
            ),
            Check(
                "format",
                "phone_format",
                "phone",
                SQL("partner.phone <> '' AND partner.phone_sanitized IS NULL"),
                current=SQL("partner.phone"),
            ),
            Check(
                "format",
                "zip_format",
                "zip",
                SQL(
                    "partner.zip <> '' AND partner.country_id = %s"
                    " AND partner.zip !~ '^[0-9]{6}$'",
                    china,
                ),
                current=SQL("partner.zip"),
                proposed=SQL(
                    "CASE WHEN %(zip)s ~ '^[0-9]{6}$' THEN %(zip)s END", zip=digits
                ),
            ),
        ]
