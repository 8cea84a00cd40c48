from odoo import models

from .. import second_factor


class ResUsers(models.Model):
    """Sessions know when their user has given the code of the second factor."""

    _inherit = "res.users"

    def _check_credentials(self, credentials, env):
        result = super()._check_credentials(credentials, env)
        if credentials["type"] == "totp":
            second_factor.note_passed(self)
        return result

    def _totp_try_setting(self, secret, code):
        result = super()._totp_try_setting(secret, code)
        if result:
            second_factor.note_passed(self)
        return result
