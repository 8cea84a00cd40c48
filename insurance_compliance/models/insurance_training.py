from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError


class InsuranceTraining(models.Model):
    """A training that is held, or was."""

    _name = "insurance.training"
    _description = "Training"
    _order = "date desc, id desc"

    name = fields.Char(string="Subject", required=True)
    course_id = fields.Many2one(
        "insurance.training.course", index="btree_not_null", ondelete="restrict"
    )
    date = fields.Date(string="Day", index=True)
    hours = fields.Float(
        compute="_compute_hours", store=True, readonly=False, aggregator="sum"
    )
    trainer = fields.Char()
    place = fields.Char(help="Or the link to it.")
    state = fields.Selection(
        [
            ("proposed", "Proposed"),
            ("planned", "Planned"),
            ("held", "Held"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        default="planned",
        index=True,
        group_expand=True,
    )
    reason = fields.Text(
        string="Why", help="What it follows from; no names of clients."
    )
    origin_model = fields.Char(readonly=True)
    origin_id = fields.Many2oneReference(
        string="Follows from", model_field="origin_model", readonly=True
    )
    participant_ids = fields.One2many(
        "insurance.training.participant", "training_id", string="Participants"
    )
    participant_count = fields.Integer(
        string="Persons", compute="_compute_participant_count"
    )

    @api.depends("course_id")
    def _compute_hours(self):
        for training in self:
            training.hours = training.course_id.hours or training.hours or 1.0

    @api.depends("participant_ids")
    def _compute_participant_count(self):
        for training in self:
            training.participant_count = len(training.participant_ids)

    @api.constrains("state", "date")
    def _check_date(self):
        today = fields.Date.today()
        for training in self:
            if training.state == "held" and (
                not training.date or training.date > today
            ):
                raise ValidationError(
                    self.env._("A training has been held when its day has come.")
                )

    def write(self, vals):
        if any(training.state == "held" for training in self) and not {
            "state",
            "date",
            "course_id",
            "hours",
            "name",
            "trainer",
        }.isdisjoint(vals):
            raise UserError(self.env._("Trainings that were held stay on record."))
        if not self.env.su and {"origin_model", "origin_id"} & vals.keys():
            raise UserError(self.env._("The server fills this in by itself."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_held(self):
        if any(training.state == "held" for training in self):
            raise UserError(self.env._("Trainings that were held stay on record."))

    def action_plan(self):
        """Plan the training that was proposed."""
        self.write({"state": "planned"})

    def action_hold(self):
        """Say that it was held; results are entered with the participants."""
        for training in self:
            if not training.participant_ids:
                raise UserError(self.env._("Name the participants first."))
        self.write({"state": "held"})

    def action_cancel(self):
        """Call the training off; it stays on record."""
        self.write({"state": "cancelled"})

    def action_open_origin(self):
        """Open what the training was proposed for: an incident, a check."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": self.origin_model,
            "res_id": self.origin_id,
            "view_mode": "form",
        }

    def action_add_due(self):
        """Add everybody for whom the course is due."""
        self.ensure_one()
        self.check_access("write")
        due = self.env["insurance.training.due"].search(
            [("course_id", "=", self.course_id.id), ("state", "!=", "done")]
        )
        known = self.participant_ids.user_id
        self.participant_ids = [
            fields.Command.create({"user_id": user.id}) for user in due.user_id - known
        ]

    @api.model
    def _propose(self, source, name, users=None, reason=""):
        """Propose a training that follows from a record; once for each record."""
        known = self.search(
            [("origin_model", "=", source._name), ("origin_id", "=", source.id)],
            limit=1,
        )
        if known:
            return known
        return self.create(
            {
                "name": name,
                "state": "proposed",
                "reason": reason,
                "origin_model": source._name,
                "origin_id": source.id,
                "participant_ids": [
                    fields.Command.create({"user_id": user.id}) for user in users or ()
                ],
            }
        )
