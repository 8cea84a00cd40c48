from odoo import models

from ..contact_card import Card


class MailFollowers(models.Model):
    """Everybody may read who follows a document."""

    _name = "mail.followers"
    _inherit = ["mail.followers", "insurance.card.mixin"]

    _card_path = "partner_id"

    email = Card(related_sudo=False)


class CalendarAttendee(models.Model):
    """Everybody may read who takes part in a meeting."""

    _name = "calendar.attendee"
    _inherit = ["calendar.attendee", "insurance.card.mixin"]

    _card_path = "partner_id"

    email = Card(related_sudo=False)
    phone = Card(related_sudo=False)
