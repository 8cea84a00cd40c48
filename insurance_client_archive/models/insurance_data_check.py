from odoo import api, fields, models
from odoo.tools import SQL

from .insurance_archive_entry import OLDEST_AGE
from .insurance_archive_freshness import CLOSED_STATES

WAN = 10_000
ARCHIVE, POLICY = "insurance.archive", "insurance.policy"
NOTHING = SQL("NULL::varchar")


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
    """What is looked for in the data of a client: a SELECT each."""

    _inherit = "insurance.data.finding"

    @api.model
    def _checks(self, scope):
        mine = in_use(scope)
        return [
            *super()._checks(scope),
            *self._missing_checks(mine),
            *self._impossible_checks(mine),
            *self._unit_checks(mine),
            *self._format_checks(mine),
        ]

    @api.model
    def _of_archive(self, problem, kind, field, condition, mine, **values):
        """Return a check on one archive and its contact."""
        return of_clients(
            problem,
            kind,
            SQL(
                """
                SELECT archive.id, archive.id, %(current)s, %(proposed)s, NULL::integer
                FROM insurance_archive AS archive
                JOIN res_partner AS partner ON partner.id = archive.partner_id
                WHERE (%(condition)s) AND %(mine)s
                """,
                current=values.get("current", NOTHING),
                proposed=values.get("proposed", NOTHING),
                condition=condition,
                mine=mine,
            ),
            field,
        )

    @api.model
    def _of_policy(self, problem, kind, field, condition, mine, **values):
        return of_clients(
            problem,
            kind,
            SQL(
                """
                SELECT archive.id, policy.id, %(current)s, %(proposed)s, NULL::integer
                FROM insurance_archive AS archive
                JOIN insurance_policy AS policy ON policy.archive_id = archive.id
                WHERE (%(condition)s) AND %(mine)s
                """,
                current=values.get("current", NOTHING),
                proposed=values.get("proposed", NOTHING),
                condition=condition,
                mine=mine,
            ),
            field,
            POLICY,
        )

    @api.model
    def _missing_checks(self, mine):
        person = SQL(
            "archive.client_kind = 'individual' AND archive.state <> 'collecting'"
        )
        return [
            self._of_archive(
                "missing",
                "no_contact",
                "phone",
                SQL(
                    "COALESCE(partner.phone, '') = ''"
                    " AND COALESCE(partner.email, '') = ''"
                ),
                mine,
            ),
            self._of_archive(
                "missing",
                "no_birth_date",
                "birth_date",
                SQL("%s AND archive.birth_date IS NULL", person),
                mine,
            ),
            self._of_archive(
                "missing",
                "no_occupation",
                "occupation_id",
                SQL("%s AND archive.occupation_id IS NULL", person),
                mine,
            ),
        ]

    @api.model
    def _impossible_checks(self, mine):
        today = fields.Date.context_today(self)
        born = {"current": SQL("archive.birth_date::varchar")}
        return [
            self._of_archive(
                "impossible",
                "born_in_future",
                "birth_date",
                SQL("archive.birth_date > %s", today),
                mine,
                **born,
            ),
            self._of_archive(
                "impossible",
                "too_old",
                "birth_date",
                SQL(
                    "archive.birth_date < %s",
                    fields.Date.subtract(today, years=OLDEST_AGE + 1),
                ),
                mine,
                **born,
            ),
            self._of_archive(
                "impossible",
                "founded_in_future",
                "established_on",
                SQL("archive.established_on > %s", today),
                mine,
                current=SQL("archive.established_on::varchar"),
            ),
            self._of_policy(
                "impossible",
                "policy_before_birth",
                "start_date",
                SQL(
                    "archive.client_kind = 'individual'"
                    " AND policy.start_date < archive.birth_date"
                ),
                mine,
                current=SQL("policy.start_date::varchar"),
            ),
            self._of_policy(
                "impossible",
                "policy_dates",
                "end_date",
                SQL("policy.end_date < policy.start_date"),
                mine,
                current=SQL("policy.end_date::varchar"),
            ),
            self._of_policy(
                "impossible",
                "negative_premium",
                "premium",
                SQL("policy.premium < 0"),
                mine,
                current=SQL("policy.premium::varchar"),
            ),
            of_clients(
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
            ),
        ]

    @api.model
    def _unit_checks(self, mine):
        """Amounts so small that they are probably meant in 10,000."""
        parameter = self.env["insurance.parameter"]
        smallest_sum = parameter._get("cleaning_smallest_sum")
        smallest_budget = parameter._get("cleaning_smallest_budget")
        lowest, second = [
            *self.env["insurance.band"]._edges("income"),
            (0, ""),
            (0, ""),
        ][:2]
        return [
            self._of_policy(
                "unit",
                "sum_in_wan",
                "sum_insured",
                SQL("policy.sum_insured > 0 AND policy.sum_insured < %s", smallest_sum),
                mine,
                current=SQL("policy.sum_insured::varchar"),
                proposed=SQL("(policy.sum_insured * %s)::varchar", WAN),
            ),
            self._of_archive(
                "unit",
                "budget_in_wan",
                "intent_budget",
                SQL(
                    "archive.intent_budget > 0 AND archive.intent_budget < %s",
                    smallest_budget,
                ),
                mine,
                current=SQL("archive.intent_budget::varchar"),
                proposed=SQL("(archive.intent_budget * %s)::varchar", WAN),
            ),
            # the income itself is sealed: its band does not go with the premiums
            self._of_archive(
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
                mine,
            ),
            self._of_archive(
                "unit",
                "headcount_is_year",
                "headcount",
                SQL(
                    "archive.headcount BETWEEN 1900 AND %s AND archive.headcount"
                    " = extract(year FROM archive.established_on)",
                    fields.Date.context_today(self).year,
                ),
                mine,
                current=SQL("archive.headcount::varchar"),
            ),
        ]

    @api.model
    def _format_checks(self, mine):
        tidy = SQL(r"btrim(regexp_replace(partner.name, '[\s\u3000]+', ' ', 'g'), ' ')")
        mail = SQL(r"lower(regexp_replace(partner.email, '[\s\u3000]', '', 'g'))")
        plain_mail = SQL(r"'^[^@\s<>,;]+@[^@\s<>,;]+\.[^@\s<>,;.]+$'")
        digits = SQL("translate(partner.zip, '０１２３４５６７８９ 　', '0123456789')")
        china = self.env.ref("base.cn").id
        return [
            self._of_archive(
                "format",
                "name_spaces",
                "name",
                SQL("partner.name IS DISTINCT FROM %s", tidy),
                mine,
                current=SQL("partner.name"),
                proposed=tidy,
            ),
            self._of_archive(
                "format",
                "mail_format",
                "email",
                SQL("partner.email <> '' AND partner.email !~ %s", plain_mail),
                mine,
                current=SQL("partner.email"),
                proposed=SQL(
                    "CASE WHEN %(mail)s ~ %(plain)s THEN %(mail)s END",
                    mail=mail,
                    plain=plain_mail,
                ),
            ),
            self._of_archive(
                "format",
                "phone_format",
                "phone",
                SQL("partner.phone <> '' AND partner.phone_sanitized IS NULL"),
                mine,
                current=SQL("partner.phone"),
            ),
            self._of_archive(
                "format",
                "zip_format",
                "zip",
                SQL(
                    "partner.zip <> '' AND partner.country_id = %s"
                    " AND partner.zip !~ '^[0-9]{6}$'",
                    china,
                ),
                mine,
                current=SQL("partner.zip"),
                proposed=SQL(
                    "CASE WHEN %(zip)s ~ '^[0-9]{6}$' THEN %(zip)s END", zip=digits
                ),
            ),
        ]
