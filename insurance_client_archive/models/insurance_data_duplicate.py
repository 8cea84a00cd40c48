from odoo import api, models
from odoo.tools import SQL

from .insurance_archive_freshness import CLOSED_STATES
from .insurance_data_check import ARCHIVE, NOTHING, in_use, of_clients


class InsuranceDataFinding(models.Model):
    """Clients who are in the archive twice: both are found, each as a finding."""

    _inherit = "insurance.data.finding"

    @api.model
    def _checks(self, scope):
        return [*self._duplicate_checks(in_use(scope)), *super()._checks(scope)]

    @api.model
    def _duplicate_checks(self, mine):
        """Two clients of a company with the same value; the other one is the twin."""

        def same(kind, on, field, individual=False):
            return of_clients(
                "duplicate",
                kind,
                SQL(
                    """
                    SELECT archive.id, archive.id, %(nothing)s, %(nothing)s, twin.id
                    FROM insurance_archive AS archive
                    JOIN res_partner AS partner ON partner.id = archive.partner_id
                    JOIN res_partner AS other ON %(on)s AND other.id <> partner.id
                    JOIN insurance_archive AS twin ON twin.partner_id = other.id
                        AND twin.company_id = archive.company_id
                        AND twin.state NOT IN %(closed)s AND %(pair)s
                    WHERE %(mine)s
                    """,
                    nothing=NOTHING,
                    on=on,
                    pair=SQL("twin.birth_date = archive.birth_date")
                    if individual
                    else SQL("TRUE"),
                    closed=CLOSED_STATES,
                    mine=mine,
                ),
                field,
            )

        return [
            same("same_name_birth", SQL("other.name = partner.name"), "name", True),
            same(
                "same_phone",
                SQL("other.phone_sanitized = partner.phone_sanitized"),
                "phone",
            ),
            same(
                "same_mail",
                SQL("other.email_normalized = partner.email_normalized"),
                "email",
            ),
            of_clients(
                "duplicate",
                "same_credit_code",
                SQL(
                    """
                    SELECT archive.id, archive.id, %(nothing)s, %(nothing)s, twin.id
                    FROM insurance_archive AS archive
                    JOIN insurance_archive AS twin
                        ON twin.credit_code = archive.credit_code
                        AND twin.company_id = archive.company_id
                        AND twin.id <> archive.id AND twin.state NOT IN %(closed)s
                    WHERE archive.credit_code <> '' AND %(mine)s
                    """,
                    nothing=NOTHING,
                    closed=CLOSED_STATES,
                    mine=mine,
                ),
                "credit_code",
            ),
            # by the keyed hashes alone: no value is opened; those of two companies
            # never look alike
            of_clients(
                "duplicate",
                "same_id_number",
                SQL(
                    """
                    SELECT archive.id, archive.id, %(nothing)s, %(nothing)s,
                           other.archive_id
                    FROM insurance_archive AS archive
                    JOIN insurance_vault_index AS own
                        ON own.field = %(field)s AND own.res_id = archive.id
                    JOIN insurance_vault_index AS other
                        ON other.field = own.field AND other.digest = own.digest
                        AND other.res_id <> own.res_id
                    WHERE %(mine)s
                    """,
                    nothing=NOTHING,
                    field=f"{ARCHIVE}.id_number",
                    mine=mine,
                ),
                "id_number",
            ),
        ]
