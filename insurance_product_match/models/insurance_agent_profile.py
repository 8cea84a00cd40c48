from odoo import api, fields, models
from odoo.exceptions import UserError


class InsuranceAgentProfile(models.Model):
    """What entitles an employee to sell: licence, grade, trainings.

    Nobody writes the own one: a record rule sees to that, for every role.
    """

    _name = "insurance.agent.profile"
    _description = "Licence of an agent"
    _order = "user_id"
    _rec_name = "user_id"

    user_id = fields.Many2one(
        "res.users",
        string="Agent",
        required=True,
        index=True,
        ondelete="restrict",
        domain="[('share', '=', False)]",
    )
    licence_number = fields.Char(string="Licence number")
    licence_until = fields.Date(string="Licence valid until")
    grade_id = fields.Many2one("insurance.agent.grade", index=True, ondelete="restrict")
    graded_on = fields.Date(
        string="Graded on",
        compute="_compute_graded_on",
        store=True,
        readonly=False,
        precompute=True,
    )
    training_ids = fields.One2many("insurance.agent.training", "profile_id")
    training_hours = fields.Float(
        string="Hours in 12 months", compute="_compute_training_hours"
    )
    status = fields.Selection(
        [
            ("ok", "May sell"),
            ("soon", "Licence ends soon"),
            ("no_licence", "No valid licence"),
            ("no_grade", "No grade"),
        ],
        compute="_compute_status",
    )
    note = fields.Text()
    active = fields.Boolean(default=True)

    _user_unique = models.UniqueIndex("(user_id)", "This agent has a licence record.")

    @api.depends("grade_id")
    def _compute_graded_on(self):
        for profile in self:
            profile.graded_on = profile.grade_id and fields.Date.context_today(self)

    @api.depends("training_ids.hours", "training_ids.done_on")
    def _compute_training_hours(self):
        since = fields.Date.subtract(fields.Date.context_today(self), months=12)
        for profile in self:
            recent = profile.training_ids.filtered(
                lambda training: training.done_on and training.done_on > since
            )
            profile.training_hours = sum(recent.mapped("hours"))

    @api.depends("licence_number", "licence_until", "grade_id")
    def _compute_status(self):
        today = fields.Date.context_today(self)
        days = self.env["insurance.parameter"]._get("licence_warning_days")
        for profile in self:
            until = profile.licence_until
            if not profile._is_licensed(today):
                profile.status = "no_licence"
            elif not profile.grade_id:
                profile.status = "no_grade"
            elif until and until <= fields.Date.add(today, days=days):
                profile.status = "soon"
            else:
                profile.status = "ok"

    def write(self, vals):
        # rules look at the record before the change: it would become one's own
        if "user_id" in vals and any(
            profile.user_id.id != vals["user_id"] for profile in self
        ):
            raise UserError(
                self.env._("A licence stays with its agent. Archive it instead.")
            )
        return super().write(vals)

    def _is_licensed(self, day):
        self.ensure_one()
        return bool(
            self.active
            and self.licence_number
            and self.licence_until
            and self.licence_until >= day
        )

    def _trained_for(self, topic, day):
        self.ensure_one()
        return any(
            training.topic == topic
            and (not training.valid_until or training.valid_until >= day)
            for training in self.training_ids
        )
