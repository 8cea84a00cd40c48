from secrets import token_hex

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.insurance_client_archive import vault_caller

from .. import share_password
from ..tools import share_zip


class InsuranceShare(models.Model):
    """The password of the encrypted ZIP: shown once to the person who shares.

    It goes to the recipient by another way than the packet, such as by phone.
    """

    _inherit = "insurance.share"

    password_salt = fields.Char(copy=False, groups=fields.NO_ACCESS, prefetch=False)
    password_shown_on = fields.Datetime(readonly=True, copy=False)
    zip_available = fields.Boolean(compute="_compute_zip_available")

    def _compute_zip_available(self):
        self.zip_available = share_zip.available()

    def action_show_password(self):
        """Show the password, once; asked again, there is a new one."""
        self.ensure_one()
        self.check_access("read")
        caller = vault_caller.current_caller(self.env)
        method = f"{self._name}.action_show_password"
        if (
            not vault_caller.is_direct_call(self.env, caller, method)
            or not caller.has_session
            or self.requester_id != self.env.user
        ):
            raise AccessError(
                self.env._("The password is shown to the person who shares.")
            )
        if not self.live or self.kind == "internal" or self.file_format == "pdf":
            raise UserError(self.env._("This share has no ZIP that could be opened."))
        again = bool(self.password_shown_on)
        # the salt and the stamp are nobody's to write
        self.sudo().write(
            {
                "password_salt": token_hex(16),
                "password_shown_on": fields.Datetime.now(),
            }
        )
        self.env["insurance.share.event"]._append(self, "password")
        note = self.env._("Tell it to the recipient by phone, never by mail.")
        if again:
            note = self.env._(
                "This is a new password: it opens what is downloaded from now on."
            )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "title": share_password.password(self),
                "message": note,
                "type": "warning",
                "sticky": True,
            },
        }

    @api.model
    def _zip_problem(self):
        """Return why this server can't write encrypted files, or nothing."""
        if share_zip.available():
            return ""
        return self.env._(
            "This server can't write encrypted ZIP files. The administrator installs "
            "the Python package pyzipper; until then there is the PDF."
        )
