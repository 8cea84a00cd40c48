from odoo import api, models
from odoo.tools import SQL

from .insurance_data_check import NOTHING, Check, in_use, of_clients

#: figures at the end of a phone number that tell numbers apart, whatever the prefix
DIGITS = 8


class InsuranceDataFinding(models.Model):
    """Sources that contradict each other: sales, household, archive of a relative."""

    _inherit = "insurance.data.finding"

    @api.model
    def _checks(self, scope):
        mine = in_use(scope)
        return [
            *super()._checks(scope),
            self._sales_check("sales_phone", "phone", _digits, mine),
            self._sales_check("sales_mail", "email_from", _mail, mine, "email"),
            of_clients(
                "contradiction",
                "relative_birth_date",
                SQL(
                    """
                    SELECT archive.id, person.id, person.birth_date::varchar,
                           %(nothing)s, other.id
                    FROM insurance_archive AS archive
                    JOIN insurance_related_person AS person
                        ON person.archive_id = archive.id
                    JOIN insurance_archive AS other
                        ON other.partner_id = person.contact_id
                    WHERE person.birth_date <> other.birth_date AND %(mine)s
                    """,
                    nothing=NOTHING,
                    mine=mine,
                ),
                "birth_date",
                "insurance.related.person",
            ),
        ]

    @api.model
    def _client_checks(self):
        return [
            *super()._client_checks(),
            Check(
                "contradiction",
                "single_with_spouse",
                "marital_status",
                SQL(
                    """
                    archive.marital_status = 'single' AND EXISTS (
                        SELECT FROM insurance_related_person AS person
                        WHERE person.archive_id = archive.id
                          AND person.relation = 'spouse')
                    """
                ),
                current=SQL("archive.marital_status"),
            ),
        ]

    @api.model
    def _sales_check(self, kind, column, same, mine, field=None):
        """Return the check of the contact against its open opportunities."""
        field = field or column
        self.env["crm.lead"].flush_model(["partner_id", column, "active", "stage_id"])
        sold = SQL.identifier("lead", column)
        kept = SQL.identifier("partner", field)
        return of_clients(
            "contradiction",
            kind,
            SQL(
                """
                SELECT archive.id, archive.id, %(kept)s, min(%(sold)s), NULL::integer
                FROM insurance_archive AS archive
                JOIN res_partner AS partner ON partner.id = archive.partner_id
                JOIN crm_lead AS lead ON lead.partner_id = partner.id AND lead.active
                LEFT JOIN crm_stage AS stage ON stage.id = lead.stage_id
                WHERE NOT COALESCE(stage.is_won, FALSE)
                  AND %(sold)s <> '' AND %(kept)s <> ''
                  AND %(one)s <> %(other)s AND %(mine)s
                GROUP BY archive.id, %(kept)s
                """,
                kept=kept,
                sold=sold,
                one=same(kept),
                other=same(sold),
                mine=mine,
            ),
            field,
        )


def _digits(value):
    return SQL("right(regexp_replace(%s, '[^0-9]', '', 'g'), %s)", value, DIGITS)


def _mail(value):
    return SQL("lower(btrim(%s))", value)
