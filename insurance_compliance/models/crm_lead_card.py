from odoo import models

from ..contact_card import Card, protected


class CrmLead(models.Model):
    """An opportunity copies the contact's card: it is hidden there as well."""

    _name = "crm.lead"
    _inherit = ["crm.lead", "insurance.card.mixin"]

    _card_path = "partner_id"

    phone = Card()
    phone_sanitized = Card()
    email_from = Card()
    email_normalized = Card()
    email_domain_criterion = Card()
    street = Card()
    street2 = Card()
    zip = Card()
    city = Card()

    def _inverse_phone(self):
        return super(CrmLead, self._with_card())._inverse_phone()

    def _inverse_email_from(self):
        return super(CrmLead, self._with_card())._inverse_email_from()

    def _search_phone_mobile_search(self, operator, value):
        found = super()._search_phone_mobile_search(operator, value)
        return self._only_with_card(found)

    def _with_card(self):
        """Return those whose contact the user may change."""
        if not protected(self.env):
            return self
        return self.filtered(lambda lead: not lead.partner_id.insurance_card_hidden)
