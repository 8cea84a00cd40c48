from odoo import api, fields, models

from ..contact_card import SETTING


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    contact_card_protection = fields.Boolean(
        string="Protect contact cards of clients",
        help="Phone, e-mail and address of insurance clients are hidden from users who "
        "may not open the client's contact data.",
    )

    @api.model
    def get_values(self):
        protection = self.env["insurance.parameter"]._get(SETTING)
        return {**super().get_values(), "contact_card_protection": protection}

    def set_values(self):
        result = super().set_values()
        # superuser: Odoo's settings are for administrators only, who need no
        # insurance role for them; the change stands in the parameter's history
        parameter = (
            self.env["insurance.parameter"].sudo().search([("key", "=", SETTING)])
        )
        if self.env["insurance.parameter"]._get(SETTING) != (
            self.contact_card_protection
        ):
            parameter.value = str(self.contact_card_protection)
        return result
