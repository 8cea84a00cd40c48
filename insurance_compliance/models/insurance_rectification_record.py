from odoo import api, fields, models
from odoo.exceptions import UserError


class InsuranceRectification(models.Model):
    """The records that a check has found, for whoever is to mend them.

    The ledger names no client. Whoever is responsible gets to the own records from
    here, and to no others: each is asked whether this person may read it.
    """

    _inherit = "insurance.rectification"

    has_records = fields.Boolean(compute="_compute_has_records")

    @api.depends("source_model", "source_id")
    def _compute_has_records(self):
        for row in self:
            row.has_records = any(row._violations().mapped("model"))

    def _violations(self):
        """Return what the last run of the check has listed, if a check has found it."""
        self.ensure_one()
        # superuser: what of it may be opened is asked of the user
        violations = self.env["insurance.check.violation"].sudo()
        if self.source_model != "insurance.check":
            return violations
        return violations.search(
            [
                ("result_id.check_id", "=", self.source_id),
                ("result_id.company_id", "=", self.company_id.id),
                ("result_id.latest", "=", True),
            ]
        )

    def action_open_records(self):
        """Show the records that are to be mended, as far as the user may read them."""
        self.ensure_one()
        self.check_access("read")
        found = self._violations().filtered("model")
        # a check looks at one kind of records
        model = self.env[found[0].model] if found else self.browse()
        known = model.browse(found.mapped("res_id")) if found else model
        records = known.exists()._filtered_access("read")
        if not records:
            raise UserError(
                self.env._(
                    "You may open none of the records that were found. Ask compliance "
                    "for their numbers, or apply for access."
                )
            )
        action = {
            "type": "ir.actions.act_window",
            "name": self.name,
            "res_model": records._name,
            "views": [(False, "list"), (False, "form")],
            "domain": [("id", "in", records.ids)],
            "context": {"create": False},
        }
        if len(records) == 1:
            return action | {"views": [(False, "form")], "res_id": records.id}
        return action
