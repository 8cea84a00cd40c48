from odoo import api, fields, models
from odoo.exceptions import UserError

from .. import use_log_reads

#: where a caller states what an export or a print is for: a statement, no permission
CODE, TEXT = "insurance_purpose", "insurance_purpose_text"


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
    def export_terms(self, model_name, names):
        """Return the purposes to choose from, where an export shows client data."""
        model = self.env.get(model_name)
        if model is None or not any(
            use_log_reads.archive_way(model, name) is not None for name in names
        ):
            return []
        return self._choices()

    @api.model
    def print_terms(self, report_name):
        """Return the purposes to choose from, where a report shows client data."""
        # which model a report is about is no secret
        report = self.env["ir.actions.report"].sudo()._get_report_from_name(report_name)
        model = self.env.get(report.model)
        if model is None or use_log_reads.archive_way(model) is None:
            return []
        return self._choices()

    @api.model
    def _choices(self):
        # purposes are no secret
        purposes = self.sudo().search_fetch([])
        return [
            {
                "code": purpose.code,
                "name": purpose.name,
                "needs_text": purpose.needs_text,
            }
            for purpose in purposes
        ]

    @api.model
    def _declared(self):
        """Return the purpose that the caller states, for the log; refuse without.

        :return: keyword arguments of ``_log_use``
        """
        code = self.env.context.get(CODE)
        text = str(self.env.context.get(TEXT) or "")
        if not code:
            raise UserError(
                self.env._(
                    "Say what you need the data for. The browser asks you; a program "
                    "names a purpose as “%(key)s” in the context: %(codes)s.",
                    key=CODE,
                    codes=", ".join(choice["code"] for choice in self._choices()),
                )
            )
        self._check_code(code, text)
        return {"purpose": code, "purpose_text": text}

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
