from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from .insurance_recommendation import CONTACT_WAYS

TALKED = ("talk", "pending", "confirmed", "sold", "declined")


class InsuranceRecommendationInterview(models.Model):
    """What a client says in a talk after the advice: short, and in the own words.

    Figures say how many; this says why. Whether the need was met is the measure of the
    matching that no other figure gives.
    """

    _name = "insurance.recommendation.interview"
    _inherit = ["insurance.server.value.mixin", "insurance.recommendation.part"]
    _description = "Interview after advice"
    _order = "date desc, id desc"
    _access_slices = ("basic",)
    _server_values = frozenset({"user_id", "by_seller", "archive_id"})

    date = fields.Date(required=True, default=fields.Date.context_today)
    way = fields.Selection(CONTACT_WAYS, required=True, default="phone")
    user_id = fields.Many2one(
        "res.users",
        string="Asked by",
        required=True,
        readonly=True,
        default=lambda self: self.env.user,
    )
    by_seller = fields.Boolean(
        string="Asked by the seller",
        compute="_compute_by_seller",
        store=True,
        help="Clients tell others more freely what they think.",
    )
    need_met = fields.Selection(
        [("yes", "Yes"), ("partly", "Partly"), ("no", "No")],
        string="Does it meet the need?",
        required=True,
    )
    understood = fields.Selection(
        [("yes", "Yes"), ("partly", "Partly"), ("no", "No")],
        string="Was it understood?",
        required=True,
        help="Cover, exclusions, what is lost on surrender: asked back in own words.",
    )
    pressed = fields.Boolean(
        string="Felt pressed", help="The client felt talked into something."
    )
    why = fields.Text(
        string="Why bought, or not",
        required=True,
        help="In the client's words.",
    )
    missing = fields.Text(string="What was missing")
    data_wrong = fields.Text(
        string="What we had wrong",
        help="Data of the archive that were wrong or out of date: whoever looks after "
        "the client is reminded to verify them.",
    )

    @api.depends("user_id", "recommendation_id.agent_id")
    def _compute_by_seller(self):
        for interview in self:
            agent = interview.recommendation_id.agent_id
            interview.by_seller = interview.user_id == agent

    @api.depends("date", "recommendation_id.number")
    def _compute_display_name(self):
        result = super()._compute_display_name()
        visible = self.sudo(False)._filtered_access("read")
        for interview in self.browse(visible.ids):
            interview.display_name = self.env._(
                "Interview on %s", interview.recommendation_id.number
            )
        return result

    @api.constrains("date", "recommendation_id")
    def _check_talked(self):
        today = fields.Date.context_today(self)
        for interview in self:
            if interview.date > today:
                raise UserError(
                    self.env._("An interview is entered when it has taken place.")
                )
            if interview.recommendation_id.state not in TALKED:
                raise UserError(
                    self.env._("First talk with the client; then ask how it was.")
                )

    @api.model_create_multi
    def create(self, vals_list):
        interviews = super().create(vals_list)
        interviews._review_data()
        return interviews

    def write(self, vals):
        if not self.env.su and self.user_id - self.env.user:
            raise AccessError(
                self.env._("Only who has asked the client changes what was said.")
            )
        result = super().write(vals)
        if vals.get("data_wrong"):
            self._review_data()
        return result

    def _review_data(self):
        """Remind who looks after the client to verify what was found wrong."""
        reminders = self.env["insurance.reminder.mixin"]
        today = fields.Date.context_today(self)
        wrong = self.filtered(lambda one: (one.data_wrong or "").strip())
        reminded = reminders._open_reminders("review", wrong.partner_id)
        there = set(reminded.mapped("res_id"))
        reminders._remind(
            "review",
            [
                (archive.partner_id, archive.agent_id, today)
                for archive in wrong.archive_id
                if archive.agent_id and archive.partner_id.id not in there
            ],
        )


class InsuranceRecommendation(models.Model):
    _inherit = "insurance.recommendation"

    interview_ids = fields.One2many(
        "insurance.recommendation.interview", "recommendation_id", string="Interviews"
    )
