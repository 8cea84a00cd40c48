from odoo import api, fields, models
from odoo.exceptions import UserError

from .insurance_incident import KINDS


class InsuranceIncidentReport(models.Model):
    """What somebody has noticed, in a few words. Compliance makes an incident of it.

    The reporter sees the own report and how far it is, and nothing of the incident.
    """

    _name = "insurance.incident.report"
    _description = "Report of an incident"
    _order = "id desc"

    name = fields.Char(
        string="In brief", required=True, help="Without names of clients."
    )
    kind = fields.Selection(KINDS, required=True, default="leak")
    description = fields.Text(
        string="What you have seen",
        help="Who, what, where, and what you have done so far.",
    )
    noticed_on = fields.Datetime(required=True, default=fields.Datetime.now)
    suspect_id = fields.Many2one(
        "res.users",
        string="Person concerned",
        domain="[('share', '=', False)]",
        help="Whose act it was, if you know. This person does not see the report.",
    )
    reporter_id = fields.Many2one(
        "res.users", string="Reported by", readonly=True, ondelete="restrict"
    )
    company_id = fields.Many2one("res.company", readonly=True)
    progress = fields.Selection(
        [
            ("received", "Received"),
            ("work", "Being worked on"),
            ("closed", "Closed"),
            ("none", "No incident"),
        ],
        compute="_compute_progress",
    )

    @api.depends_context("uid")
    def _compute_progress(self):
        # superuser: how far it is, and nothing else of the incident
        states = {
            incident.report_id.id: incident.state
            for incident in self.env["insurance.incident"]
            .sudo()
            .search([("report_id", "in", self.ids)])
        }
        words = {"new": "received", "closed": "closed", "false_alarm": "none"}
        for report in self:
            state = states.get(report._origin.id)
            report.progress = words.get(state, "work") if state else False

    @api.model_create_multi
    def create(self, vals_list):
        now = fields.Datetime.now()
        for vals in vals_list:
            if {"reporter_id", "company_id"} & vals.keys():
                raise UserError(self.env._("The server fills this in by itself."))
            noticed = fields.Datetime.to_datetime(vals.get("noticed_on")) or now
            if noticed > now:
                raise UserError(
                    self.env._("Say when you noticed it, not a time to come.")
                )
            vals.update(reporter_id=self.env.uid, company_id=self.env.company.id)
        reports = super().create(vals_list)
        for report in reports:
            report._open_incident()
        return reports

    def _open_incident(self):
        # superuser: whoever reports sees nothing of incidents
        incident = (
            self.env["insurance.incident"]
            .sudo()
            .create(
                {
                    "title": self.name,
                    "kind": self.kind,
                    "description": self.description,
                    "origin": "reported",
                    "report_id": self.id,
                    "reporter_id": self.env.uid,
                    "suspect_id": self.suspect_id.id,
                    "company_id": self.company_id.id,
                    # the time for reports runs since somebody of the house knew
                    "discovered_on": min(self.noticed_on, fields.Datetime.now()),
                }
            )
        )
        incident._alert()
