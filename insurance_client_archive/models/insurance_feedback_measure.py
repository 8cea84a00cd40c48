from odoo import api, fields, models
from odoo.fields import Domain

from ..flag_domain import flag_domain


class InsuranceFeedbackMeasure(models.Model):
    """What is done so that the cause of a complaint goes away."""

    _name = "insurance.feedback.measure"
    _inherit = "insurance.archive.descendant"
    _description = "Improvement measure"
    _order = "done_on desc, due_date, id"

    _parent_field = "feedback_id"

    feedback_id = fields.Many2one(
        "insurance.feedback", required=True, index=True, ondelete="cascade"
    )
    archive_id = fields.Many2one(
        compute="_compute_archive_id", store=True, precompute=True
    )
    topic_id = fields.Many2one(
        "insurance.feedback.topic", compute="_compute_topic_id", store=True
    )
    name = fields.Char(string="Measure", required=True)
    user_id = fields.Many2one(
        "res.users",
        string="Responsible",
        required=True,
        index=True,
        default=lambda self: self.env.user,
        domain="[('share', '=', False)]",
    )
    due_date = fields.Date(string="Due on", required=True, index=True)
    done_on = fields.Date(string="Done on", copy=False)
    effect = fields.Text(copy=False, help="What has become better since.")
    overdue = fields.Boolean(compute="_compute_overdue", search="_search_overdue")

    @api.depends("feedback_id.archive_id")
    def _compute_archive_id(self):
        self._set_archive_from_parent()

    @api.depends("feedback_id.topic_id")
    def _compute_topic_id(self):
        for measure, feedback in self._visible_parents():
            measure.topic_id = feedback.topic_id

    @api.depends("due_date", "done_on")
    def _compute_overdue(self):
        today = fields.Date.context_today(self)
        for measure in self:
            due = measure.due_date
            measure.overdue = bool(due and due < today and not measure.done_on)

    def _search_overdue(self, operator, value):
        late = Domain("due_date", "<", "today") & Domain("done_on", "=", False)
        return flag_domain(operator, value, late)

    def action_done(self):
        """Note that the measure was carried out today."""
        self.write({"done_on": fields.Date.context_today(self)})
