from odoo import api, fields, models

from odoo.addons.insurance_client_archive.tools import workdays

from .insurance_incident_rule import SEVERITIES


class InsuranceIncidentClockKind(models.Model):
    """Who has to be told of an incident, and how soon."""

    _name = "insurance.incident.clock.kind"
    _inherit = ["insurance.watcher.mixin"]
    _description = "Who is told of incidents"
    _order = "sequence, id"

    sequence = fields.Integer(default=10)
    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    recipient = fields.Selection(
        [
            ("regulator", "Insurance regulator"),
            ("cyberspace", "Cyberspace administration"),
            ("police", "Public security"),
            ("individuals", "Persons concerned"),
            ("group", "Parent company"),
            ("other", "Others"),
        ],
        required=True,
        default="other",
    )
    parameter_id = fields.Many2one(
        "insurance.parameter",
        string="Time allowed",
        required=True,
        ondelete="restrict",
        help="The number and its source are kept with the parameters.",
    )
    unit = fields.Selection(
        [("hours", "Hours"), ("workdays", "Working days")],
        required=True,
        default="hours",
    )
    min_severity = fields.Selection(
        SEVERITIES, string="From severity", required=True, default="medium"
    )
    at_end = fields.Boolean(
        string="Closing report", help="Is made when the incident is over."
    )
    allowed = fields.Integer(string="How long", compute="_compute_allowed")
    unverified = fields.Boolean(
        compute="_compute_allowed",
        help="The number was written from memory; check it before you rely on it.",
    )

    @api.depends("parameter_id")
    def _compute_allowed(self):
        for kind in self:
            # superuser: numbers are no secret
            parameter = kind.parameter_id.sudo()
            kind.allowed = (
                self.env["insurance.parameter"]._get(parameter.key) if parameter else 0
            )
            kind.unverified = parameter.status == "unverified"

    def _due(self, begun):
        """Return when somebody must have been told of what was discovered then."""
        self.ensure_one()
        if self.unit == "hours":
            return fields.Datetime.add(begun, hours=self.allowed)
        return workdays.after(begun, self.allowed)
