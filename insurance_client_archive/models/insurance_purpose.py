from odoo import api, fields, models
from odoo.exceptions import UserError


class InsurancePurpose(models.Model):
    """What client data may be used for; chosen before sealed data are shown."""

    _name = "insurance.purpose"
    _description = "Purpose of use"
    _order = "sequence, id"

    sequence = fields.Integer(default=10)
    code = fields.Char(required=True, help="The name under which the log keeps it.")
    name = fields.Char(required=True, translate=True)
    description = fields.Text(translate=True)
    needs_text = fields.Boolean(
        string="Ask for details", help="The user says in own words what it is for."
    )
    active = fields.Boolean(default=True)

    _code_unique = models.UniqueIndex("(code)", "Another purpose has this code.")
    _code_technical = models.Constraint(
        "CHECK(code ~ '^[a-z][a-z0-9_]*$')",
        "A code has small letters, figures and underscores, and begins with a letter.",
    )

    def write(self, vals):
        if "code" in vals and any(purpose.code != vals["code"] for purpose in self):
            raise UserError(
                self.env._(
                    "The log refers to the code of a purpose, so it stays. Archive the "
                    "purpose and create another."
                )
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        raise UserError(
            self.env._("The log refers to purposes. Archive it instead of deleting.")
        )

    @api.model
    def _check_code(self, code, text=""):
        """Refuse a use without a known purpose, or without the details it asks for."""
        # purposes are no secret; whoever calls need not be able to list them
        purpose = self.sudo().search([("code", "=", code)], limit=1)
        if not purpose:
            raise UserError(self.env._("Say what you need the data for."))
        if purpose.needs_text and not (text or "").strip():
            raise UserError(
                self.env._("Say in a few words what you need the data for.")
            )
