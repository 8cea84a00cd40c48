from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Domain

from odoo.addons.insurance_client_archive.models.insurance_state_mixin import (
    Transition,
)

ARCHIVE = "insurance_client_archive"
SUPERVISOR = f"{ARCHIVE}.group_supervisor"
#: who may cut the rights of somebody who leaves, without seeing a client
CUTTERS = f"{ARCHIVE}.group_compliance,{ARCHIVE}.group_admin"
#: the agent is gone for these clients, and they must be told in time
NOTIFIED = ("leaves", "moves")
#: what is entered while the handover is being prepared
PLAN_FIELDS = frozenset(
    {"agent_id", "reason", "date", "note", "new_manager_id", "archive_user"}
    | {"target_ids", "line_ids"}
)
#: clients that can still be handed to somebody
CLOSED = ("restricted", "destroyed")


class InsuranceHandover(models.Model):
    """An agent leaves or moves: clients and open work pass to others, rights end."""

    _name = "insurance.handover"
    _inherit = ["insurance.state.mixin"]
    _description = "Handover"
    _order = "date desc, id desc"
    _rec_names_search = ["agent_id"]

    _initial_states = ("draft",)
    _transitions = {
        "draft": {
            "done": Transition(groups=SUPERVISOR, check="_check_ready"),
            "cancelled": Transition(),
        },
        "cancelled": {"draft": Transition()},
        "done": {
            "returned": Transition(
                reason=True, groups=SUPERVISOR, check="_check_returnable"
            )
        },
    }

    agent_id = fields.Many2one(
        "res.users",
        string="Former agent",
        required=True,
        index=True,
        ondelete="restrict",
        # somebody who left may be archived already
        context={"active_test": False},
        domain="[('share', '=', False)]",
        help="Who gives the clients away.",
    )
    reason = fields.Selection(
        [
            ("leaves", "Leaves the company"),
            ("moves", "Moves to other work"),
            ("reassigned", "Clients are shared out anew"),
        ],
        string="Why",
        required=True,
        default="leaves",
    )
    date = fields.Date(
        string="Last day",
        required=True,
        default=fields.Date.context_today,
        help="The time for telling the clients runs from this day.",
    )
    user_id = fields.Many2one(
        "res.users",
        string="Handed over by",
        required=True,
        index=True,
        default=lambda self: self.env.user,
        readonly=True,
    )
    team_id = fields.Many2one(
        "crm.team",
        compute="_compute_team_id",
        store=True,
        index=True,
        compute_sudo=True,
        help="The team of the agent, whose supervisor prepares the handover.",
    )
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, index=True
    )
    note = fields.Text()
    state = fields.Selection(
        [
            ("draft", "In preparation"),
            ("done", "Handed over"),
            ("returned", "Given back"),
            ("cancelled", "Called off"),
        ],
        required=True,
        default="draft",
        readonly=True,
        copy=False,
        index=True,
        group_expand=True,
    )
    target_ids = fields.One2many(
        "insurance.handover.target", "handover_id", string="Who takes over"
    )
    line_ids = fields.One2many("insurance.handover.line", "handover_id", "Clients")
    work_ids = fields.One2many(
        "insurance.handover.work", "handover_id", "Open work", readonly=True
    )
    new_manager_id = fields.Many2one(
        "res.users",
        string="New account manager",
        domain=lambda self: [
            ("all_group_ids", "in", self.env.ref(f"{ARCHIVE}.group_manager").id)
        ],
        help="Of clients of whom the agent is account manager.",
    )
    managed_count = fields.Integer(
        string="As account manager",
        compute="_compute_managed_count",
        compute_sudo=True,
    )
    elsewhere_count = fields.Integer(
        string="Clients of other teams",
        compute="_compute_managed_count",
        compute_sudo=True,
        help="The supervisors of these teams hand them over.",
    )
    archive_user = fields.Boolean(
        string="Close the user account",
        help="Nobody can log in with it any more. Only who manages users may do it.",
    )
    may_archive_user = fields.Boolean(compute="_compute_may_archive_user")
    rights_cut_on = fields.Datetime(string="Rights ended on", readonly=True, copy=False)
    rights_cut_by_id = fields.Many2one(
        "res.users", string="Rights ended by", readonly=True, copy=False
    )
    cut_group_ids = fields.Many2many(
        "res.groups", string="Roles taken away", readonly=True, copy=False
    )
    grant_count = fields.Integer(
        string="Grants ended", readonly=True, copy=False, aggregator="sum"
    )
    done_on = fields.Datetime(string="Handed over on", readonly=True, copy=False)
    notice_due = fields.Date(
        string="Tell clients until",
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="Sales Conduct Measures, art. 36; the days are a parameter.",
    )

    @api.depends("agent_id", "date")
    def _compute_display_name(self):
        for handover in self:
            handover.display_name = f"{handover.agent_id.name or ''} {handover.date}"

    @api.depends("agent_id")
    def _compute_team_id(self):
        for handover in self:
            if handover.state == "draft" or not handover.team_id:
                handover.team_id = handover.agent_id.crm_team_ids[:1]

    @api.depends("agent_id", "state")
    @api.depends_context("uid")
    def _compute_managed_count(self):
        Archive = self.env["insurance.archive"]
        for handover in self:
            own = handover._led_domain()
            agent = handover.agent_id.id or 0
            handover.managed_count = Archive.search_count(
                own & Domain("manager_id", "=", agent)
            )
            handover.elsewhere_count = Archive.search_count(
                ~own
                & Domain("agent_id", "=", agent)
                & Domain("state", "not in", CLOSED)
            )

    @api.depends_context("uid")
    def _compute_may_archive_user(self):
        may = self.env.user.has_group("base.group_erp_manager")
        for handover in self:
            handover.may_archive_user = may

    @api.constrains("agent_id", "reason")
    def _check_agent(self):
        """Supervisors hand over for their own people, nobody for higher roles."""
        user = self.env.user
        for handover in self:
            agent = handover.agent_id
            if handover.reason == "leaves" and agent == user:
                raise ValidationError(
                    self.env._("Nobody ends the own rights. Ask your supervisor.")
                )
            if self.env.uid == api.SUPERUSER_ID or user.has_groups(CUTTERS):
                continue
            if not handover._led_by(user):
                raise ValidationError(
                    self.env._(
                        "You lead neither the team of %s nor one with clients of "
                        "theirs. Ask the supervisor who does.",
                        agent.name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_plan_fields(vals, "company_id", "state", "user_id")
            if not self.env.su:
                # who prepares it is who says so
                vals["user_id"] = self.env.uid
        return super().create(vals_list)

    def write(self, vals):
        self._check_plan_fields(vals, "state", "state_reason")
        if vals.keys() & PLAN_FIELDS and not self.env.su:
            self._check_draft()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_done(self):
        if any(
            handover.state not in ("draft", "cancelled") or handover.rights_cut_on
            for handover in self
        ):
            raise UserError(self.env._("A handover that took place stays on record."))

    def action_hand_over(self):
        """Move clients and work, end rights: all at once or not at all."""
        for handover in self:
            handover.write({"state": "done"})
        return True

    def action_open_managed(self):
        self.ensure_one()
        return self._clients_action([("manager_id", "=", self.agent_id.id)])

    def action_open_clients(self):
        """Open the clients of the handover in the list of clients."""
        self.ensure_one()
        return self._clients_action([("id", "in", self.line_ids.archive_id.ids)])

    def _clients_action(self, domain):
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(
                f"{ARCHIVE}.insurance_archive_action"
            ),
            "domain": domain,
            "context": {},
        }

    def _on_state(self, before):
        result = super()._on_state(before)
        for handover in self:
            if handover.state == "done":
                handover._execute()
            elif handover.state == "returned":
                handover._give_back()
        return result

    def _check_plan_fields(self, vals, *others):
        """Refuse what follows from the steps, entered by hand."""
        if not self.env.su and not vals.keys() <= PLAN_FIELDS | set(others):
            raise UserError(
                self.env._("This is noted by the handover itself. Use the buttons.")
            )

    def _check_draft(self):
        if any(handover.state != "draft" for handover in self):
            raise UserError(
                self.env._("This handover took place and can't be changed any more.")
            )

    def _led_domain(self):
        """Return the clients that the current user may hand over: those of teams led.

        Handing over shows nothing of a client: it asks for no right to open.
        """
        if self.env.uid == api.SUPERUSER_ID:
            return Domain("state", "not in", CLOSED)
        return (
            Domain("team_id", "any!", [("user_id", "=", self.env.uid)])
            & Domain("company_id", "in", self.env.user.company_ids.ids)
            & Domain("state", "not in", CLOSED)
        )

    def _own_domain(self):
        """Return the clients of the agent that the current user may hand over."""
        self.ensure_one()
        return self._led_domain() & Domain("agent_id", "=", self.agent_id.id)

    def _led_by(self, user):
        """Tell whether the user leads a team of the agent's, or of own clients."""
        self.ensure_one()
        if not user.has_group(SUPERVISOR):
            return False
        # superuser: membership and responsibility decide, whoever asks; none is shown
        handover = self.sudo()
        if user in handover.agent_id.crm_team_ids.user_id:
            return True
        return bool(
            handover.env["insurance.archive"].search_count(
                handover._own_domain(), limit=1
            )
        )

    def _check_supervises(self):
        """Refuse whoever neither leads the agent nor prepared the handover."""
        self.ensure_one()
        if self.env.uid != api.SUPERUSER_ID and not self._led_by(self.env.user):
            raise AccessError(
                self.env._("Only the supervisor of the team hands these clients over.")
            )
