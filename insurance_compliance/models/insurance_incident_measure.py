from odoo import api, fields, models
from odoo.exceptions import UserError

from .insurance_incident_rule import SEVERITIES


class InsuranceIncidentMeasure(models.Model):
    """What is to change after an incident or a drill, until the ledger has it."""

    _name = "insurance.incident.measure"
    _description = "Measure after an incident"
    _order = "incident_id desc, id"

    incident_id = fields.Many2one(
        "insurance.incident", required=True, index=True, ondelete="cascade"
    )
    name = fields.Char(
        string="What is to change", required=True, help="Without names of clients."
    )
    severity = fields.Selection(SEVERITIES, required=True, default="medium")
    responsible_id = fields.Many2one(
        "res.users", string="By whom", domain="[('share', '=', False)]"
    )
    handed_over = fields.Datetime(string="Handed over on", readonly=True, copy=False)

    def write(self, vals):
        if not self.env.su:
            self._check_incident_open()
            if "handed_over" in vals:
                raise UserError(self.env._("Take the steps by the buttons."))
            if any(measure.handed_over for measure in self):
                raise UserError(
                    self.env._("The measure is in the ledger: go on with it there.")
                )
        result = super().write(vals)
        if "incident_id" in vals:
            self._check_incident_open()
        return result

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su and any("handed_over" in vals for vals in vals_list):
            raise UserError(self.env._("Take the steps by the buttons."))
        measures = super().create(vals_list)
        measures._check_incident_open()
        return measures

    @api.ondelete(at_uninstall=False)
    def _unlink_except_handed_over(self):
        self._check_incident_open()
        if any(measure.handed_over for measure in self):
            raise UserError(
                self.env._("The measure is in the ledger: go on with it there.")
            )

    def _check_incident_open(self):
        over = ("closed", "false_alarm")
        if not self.env.su and any(one.incident_id.state in over for one in self):
            raise UserError(self.env._("The incident is closed: it stays as it is."))

    def action_hand_over(self):
        """Put the measures into the ledger of rectifications."""
        for measure in self.filtered(lambda one: not one.handed_over):
            incident = measure.incident_id
            incident._check_lead()
            self.env["insurance.rectification"]._find(
                incident,
                measure.name,
                measure.severity,
                f"incident:{incident.id}:{measure.id}",
                archives=incident.affected_count,
                responsible=measure.responsible_id,
            )
            # superuser: exactly the mark that it was handed over
            measure.sudo().handed_over = fields.Datetime.now()
            incident._note("measure", measure.name)
        return True


class InsuranceIncident(models.Model):
    _inherit = "insurance.incident"

    measures_waiting = fields.Boolean(compute="_compute_measures_waiting")

    @api.depends("measure_ids.handed_over")
    def _compute_measures_waiting(self):
        for incident in self:
            incident.measures_waiting = not all(
                incident.measure_ids.mapped("handed_over")
            )

    def action_hand_over(self):
        """Put what is to change into the ledger of rectifications."""
        return self.measure_ids.action_hand_over()
