from odoo import api, fields, models


class InsuranceInspectionPlanLine(models.Model):
    """An archive of the sample, and the inspection that was made of it."""

    _name = "insurance.inspection.plan.line"
    _description = "Archive of an inspection plan"
    _order = "plan_id desc, position, id"
    _rec_name = "number"

    plan_id = fields.Many2one(
        "insurance.inspection.plan",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    position = fields.Integer(string="Drawn as", readonly=True, aggregator=None)
    archive_id = fields.Many2one(
        "insurance.archive",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    number = fields.Char(string="Archive number", compute="_compute_number")
    place = fields.Char(string="Storage place", compute="_compute_number")
    inspector_id = fields.Many2one(related="plan_id.inspector_id")
    company_id = fields.Many2one(related="plan_id.company_id", store=True)
    due_on = fields.Date(related="plan_id.date_to", string="To be finished by")
    plan_state = fields.Selection(related="plan_id.state", string="Plan's state")
    inspection_ids = fields.One2many(
        "insurance.inspection", "plan_line_id", string="Inspections"
    )
    inspection_id = fields.Many2one(
        "insurance.inspection",
        compute="_compute_inspection",
        store=True,
        compute_sudo=True,
    )
    result = fields.Selection(
        [("passed", "Passed"), ("failed", "Failed")],
        compute="_compute_inspection",
        store=True,
        compute_sudo=True,
        index=True,
    )

    _archive_unique = models.UniqueIndex("(plan_id, archive_id)")

    @api.depends("archive_id")
    def _compute_number(self):
        # superuser: number and place alone say nothing about the client
        for line in self.sudo():
            line.number = line.archive_id.number
            line.place = line.archive_id.storage_place

    @api.depends("inspection_ids.result")
    def _compute_inspection(self):
        for line in self:
            inspection = line.inspection_ids.sorted("id")[-1:]
            line.inspection_id = inspection
            line.result = inspection.result

    def action_inspect(self):
        """Open the inspection of the archive, or a new one."""
        self.ensure_one()
        self.archive_id._check_archivist()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Inspection"),
            "res_model": "insurance.inspection",
            "view_mode": "form",
            "res_id": self.inspection_id.id,
            "target": "new",
            "context": {
                "default_archive_id": self.archive_id.id,
                "default_plan_line_id": self.id,
                "default_kind": (
                    "yearly" if self.plan_id.rhythm == "year" else "periodic"
                ),
            },
        }
