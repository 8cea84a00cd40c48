from odoo import fields, models


class ResUsers(models.Model):
    """A user whose sessions and keys can be ended by others, on every server."""

    _inherit = "res.users"

    #: a session is valid for the number under which it was begun
    session_number = fields.Integer(groups=".", copy=False)

    insurance_department_ids = fields.Many2many(
        "insurance.department",
        "insurance_department_member_rel",
        "user_id",
        "department_id",
        string="Departments",
        readonly=True,
        copy=False,
    )

    def _get_session_token_fields(self):
        return super()._get_session_token_fields() | {"session_number"}

    def _log_out_everywhere(self):
        """End all sessions at their next request, and delete the keys for programs."""
        # superuser: callers ask who may do this; nothing of the keys is read
        users = self.sudo()
        for user in users:
            user.session_number += 1
        users.env["res.users.apikeys"].search([("user_id", "in", users.ids)]).unlink()
        users.env["res.device"].search([("user_id", "in", users.ids)])._revoke()
