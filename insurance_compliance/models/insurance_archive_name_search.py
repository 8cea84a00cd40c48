from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL, escape_psql

from .insurance_archive_opening import MODULE


class InsuranceArchive(models.Model):
    """Find a client by name among those whom one may open.

    PostgreSQL would rather look for the name among all contacts of the house, and only
    then for those of the user. Here it looks at the contact of each archive that the
    user may open, once for name and phone.
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
        """Return the condition that name or phone of the client is like a text."""
        unaccent = self.env.registry.unaccent
        pattern = unaccent(SQL("%s", f"%{escape_psql(value)}%"))
        name, phone = (
            SQL("%s ILIKE %s", unaccent(SQL.identifier("client", column)), pattern)
            for column in ("name", "phone")
        )
        if not self.env.su:
            phone = SQL("%s AND %s", phone, self._slice_sql("contact", alias))
        Partner = self.env["res.partner"]
        return SQL(
            "EXISTS (SELECT FROM res_partner client"
            " WHERE client.id = %s AND (%s OR (%s)) %s)",
            SQL.identifier(alias, "partner_id"),
            name,
            phone,
            # OFFSET: not made into a search of its own, which reads all contacts
            SQL() if self._opens_all() else SQL("OFFSET 0"),
            to_flush=[Partner._fields["name"], Partner._fields["phone"]],
        )

    @api.model
    def _opens_all(self):
        """Tell whether the user opens so many archives that all contacts are fewer."""
        return self.env.su or self.env.user.has_group(f"{MODULE}.group_archivist")
