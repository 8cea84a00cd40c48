from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..contact_card import UNMASKED, UNMASKED_KEY, protected


class InsuranceCardMixin(models.AbstractModel):
    """A record that shows a contact card, its own or that of its contact."""

    _name = "insurance.card.mixin"
    _description = "Shows a contact card"

    #: the contact whose card it shows; empty: the record itself
    _card_path = ""

    def _card_partner(self):
        """Return the contact whose card this record shows."""
        return self[self._card_path] if self._card_path else self

    @api.model
    def _card_hidden_sql(self, alias):
        """Return the condition that the card is hidden from the current user."""
        return self.env["res.partner"]._hidden_partner_sql(
            alias, self._card_path or "id"
        )

    def _only_with_card(self, domain):
        """Narrow a domain that looks into the table to cards that are shown."""
        if not protected(self.env):
            return domain
        return Domain(domain) & Domain.custom(
            to_sql=lambda model, alias, query: SQL(
                "NOT %s", model._card_hidden_sql(alias)
            )
        )

    def _fetch_query(self, query, fields):
        if not protected(self.env):
            return super()._fetch_query(query, fields)
        # the cache holds what is in the database: superuser code shares it
        open_self = self.with_context(**{UNMASKED_KEY: UNMASKED})
        fetched = super(InsuranceCardMixin, open_self)._fetch_query(query, fields)
        return fetched.with_env(self.env)
