import re

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL, escape_psql

MODULE = "insurance_client_archive"
#: what people type between the digits of a telephone number
PHONE = re.compile(r"[\d\s()+./-]+")
#: so many digits are looked for in telephone numbers, however those are written
DIGITS = 4


class InsuranceArchive(models.Model):
    """Find a client by number, name, phone or mail among those whom one may open.

    PostgreSQL would rather look for each of them among all contacts of the house, and
    only then for those of the user. Here it looks once at the contact of each archive
    that the user may open.
    """

    _inherit = "insurance.archive"

    @api.model
    def _search_display_name(self, operator, value):
        if operator != "ilike" or not isinstance(value, str) or not value:
            return super()._search_display_name(operator, value)

        def to_sql(model, alias, query):
            return self._client_sql(alias, value)

        return Domain("number", "ilike", value) | Domain.custom(to_sql=to_sql)

    @api.model
    def _client_sql(self, alias, value):
        """Return the condition that name, phone or mail of a client is like a text."""
        Partner = self.env["res.partner"]
        unaccent = self.env.registry.unaccent
        pattern = unaccent(SQL("%s", f"%{escape_psql(value)}%"))
        name, *card = (
            SQL("%s ILIKE %s", unaccent(SQL.identifier("client", column)), pattern)
            for column in ("name", "phone", "email")
        )
        digits = re.sub(r"\D", "", value)
        if len(digits) >= DIGITS and PHONE.fullmatch(value):
            phone = SQL.identifier("client", "phone")
            card.append(
                SQL(r"regexp_replace(%s, '\D', '', 'g') LIKE %s", phone, f"%{digits}%")
            )
        return SQL(
            "EXISTS (SELECT FROM res_partner client"
            " WHERE client.id = %s AND (%s OR (%s AND (%s))) %s)",
            SQL.identifier(alias, "partner_id"),
            name,
            self._card_sql(alias),
            SQL(" OR ").join(card),
            # OFFSET: not made into a search of its own, which reads all contacts
            SQL() if self._opens_all() else SQL("OFFSET 0"),
            to_flush=[Partner._fields[column] for column in ("name", "phone", "email")],
        )

    @api.model
    def _card_sql(self, alias):
        """Return the condition that the user may see phone and mail of the client."""
        return SQL("TRUE")

    @api.model
    def _opens_all(self):
        """Tell whether the user opens so many archives that all contacts are fewer."""
        return self.env.su or self.env.user.has_group(f"{MODULE}.group_archivist")
