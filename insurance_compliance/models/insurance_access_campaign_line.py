from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from .insurance_access_campaign import COMPLIANCE
from .insurance_access_review import WAYS


class InsuranceAccessCampaignLine(models.Model):
    """One access under review, and what was decided on it: by whom, when and why."""

    _name = "insurance.access.campaign.line"
    _inherit = "insurance.access.slices"
    _description = "Access under review"
    _order = "campaign_id desc, user_id, way, id"
    _log_access = False

    campaign_id = fields.Many2one(
        "insurance.access.campaign", required=True, index=True, ondelete="cascade"
    )
    campaign_state = fields.Selection(related="campaign_id.state")
    deadline = fields.Date(related="campaign_id.deadline")
    user_id = fields.Many2one("res.users", required=True, readonly=True, index=True)
    team_id = fields.Many2one("crm.team", readonly=True)
    leader_id = fields.Many2one(
        "res.users", string="Supervisor", readonly=True, index="btree_not_null"
    )
    way = fields.Selection(WAYS, string="Why", readonly=True, required=True)
    grant_id = fields.Many2one("insurance.access.grant", readonly=True)
    share_id = fields.Many2one("insurance.share", readonly=True)
    led_team_id = fields.Many2one("crm.team", string="Led team", readonly=True)
    purpose_id = fields.Many2one("insurance.purpose", readonly=True)
    archive_count = fields.Integer(string="Archives", readonly=True)
    date_to = fields.Datetime(string="Until", readonly=True)
    last_use = fields.Datetime(string="Last used", readonly=True)
    unused = fields.Boolean(readonly=True)
    decision = fields.Selection(
        [
            ("open", "Undecided"),
            ("keep", "Kept"),
            ("revoke", "Withdrawn"),
        ],
        required=True,
        default="open",
        readonly=True,
        index=True,
        group_expand=True,
    )
    reason = fields.Char(
        help="Why it is kept or withdrawn. Needed to withdraw, and for what is unused."
    )
    outcome = fields.Char(readonly=True, help="What followed from the decision.")
    decided_on = fields.Datetime(readonly=True)
    decided_by_id = fields.Many2one("res.users", string="Decided by", readonly=True)
    mine = fields.Boolean(
        string="My own access", compute="_compute_mine", help="Others decide on it."
    )

    @api.depends("user_id")
    @api.depends_context("uid")
    def _compute_mine(self):
        for line in self:
            line.mine = line.user_id == self.env.user

    @api.depends("user_id", "way")
    def _compute_display_name(self):
        ways = dict(self._fields["way"]._description_selection(self.env))
        for line in self:
            line.display_name = f"{line.user_id.name}: {ways.get(line.way, '')}"

    @api.model_create_multi
    def create(self, vals_list):
        if vals_list and not self.env.su:
            raise UserError(self.env._("The review lists the access itself."))
        return super().create(vals_list)

    def write(self, vals):
        if not self.env.su:
            if vals.keys() - {"reason"}:
                raise UserError(
                    self.env._("Decide with the buttons: they note who and when.")
                )
            self._check_undecided()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_review(self):
        if not self.env.su:
            raise UserError(self.env._("A review that has begun stays on record."))

    def action_keep(self):
        """Say that this access is still needed."""
        self._check_decidable()
        if any(line.unused and not (line.reason or "").strip() for line in self):
            raise UserError(
                self.env._("Say why access that nobody uses is still needed.")
            )
        self._decide("keep", self.env._("Stays as it is"))

    def action_revoke(self):
        """Withdraw this access, or start what withdraws it."""
        self._check_decidable()
        if any(not (line.reason or "").strip() for line in self):
            raise UserError(self.env._("Say why this access is withdrawn."))
        for line in self:
            line._decide("revoke", line._withdraw())

    def _check_undecided(self):
        if any(
            line.decision != "open" or line.campaign_state != "running" for line in self
        ):
            raise UserError(self.env._("This was decided already."))

    def _check_decidable(self):
        """Refuse decisions on the own access, and by those not in charge."""
        self.check_access("read")
        self._check_undecided()
        user = self.env.user
        if user in self.user_id:
            raise UserError(
                self.env._("Nobody decides on the own access. Ask a colleague.")
            )
        if not user.has_group(COMPLIANCE) and any(
            line.leader_id != user for line in self
        ):
            raise AccessError(
                self.env._("The supervisor or a compliance officer decides on this.")
            )

    def _decide(self, decision, outcome):
        # superuser: exactly the decision; who may was asked for just before
        self.sudo().write(
            {
                "decision": decision,
                "outcome": outcome,
                "decided_on": fields.Datetime.now(),
                "decided_by_id": self.env.uid,
            }
        )

    def _withdraw(self):
        """End what the decision can end, and return in words what followed."""
        self.ensure_one()
        if self.grant_id:
            # superuser: who may end it was asked for just before
            self.sudo().grant_id.with_env(self.env)._end(self.reason)
            return self.env._("The grant has ended")
        if self.share_id:
            # superuser: who may end it was asked for just before
            self.sudo().share_id.write({"state": "ended", "state_reason": self.reason})
            return self.env._("The share has ended")
        if self.way in ("agent", "manager"):
            return self._prepare_handover()
        kind = self.env.ref("insurance_compliance.mail_activity_type_access_withdraw")
        for admin in self._administrators():
            kind._remind_user(admin, fields.Date.context_today(self))
        return self.env._("Administrators were asked to take the role away")

    def _prepare_handover(self):
        """Prepare a handover of the clients for the supervisor."""
        # superuser: prepared only, in the name of who decided; the supervisor who
        # leads the clients hands over
        handover = (
            self.env["insurance.handover"]
            .sudo()
            .create(
                {
                    "agent_id": self.user_id.id,
                    "reason": "moves",
                    "user_id": self.env.uid,
                    "note": self.reason,
                }
            )
        )
        if self.leader_id:
            kind = self.env.ref("insurance_compliance.mail_activity_type_handover")
            kind._remind_user(self.leader_id, fields.Date.context_today(self))
        return self.env._("Handover prepared: %s", handover.display_name)

    def _administrators(self):
        group = self.env.ref("insurance_client_archive.group_admin")
        # superuser: who looks after roles is no secret
        return self.env["res.users"].sudo().search([("group_ids", "in", group.id)])
