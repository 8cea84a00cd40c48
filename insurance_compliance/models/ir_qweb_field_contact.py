from odoo import api, models

from ..contact_card import UNMASKED, UNMASKED_KEY

#: what the widget prints of a card, by the names of its options
HIDDEN = frozenset({"address", "phone", "email", "city"})
#: records that are the card, and not a document addressed to somebody
CARDS = frozenset({"res.partner", "res.users", "crm.lead"})


class IrQwebFieldContact(models.AbstractModel):
    """The contact in reports and pages: Odoo reads it as superuser.

    On a document that the user may read (an invoice, an order, a letter) the address
    is part of the document. A card by itself is shown to whom it is shown elsewhere.
    """

    _inherit = "ir.qweb.field.contact"

    @api.model
    def record_to_html(self, record, field_name, options):
        if record._name in CARDS:
            return super().record_to_html(record, field_name, options)
        addressed = self.with_context(**{UNMASKED_KEY: UNMASKED})
        return super(IrQwebFieldContact, addressed).record_to_html(
            record, field_name, options
        )

    @api.model
    def value_to_html(self, value, options):
        if not value:
            return super().value_to_html(value, options)
        if self.env.context.get(UNMASKED_KEY) is UNMASKED:
            value = value.with_context(**{UNMASKED_KEY: UNMASKED})
        elif value.sudo(False).insurance_card_hidden:
            shown = options.get("fields") or ["name", "address", "phone", "email"]
            options = {
                **options,
                "fields": [name for name in shown if name not in HIDDEN],
            }
        return super().value_to_html(value, options)
