from odoo import fields, models
from odoo.exceptions import UserError


class InsuranceIncidentAsk(models.TransientModel):
    """Ask for what a step of an incident needs: why, when, under which reference."""

    _name = "insurance.incident.ask"
    _description = "Step of an incident, with a reason"

    incident_id = fields.Many2one(
        "insurance.incident", required=True, readonly=True, ondelete="cascade"
    )
    clock_id = fields.Many2one(
        "insurance.incident.clock", readonly=True, ondelete="cascade"
    )
    step = fields.Selection(
        [
            ("lift", "Lift the suspension"),
            ("exempt", "The persons need not be told"),
            ("told", "Report made"),
            ("needless", "Report not needed"),
            ("add", "Add archives"),
        ],
        required=True,
        readonly=True,
    )
    reason = fields.Text()
    told_on = fields.Datetime(string="Told on", default=fields.Datetime.now)
    reference = fields.Char(help="Reference number, or whom you spoke to.")
    numbers = fields.Text(string="Archive numbers", help="One a line.")

    def action_confirm(self):
        """Take the step; the incident asks who may."""
        self.ensure_one()
        incident, clock = self.incident_id, self.clock_id
        if clock and clock.incident_id != incident:
            raise UserError(self.env._("This clock belongs to another incident."))
        steps = {
            "lift": lambda: incident._lift(self.reason),
            "exempt": lambda: incident._decide_on_persons("exempt", self.reason),
            "told": lambda: clock._tell(self.told_on, self.reference),
            "needless": lambda: clock._make_needless(self.reason),
            "add": lambda: incident._add_archives(self.numbers, self.reason),
        }
        steps[self.step]()
        return {"type": "ir.actions.act_window_close"}
