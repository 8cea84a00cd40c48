from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL, escape_psql


class InsuranceArchive(models.Model):
    """Find a client by name among those whom one may open.

    The contact's own rules stand between: asked by a sub-select, PostgreSQL would look
    for the name among all contacts of the house. Here it looks at the contact of each
    archive that the user may open.
    """

    _inherit = "insurance.archive"

    @api.model
    def _search_display_name(self, operator, value):
        if operator != "ilike" or not isinstance(value, str) or not value:
            return super()._search_display_name(operator, value)
        opened = self.env.su or self._slice_domain("contact")

        def to_sql(alias, name):
            return SQL(
                "EXISTS (SELECT FROM res_partner client WHERE client.id = %s"
                " AND %s ILIKE %s)",
                SQL.identifier(alias, "partner_id"),
                self.env.registry.unaccent(SQL.identifier("client", name)),
                self.env.registry.unaccent(SQL("%s", f"%{escape_psql(value)}%")),
                to_flush=self.env["res.partner"]._fields[name],
            )

        def named(name):
            return Domain.custom(to_sql=lambda model, alias, query: to_sql(alias, name))

        by_phone = named("phone") if opened is True else named("phone") & opened
        return Domain("number", "ilike", value) | named("name") | by_phone
