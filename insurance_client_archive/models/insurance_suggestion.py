from odoo import api, fields, models
from odoo.exceptions import UserError

from .insurance_state_mixin import Transition

MODULE = "insurance_client_archive"
READERS = ",".join(
    f"{MODULE}.group_{name}" for name in ("supervisor", "department", "admin")
)
DECIDE = Transition(groups=READERS)


class InsuranceSuggestion(models.Model):
    """The suggestion box: what any employee proposes, without client data."""

    _name = "insurance.suggestion"
    _inherit = "insurance.state.mixin"
    _description = "Suggestion of an employee"
    _order = "create_date desc, id desc"

    _initial_states = ("new",)
    _transitions = {
        "new": {
            "considered": DECIDE,
            "adopted": Transition(groups=READERS, check="_check_answer"),
            "declined": Transition(groups=READERS, check="_check_answer"),
        },
        "considered": {
            "adopted": Transition(groups=READERS, check="_check_answer"),
            "declined": Transition(groups=READERS, check="_check_answer"),
        },
        "adopted": {"done": DECIDE, "considered": DECIDE},
        "declined": {"considered": DECIDE},
        "done": {"considered": DECIDE},
    }

    name = fields.Char(string="Suggestion", required=True)
    description = fields.Text(
        string="How it would help", help="Name no clients here: all readers see it."
    )
    topic_id = fields.Many2one("insurance.feedback.topic", index="btree_not_null")
    user_id = fields.Many2one(
        "res.users",
        string="Handed in by",
        required=True,
        readonly=True,
        index=True,
        default=lambda self: self.env.user,
    )
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    state = fields.Selection(
        [
            ("new", "Handed in"),
            ("considered", "Being considered"),
            ("adopted", "Adopted"),
            ("done", "Carried out"),
            ("declined", "Not taken up"),
        ],
        required=True,
        default="new",
        readonly=True,
        index=True,
        group_expand=True,
    )
    answer = fields.Text(help="What becomes of it, for the person who handed it in.")
    answered_by_id = fields.Many2one("res.users", string="Answered by", readonly=True)
    may_decide = fields.Boolean(string="May decide", compute="_compute_may_decide")

    @api.depends_context("uid")
    def _compute_may_decide(self):
        self.may_decide = self.env.user.has_groups(READERS)

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            if not self.env.su:
                # nobody hands in for somebody else, nor with an answer
                vals["user_id"] = self.env.uid
                vals.pop("answer", None)
                vals.pop("answered_by_id", None)
        return super().create(vals_list)

    def write(self, vals):
        self._check_writer(vals)
        return super().write(vals)

    def _check_writer(self, vals):
        """Let authors correct what nobody has taken up, and readers answer."""
        if self.env.su:
            return
        own = {"name", "description", "topic_id"}
        decided = {"state", "state_reason", "answer", "topic_id", "company_id"}
        for suggestion in self:
            allowed = set()
            if suggestion.user_id == self.env.user and suggestion.state == "new":
                allowed |= own
            if suggestion.may_decide:
                allowed |= decided
            if not vals.keys() <= allowed:
                raise UserError(
                    self.env._(
                        "Authors change a suggestion until it is taken up; those who "
                        "decide change its topic and answer."
                    )
                )

    def _check_answer(self):
        self.ensure_one()
        if not (self.answer or "").strip():
            raise UserError(
                self.env._("Tell the author in the answer what becomes of it.")
            )

    def _on_state(self, before):
        result = super()._on_state(before)
        # superuser: only who has decided is noted
        self.sudo().write({"answered_by_id": self.env.uid})
        return result
