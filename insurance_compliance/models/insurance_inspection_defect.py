from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

from .insurance_destruction import ARCHIVIST


class InsuranceInspection(models.Model):
    """Defects go back to the agent, with a day, and are looked at again afterwards."""

    _inherit = "insurance.inspection"

    # of the archive that is inspected, or refused
    _defaults_of_actions = frozenset({"plan_line_id"})

    plan_line_id = fields.Many2one(
        "insurance.inspection.plan.line",
        string="Sample",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    property_test_id = fields.Many2one(
        "insurance.property.test",
        string="Test of the four properties",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    fixed_on = fields.Date(string="Reported as put right", readonly=True, copy=False)
    fixed_by_id = fields.Many2one(
        "res.users", string="Reported by", readonly=True, copy=False
    )

    @api.constrains("plan_line_id", "property_test_id", "archive_id")
    def _check_same_archive(self):
        for inspection in self:
            linked = inspection.plan_line_id.archive_id
            linked |= inspection.property_test_id.archive_id
            if linked - inspection.archive_id:
                raise ValidationError(
                    self.env._("The inspection is about another archive.")
                )

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._refuse_report(vals)
        inspections = super().create(vals_list)
        inspections._hand_back()
        return inspections

    def write(self, vals):
        self._refuse_report(vals)
        result = super().write(vals)
        if vals.get("resolved"):
            self.env["insurance.archive"]._finish_reminders(
                # superuser: only whose reminder it is
                ["defect"],
                self.sudo().partner_id,
            )
        elif vals.keys() & set(self._test_fields()):
            self._hand_back()
        return result

    def _refuse_report(self, vals):
        if not self.env.su and {"fixed_on", "fixed_by_id"} & vals.keys():
            raise UserError(self.env._("Report what is put right by the button."))

    def _hand_back(self):
        """Give what failed a deadline, and the agent a neutral reminder."""
        failed = self.filtered(
            lambda inspection: inspection.result == "failed" and not inspection.resolved
        )
        if not failed:
            return
        days = self.env["insurance.parameter"]._get("inspection_fix_days")
        for inspection in failed.filtered(lambda inspection: not inspection.due_date):
            inspection.due_date = fields.Date.add(inspection.date, days=days)
        # superuser: whose client it is; the text of the reminder says nothing
        self.env["insurance.archive"]._remind(
            "defect",
            [
                (one.partner_id, one.archive_id.agent_id, one.due_date)
                for one in failed.sudo()
                if one.archive_id.agent_id.active
            ],
        )
        failed._find_rectification()

    def _find_rectification(self):
        """Enter the defects into the ledger of what is to be put right."""
        if "insurance.rectification" not in self.env:
            return
        # superuser: the ledger is written by what finds something
        ledger = self.env["insurance.rectification"].sudo()
        for inspection in self.sudo():  # the number and whose client it is
            ledger._find(
                inspection,
                self.env._("Inspection of %s", inspection.archive_number),
                "medium",
                f"inspection:{inspection.archive_id.id}",
                archives=inspection.archive_id,
                responsible=inspection.archive_id.agent_id,
            )

    def action_report_fixed(self):
        """Say, as the one who looks after the client, that it is put right."""
        # superuser: agents read inspections; that they may is asked first
        self.check_access("read")
        for inspection in self:
            inspection.archive_id.check_access("write")
            if inspection.result != "failed" or inspection.resolved:
                raise UserError(self.env._("There is nothing to put right."))
        self.sudo().write(
            {"fixed_on": fields.Date.context_today(self), "fixed_by_id": self.env.uid}
        )
        return True

    def action_resolve(self):
        """Say that the defect is mended, as an archivist."""
        if not self.env.user.has_group(ARCHIVIST):
            raise AccessError(self.env._("Only archivists inspect archives."))
        return super().action_resolve()
