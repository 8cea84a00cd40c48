from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from .insurance_interaction import CHANNELS

KINDS = [
    ("complaint", "Complaint"),
    ("suggestion", "Suggestion"),
    ("praise", "Praise"),
]


class InsuranceFeedback(models.Model):
    """What a client finds wrong, better or good, and what became of it."""

    _name = "insurance.feedback"
    _inherit = [
        "insurance.archive.child",
        "insurance.state.mixin",
        "insurance.history.mixin",
        "insurance.reminder.mixin",
    ]
    _description = "Feedback of a client"
    _order = "next_deadline, received_on desc, id desc"
    _rec_name = "number"
    _rec_names_search = ["number", "name", "partner_id.name"]
    _history_ignored = frozenset({"state_date", "next_deadline"})

    number = fields.Char(readonly=True, copy=False)
    name = fields.Char(string="Subject", required=True)
    kind = fields.Selection(KINDS, required=True, default="complaint", index=True)
    channel = fields.Selection(
        [
            *CHANNELS,
            ("portal", "Client portal"),
            ("survey", "Satisfaction survey"),
            ("regulator", "Supervisory authority"),
        ],
        required=True,
        default="phone",
    )
    topic_id = fields.Many2one(
        "insurance.feedback.topic", index="btree_not_null", ondelete="restrict"
    )
    received_on = fields.Date(
        string="Received on",
        required=True,
        index=True,
        default=fields.Date.context_today,
        help="The time for the answer is counted from this day.",
    )
    description = fields.Text(string="In the client's words")
    demand = fields.Text(string="What the client asks for")
    user_id = fields.Many2one(
        "res.users",
        string="Taken down by",
        required=True,
        index=True,
        default=lambda self: self.env.user,
        readonly=True,
    )
    policy_id = fields.Many2one(
        "insurance.policy",
        index="btree_not_null",
        ondelete="restrict",
        domain="[('archive_id', '=', archive_id)]",
    )
    claim_id = fields.Many2one(
        "insurance.claim",
        index="btree_not_null",
        ondelete="restrict",
        domain="[('archive_id', '=', archive_id)]",
    )
    interaction_id = fields.Many2one(
        "insurance.interaction",
        index="btree_not_null",
        ondelete="set null",
        domain="[('archive_id', '=', archive_id)]",
    )
    handling_rating = fields.Selection(
        [
            ("1", "Very dissatisfied"),
            ("2", "Dissatisfied"),
            ("3", "Neither"),
            ("4", "Satisfied"),
            ("5", "Very satisfied"),
        ],
        string="Client's rating of the handling",
        copy=False,
    )

    _number_unique = models.UniqueIndex(
        "(company_id, number) WHERE number IS NOT NULL",
        "This feedback number is already in use.",
    )

    @api.depends("number", "partner_id.name")
    @api.depends_context("show_client_name")
    def _compute_display_name(self):
        result = super()._compute_display_name()
        visible = self.sudo(False)._filtered_access("read")
        if self.env.context.get("show_client_name"):
            self.browse(visible.ids)._lead_with_client()
        return result

    @api.constrains("received_on")
    def _check_not_in_future(self):
        today = fields.Date.context_today(self)
        if any(feedback.received_on > today for feedback in self):
            raise ValidationError(
                self.env._("Feedback can't be received in the future. Check the date.")
            )

    @api.constrains("archive_id", "policy_id", "claim_id", "interaction_id")
    def _check_of_this_client(self):
        for feedback in self:
            for link in (
                feedback.policy_id,
                feedback.claim_id,
                feedback.interaction_id,
            ):
                if link and link.archive_id != feedback.archive_id:
                    raise ValidationError(
                        self.env._(
                            "Choose a policy, claim and interaction of this client."
                        )
                    )

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            vals["number"] = self.env["ir.sequence"].next_by_code(self._name)
            if not self.env.su:
                # nobody hands in for somebody else
                vals["user_id"] = self.env.uid
        return super().create(vals_list)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_registered(self):
        for feedback in self:
            if feedback.kind == "complaint" or feedback.state != "new":
                raise UserError(
                    self.env._(
                        "“%s” stays on the register. Withdraw it instead when the "
                        "client takes it back.",
                        feedback.display_name,
                    )
                )

    def action_open_archive(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "insurance.archive",
            "res_id": self.archive_id.id,
            "view_mode": "form",
        }
