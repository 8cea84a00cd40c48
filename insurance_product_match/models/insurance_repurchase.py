from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.insurance_client_archive.models.insurance_policy_life import IN_FORCE
from odoo.addons.insurance_client_archive.models.insurance_state_mixin import Transition

#: nobody has decided yet, or an offer is under way
PENDING = ("open", "offered")


class InsuranceRepurchase(models.Model):
    """A client who has bought before, and lacks a kind of cover that is needed.

    No amount is kept: how much is missing tells the income. It stands on the Needs page
    for those who may know it.
    """

    _name = "insurance.repurchase"
    _inherit = [
        "insurance.archive.child",
        "insurance.server.value.mixin",
        "insurance.state.mixin",
    ]
    _description = "Chance of a repurchase"
    _order = "found_on desc, id desc"
    _rec_name = "cover_kind_id"
    _access_slices = ("basic",)

    _initial_states = ("open",)
    _transitions = {
        "open": {
            "offered": Transition(check="_check_server"),
            "won": Transition(check="_check_server"),
            "dropped": Transition(reason=True),
        },
        "offered": {
            "won": Transition(check="_check_server"),
            "dropped": Transition(reason=True),
        },
        "dropped": {"open": Transition(reason=True)},
    }
    _server_values = frozenset(
        {"cover_kind_id", "found_on", "lead_id", "policy_id", "agent_id"}
    )
    _kept_values = frozenset({"archive_id"})

    archive_id = fields.Many2one(readonly=True)
    agent_id = fields.Many2one(
        related="archive_id.agent_id", store=True, index="btree_not_null"
    )
    cover_kind_id = fields.Many2one(
        "insurance.cover.kind",
        string="Cover that lacks",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    found_on = fields.Date(string="Found on", readonly=True, index=True)
    lead_id = fields.Many2one(
        "crm.lead",
        string="Opportunity",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
    )
    policy_id = fields.Many2one(
        "insurance.policy",
        string="Policy bought",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
    )
    state = fields.Selection(
        [
            ("open", "To be looked at"),
            ("offered", "Opportunity made"),
            ("won", "Bought again"),
            ("dropped", "Dropped"),
        ],
        required=True,
        default="open",
        readonly=True,
        index=True,
        group_expand=True,
    )
    won_rate = fields.Float(
        string="Bought again (%)",
        compute="_compute_won_rate",
        store=True,
        aggregator="avg",
        digits=(5, 1),
        help="Of all chances.",
    )

    _one_pending = models.UniqueIndex(
        "(archive_id) WHERE state IN ('open', 'offered')",
        "This client has an open chance already.",
    )

    @api.depends("state")
    def _compute_won_rate(self):
        for chance in self:
            chance.won_rate = 100 if chance.state == "won" else 0

    @api.ondelete(at_uninstall=False)
    def _unlink_except_server(self):
        if not self.env.su:
            raise UserError(self.env._("Drop it with a reason instead: it is counted."))

    def action_offer(self):
        """Make an opportunity of each chance, for the agent of the client."""
        chances = self.filtered(lambda chance: chance.state == "open")
        if not chances:
            raise UserError(self.env._("Choose chances that are to be looked at."))
        chances.check_access("write")
        for chance in chances:
            archive = chance.archive_id
            lead = self.env["crm.lead"].create(
                {
                    # read by whoever sees opportunities: it tells nothing
                    "name": self.env._("Further protection"),
                    "type": "opportunity",
                    "partner_id": archive.partner_id.id,
                    "user_id": archive.agent_id.id,
                    "team_id": archive.team_id.id,
                }
            )
            # superuser: the opportunity is noted by the system alone
            chance.sudo().write({"state": "offered", "lead_id": lead.id})
        if len(chances) == 1:
            return chances.action_open_lead()
        return True

    def action_open_lead(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "crm.lead",
            "res_id": self.lead_id.id,
            "view_mode": "form",
        }

    def action_open_client(self):
        self.ensure_one()
        return self.archive_id._form_action()

    def action_find_products(self):
        """Match the client with the products on sale."""
        self.ensure_one()
        return self.archive_id.action_find_products()

    def _check_server(self):
        # superuser: opportunities and policies are noted by the system alone
        if not self.env.su:
            raise UserError(
                self.env._("Make an opportunity; what is bought is noted by itself.")
            )

    @api.model
    def _note_policies(self, policies):
        """Close the chances of clients who have bought since they were found."""
        bought = policies.filtered(
            lambda policy: policy.state in IN_FORCE and policy.start_date
        )
        if not bought:
            return
        # superuser: whoever issues the policy; only that it was bought is noted
        chances = self.sudo().search(
            [("archive_id", "in", bought.archive_id.ids), ("state", "in", PENDING)]
        )
        for chance in chances:
            later = bought.filtered(
                lambda policy, chance=chance: (
                    policy.archive_id == chance.archive_id
                    and policy.start_date >= chance.found_on
                )
            )
            if later:
                chance.write({"state": "won", "policy_id": later[0].id})


class InsurancePolicy(models.Model):
    _inherit = "insurance.policy"

    @api.model_create_multi
    def create(self, vals_list):
        policies = super().create(vals_list)
        self.env["insurance.repurchase"]._note_policies(policies)
        return policies

    def _on_state(self, before):
        result = super()._on_state(before)
        self.env["insurance.repurchase"]._note_policies(self)
        return result
