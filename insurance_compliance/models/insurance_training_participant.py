from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError


class InsuranceTrainingParticipant(models.Model):
    """One person in a training, and the result."""

    _name = "insurance.training.participant"
    _description = "Participant of a training"
    _order = "id desc"
    _rec_name = "user_id"

    training_id = fields.Many2one(
        "insurance.training", required=True, index=True, ondelete="cascade"
    )
    user_id = fields.Many2one(
        "res.users", string="Person", required=True, index=True, ondelete="restrict"
    )
    course_id = fields.Many2one(related="training_id.course_id", store=True, index=True)
    date = fields.Date(related="training_id.date", store=True)
    hours = fields.Float(related="training_id.hours", store=True, aggregator="sum")
    result = fields.Selection(
        [
            ("expected", "Expected"),
            ("passed", "Passed"),
            ("failed", "Failed"),
            ("absent", "Absent"),
        ],
        required=True,
        default="expected",
    )
    points = fields.Float(aggregator="avg")
    certificate = fields.Char(help="Its number, or where it is kept.")
    recorded_by_id = fields.Many2one("res.users", string="Entered by", readonly=True)
    recorded_on = fields.Datetime(string="Entered on", readonly=True)

    _once = models.UniqueIndex(
        "(training_id, user_id)", "This person takes part already."
    )

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            vals.update(recorded_by_id=False, recorded_on=False)
        participants = super().create(vals_list)
        participants.filtered(lambda one: one.result != "expected")._record()
        return participants

    def write(self, vals):
        if not self.env.su and {"recorded_by_id", "recorded_on"} & vals.keys():
            raise UserError(self.env._("The server fills this in by itself."))
        if not self.env.su and any(one.user_id == self.env.user for one in self):
            raise AccessError(self.env._("Somebody else enters your own result."))
        if {"user_id", "training_id"} & vals.keys():
            raise UserError(
                self.env._("A result belongs to its person. Add another line instead.")
            )
        result = super().write(vals)
        if {"result", "points", "certificate"} & vals.keys():
            self._record()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_held(self):
        if any(one.training_id.state == "held" for one in self):
            raise UserError(self.env._("Results of trainings stay on record."))

    def _record(self):
        for one in self:
            if one.training_id.state != "held" and one.result != "expected":
                raise UserError(
                    self.env._("Results are entered when the training was held.")
                )
            if one.user_id == self.env.user:
                raise AccessError(self.env._("Somebody else enters your own result."))
        # superuser: who entered it, and when, is the server's to say
        self.sudo().write(
            {"recorded_by_id": self.env.uid, "recorded_on": fields.Datetime.now()}
        )
