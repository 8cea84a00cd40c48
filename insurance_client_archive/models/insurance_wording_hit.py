from odoo import api, fields, models
from odoo.exceptions import UserError

from .insurance_state_mixin import Transition

LEADS = "insurance_client_archive.group_supervisor"


class InsuranceWordingHit(models.Model):
    """A talk in which words were used that mislead: for the supervisor.

    It stays when the talk is written anew, and says so.
    """

    _name = "insurance.wording.hit"
    _inherit = ["insurance.archive.child", "insurance.state.mixin"]
    _description = "Words to be reviewed"
    _order = "id desc"
    _rec_name = "words"

    _initial_states = ("open",)
    _transitions = {
        "open": {
            "settled": Transition(reason=True, groups=LEADS, check="_check_reviewer"),
            "harmless": Transition(reason=True, groups=LEADS, check="_check_reviewer"),
        },
        "settled": {"open": Transition(reason=True, groups=LEADS)},
        "harmless": {"open": Transition(reason=True, groups=LEADS)},
    }

    archive_id = fields.Many2one(readonly=True)
    interaction_id = fields.Many2one(
        "insurance.interaction",
        string="Talk",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    wording_id = fields.Many2one(
        "insurance.wording",
        string="Entry of the list",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    category = fields.Selection(related="wording_id.category", store=True)
    words = fields.Char(required=True, readonly=True)
    reason = fields.Text(related="wording_id.reason", string="Why not")
    user_id = fields.Many2one(
        "res.users", string="Said by", required=True, readonly=True, index=True
    )
    date = fields.Datetime(string="Said on", required=True, readonly=True)
    rewritten = fields.Boolean(
        string="Talk rewritten",
        readonly=True,
        help="The words are no longer in the record of the talk.",
    )
    state = fields.Selection(
        [("open", "To review"), ("settled", "Settled"), ("harmless", "Harmless")],
        required=True,
        default="open",
        readonly=True,
        index=True,
        group_expand=True,
        help="Settled: the supervisor has spoken with the agent, and, where needed, "
        "the client was set right.",
    )
    reviewed_by_id = fields.Many2one("res.users", string="Reviewed by", readonly=True)

    _talk_unique = models.UniqueIndex(
        "(interaction_id, wording_id)", "This talk is on the list already."
    )

    def write(self, vals):
        if not self.env.su and not {"state", "state_reason"}.issuperset(vals):
            raise UserError(
                self.env._("What was said is not rewritten here. Say what came of it.")
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_with_talk(self):
        if not self.env.su:
            raise UserError(
                self.env._("Say that the words are harmless instead: the list is kept.")
            )

    def action_open_talk(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "insurance.interaction",
            "res_id": self.interaction_id.id,
            "view_mode": "form",
        }

    def _check_reviewer(self):
        self.ensure_one()
        if not self.env.su and self.env.user == self.user_id:
            raise UserError(self.env._("Nobody reviews what one has said oneself."))

    def _on_state(self, before):
        result = super()._on_state(before)
        reviewed = self.filtered(lambda hit: hit.state != "open")
        # superuser: who has reviewed is not entered by hand
        reviewed.sudo().write({"reviewed_by_id": self.env.uid})
        return result
