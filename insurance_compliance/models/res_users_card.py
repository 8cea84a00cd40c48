from odoo import models

from ..contact_card import Card


class ResUsers(models.Model):
    """Clients in the portal: their login is as a rule their mail address."""

    _name = "res.users"
    _inherit = ["res.users", "insurance.card.mixin"]

    _card_path = "partner_id"

    login = Card()
    # as the user: as superuser they would be searched and ordered unmasked
    phone = Card(related_sudo=False)
    email = Card(related_sudo=False)
