from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError


class InsuranceAgentTraining(models.Model):
    """A training that an agent has passed."""

    _name = "insurance.agent.training"
    _description = "Training of an agent"
    _order = "done_on desc, id desc"

    profile_id = fields.Many2one(
        "insurance.agent.profile", required=True, index=True, ondelete="cascade"
    )
    user_id = fields.Many2one(
        related="profile_id.user_id", string="Agent", store=True, index=True
    )
    name = fields.Char(required=True)
    topic = fields.Selection(
        [
            ("law", "Law and conduct"),
            ("product", "Products"),
            ("participating", "Participating products"),
            ("universal", "Universal products"),
            ("unit_linked", "Unit-linked products"),
            ("variable", "Variable annuities"),
            ("elder", "Elder clients"),
        ],
        required=True,
        default="law",
    )
    hours = fields.Float(aggregator="sum")
    done_on = fields.Date(
        string="Passed on", required=True, default=fields.Date.context_today
    )
    valid_until = fields.Date(
        string="Valid until", help="Empty: it does not have to be repeated."
    )
    is_valid = fields.Boolean(string="Valid", compute="_compute_is_valid")

    _dates_ordered = models.Constraint(
        "CHECK(valid_until IS NULL OR valid_until >= done_on)",
        "A training is valid after it was passed, not before.",
    )
    _hours_positive = models.Constraint(
        "CHECK(hours >= 0)", "Hours of training can't be negative."
    )

    @api.depends("valid_until")
    def _compute_is_valid(self):
        today = fields.Date.context_today(self)
        for training in self:
            training.is_valid = (
                not training.valid_until or training.valid_until >= today
            )

    @api.constrains("done_on")
    def _check_done(self):
        today = fields.Date.context_today(self)
        if any(training.done_on > today for training in self):
            raise ValidationError(
                self.env._("A training is entered when it has been passed.")
            )

    def write(self, vals):
        # rules look at the record before the change: it would become one's own
        if "profile_id" in vals and any(
            training.profile_id.id != vals["profile_id"] for training in self
        ):
            raise UserError(
                self.env._("A training stays with its agent. Delete it instead.")
            )
        return super().write(vals)
