from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from .. import vault_caller, vault_store
from ..tools import blind_index
from .insurance_sealed_mixin import MODULE


class InsuranceSealedMixin(models.AbstractModel):
    """Records found by a sealed value: the whole of it, by those who may."""

    _inherit = "insurance.sealed.mixin"

    def _sealed_absent_domain(self, field):
        """Return the records without a value; whether there is one is no secret."""
        slot = SQL("%s", field.name)
        if self._name != "insurance.archive":
            slot = SQL(
                "%s || %s.uuid || %s",
                f"{self._name}:",
                SQL.identifier(self._table),
                f":{field.name}",
            )
        archive = SQL("id" if self._name == "insurance.archive" else "archive_id")
        query = SQL(
            "(SELECT id FROM %(table)s WHERE NOT EXISTS (SELECT FROM"
            " insurance_vault_value value"
            " WHERE value.archive_id = %(table)s.%(archive)s"
            " AND value.slot = %(slot)s))",
            table=SQL.identifier(self._table),
            archive=archive,
            slot=slot,
        )
        return Domain("id", "in", query)

    def _sealed_exact_domain(self, field, values):
        """Return the records with one of the values that the user may open."""
        ids = []
        for value in values:
            ids += self._sealed_search(field, str(value))
        return Domain("id", "in", ids)

    def _sealed_search(self, field, value):
        """Return the ids of the records with just this value that the user may open.

        The right to search, the limit and the log come first, hit or miss.
        """
        label = field.get_description(self.env, ["string"])["string"]
        if not field.exact:
            raise UserError(self.env._("“%s” can't be searched.", label))
        # superuser mode, and somebody else's environment, give no right to ask
        caller = vault_caller.current_caller(self.env)
        asked_by_caller = caller and caller.uid == self.env.uid
        if not asked_by_caller or not self.sudo(False)._may_search_sealed(field):
            self._sealed_log(self.browse(), "search", [field.name], "denied")
            raise UserError(self.env._("You may not search by “%s”.", label))
        self.env["insurance.vault.quota"]._spend("search")
        normalized = blind_index.NORMALIZERS[field.kind](value)
        company_ids = self.env.user._get_company_ids()
        # values of archives out of sight are compared, too, and then left out
        found = self.sudo(False).browse(
            vault_store.find(self.env, str(field), company_ids, normalized)
        )
        found = found._filtered_access("read")
        action = "search_hit" if found else "search_miss"
        self._sealed_log(found, action, [field.name], "done")
        return found.ids

    def _may_search_sealed(self, field):
        """Override to say who may search by exact numbers."""
        return self.env.user.has_group(f"{MODULE}.group_agent")

    @api.model
    def search_by_identifier(self, field_name, value):
        """Return the ids of the records with this number that the user may open."""
        [field] = self._sealed_fields([field_name])
        if not value or not isinstance(value, str):
            raise UserError(self.env._("Enter the number to look for."))
        return self._sealed_search(field, value)

    @api.model
    def identifier_fields(self):
        """Return the fields that can be searched by number, with their labels."""
        self.check_access("read")
        return [
            {
                "name": field.name,
                "label": field.get_description(self.env, ["string"])["string"],
            }
            for field in self._sealed_fields()
            if field.exact
        ]
