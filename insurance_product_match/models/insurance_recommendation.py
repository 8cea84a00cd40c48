from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

MODULE = "insurance_client_archive"
SUPERVISOR = f"{MODULE}.group_supervisor"
#: what the client has signed for
AGREED = frozenset(
    {
        "archive_id",
        "line_ids",
        "opinion",
        "need_text",
        "budget",
        "agent_id",
        "contact_way",
        "sales_channel",
        "personalised",
        "explained_ids",
    }
)
CONTACT_WAYS = [
    ("face_to_face", "Face to face"),
    ("phone", "Phone"),
    ("online", "Online"),
]
SALES_CHANNELS = [
    ("own", "Own agents"),
    ("agency", "Part-time agency, such as a bank"),
]


class InsuranceRecommendation(models.Model):
    """Advice to one client, from what the client needs to what the client decides.

    It is worked on in five steps, which are its states: collect, match, recommend,
    talk and confirm, sell. Whoever is interrupted goes on where the record is.
    """

    _name = "insurance.recommendation"
    _inherit = [
        "insurance.server.value.mixin",
        "insurance.archive.child",
        "insurance.state.mixin",
        "insurance.history.mixin",
    ]
    _description = "Recommendation"
    _order = "id desc"
    _rec_name = "number"
    _rec_names_search = ["number", "partner_id.name"]
    _access_slices = ("basic",)
    _history_ignored = frozenset({"state_date", "number"})
    _server_values = frozenset(
        {
            "number",
            "issued_on",
            "proposal_until",
            "confirmed_on",
            "closed_on",
            "annual_premium",
            "total_premium",
            "chosen_count",
            "severity",
            "match_id",
        }
    )

    archive_id = fields.Many2one(string="Client archive")
    number = fields.Char(readonly=True, copy=False, index="trigram")
    agent_id = fields.Many2one(
        "res.users",
        required=True,
        readonly=True,
        index=True,
        default=lambda self: self.env.user,
        help="Who advises: licence and grade of this person count.",
    )
    lead_id = fields.Many2one(
        "crm.lead",
        string="Opportunity",
        index="btree_not_null",
        ondelete="set null",
        domain="[('partner_id', '=', partner_id)]",
    )
    need_text = fields.Text(
        string="What the client needs",
        help="In the client's own words: who and what is to be protected.",
    )
    budget = fields.Monetary(
        string="Budget a year", help="What the client wants to spend a year."
    )
    personalised = fields.Boolean(
        string="Use the client's data for matching",
        default=True,
        help="Switch it off when the client wants products shown without a profile "
        "(Personal Information Protection Law, art. 24): you choose yourself and say "
        "why.",
    )
    contact_way = fields.Selection(
        CONTACT_WAYS, string="Sold by", required=True, default="face_to_face"
    )
    sales_channel = fields.Selection(
        SALES_CHANNELS, string="Sales channel", required=True, default="own"
    )
    opinion = fields.Text(
        string="Match opinion",
        help="Why these products fit this client, in words the client understands. It "
        "stands in the proposal.",
    )
    line_ids = fields.One2many(
        "insurance.recommendation.line", "recommendation_id", string="Products"
    )
    annual_premium = fields.Monetary(
        string="Premium a year",
        compute="_compute_totals",
        store=True,
        help="Of the products that the client chooses; before that, of all of them.",
    )
    total_premium = fields.Monetary(
        string="Total premium", compute="_compute_totals", store=True
    )
    chosen_count = fields.Integer(
        string="Products chosen", compute="_compute_totals", store=True
    )
    severity = fields.Selection(
        [
            ("none", "Suitable"),
            ("care", "Special care"),
            ("sign", "To be signed for"),
            ("stop", "Advised against"),
            ("block", "Not allowed"),
        ],
        string="Suitability",
        compute="_compute_severity",
        store=True,
        help="The gravest finding on the products that the client may still choose.",
    )
    explained_ids = fields.Many2many(
        "insurance.proposal.notice",
        string="Explained to the client",
        help="The notices that you have explained, one by one.",
    )
    issued_on = fields.Datetime(string="Issued on", readonly=True, copy=False)
    proposal_until = fields.Date(string="Valid until", readonly=True, copy=False)
    confirmed_on = fields.Datetime(string="Confirmed on", readonly=True, copy=False)
    closed_on = fields.Datetime(string="Closed on", readonly=True, copy=False)
    decline_reason = fields.Selection(
        [
            ("price", "Too expensive"),
            ("competitor", "Bought elsewhere"),
            ("need", "Does not meet the need"),
            ("trust", "Not convinced"),
            ("later", "Not now"),
            ("unsuitable", "Advised against"),
            ("underwriting", "Refused by the insurer"),
            ("other", "Other"),
        ],
        string="Why not",
        help="For the figures; say it in words when you change the state.",
    )

    _number_unique = models.UniqueIndex(
        "(company_id, number) WHERE number IS NOT NULL",
        "This number is already in use.",
    )
    _budget_positive = models.Constraint(
        "CHECK(budget >= 0)", "The budget can't be negative."
    )
    _waiting = models.Index(
        "(agent_id, state) WHERE state NOT IN ('sold', 'declined', 'cancelled')"
    )

    @api.depends("number", "partner_id.name")
    @api.depends_context("show_client_name")
    def _compute_display_name(self):
        result = super()._compute_display_name()
        visible = self.sudo(False)._filtered_access("read")
        for recommendation in self.browse(visible.ids):
            recommendation.display_name = recommendation.number or self.env._(
                "New recommendation"
            )
        if self.env.context.get("show_client_name"):
            self.browse(visible.ids)._lead_with_client()
        return result

    @api.depends("line_ids.chosen", "line_ids.annual_premium", "line_ids.total_premium")
    def _compute_totals(self):
        for recommendation in self:
            lines = recommendation._lines_at_issue()
            recommendation.annual_premium = sum(lines.mapped("annual_premium"))
            recommendation.total_premium = sum(lines.mapped("total_premium"))
            recommendation.chosen_count = len(lines.filtered("chosen"))

    @api.depends("line_ids.severity", "line_ids.chosen")
    def _compute_severity(self):
        order = ["none", "care", "sign", "stop", "block"]
        for recommendation in self:
            lines = recommendation._lines_at_issue()
            recommendation.severity = max(
                (line.severity or "none" for line in lines),
                key=order.index,
                default="none",
            )

    @api.constrains("lead_id")
    def _check_lead_client(self):
        for recommendation in self:
            lead = recommendation.lead_id
            if lead and lead.partner_id != recommendation.partner_id:
                raise ValidationError(
                    self.env._("The opportunity belongs to another client.")
                )

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            # not the default, which a caller's context could change
            vals.setdefault("agent_id", self.env.uid)
            self._check_agent(vals)
        recommendations = super().create(vals_list)
        for recommendation in recommendations:
            # superuser: numbers are given by the system
            number = recommendation.sudo().env["ir.sequence"].next_by_code(self._name)
            recommendation.sudo().number = number
        recommendations._prefill()
        return recommendations

    def write(self, vals):
        self._check_agent(vals)
        if AGREED & vals.keys():
            self._check_open(vals)
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_issued(self):
        if any(recommendation.issued_on for recommendation in self):
            raise UserError(
                self.env._(
                    "A recommendation that was issued stays in the sales file. Cancel "
                    "it instead."
                )
            )

    def _lines_at_issue(self):
        """Return the lines that may still be bought: the chosen ones, else all."""
        return self.line_ids.filtered("chosen") or self.line_ids

    def _prefill(self):
        """Begin with what the archive knows: needs and budget in the client's words."""
        for recommendation in self:
            archive = recommendation.archive_id
            if not recommendation.need_text:
                recommendation.need_text = archive.intent_note
            if not recommendation.budget:
                recommendation.budget = archive.intent_budget

    @api.model
    def _check_agent(self, vals):
        """Refuse advice in somebody else's name: licence and grade would be theirs."""
        agent = vals.get("agent_id", self.env.uid)
        if agent != self.env.uid and not self.env.su and not self._is_supervisor():
            raise AccessError(
                self.env._("You advise in your own name. Leave the agent as it is.")
            )

    @api.model
    def _is_supervisor(self):
        return self.env.user.has_group(SUPERVISOR)

    def _check_open(self, vals):
        """Refuse to change what the client has been shown or has signed."""
        for recommendation in self:
            state = recommendation.state
            if state in ("collect", "match", "recommend"):
                continue
            allowed = {"explained_ids", "line_ids", "contact_way"}
            if state == "talk" and not (AGREED & vals.keys()) - allowed:
                continue
            raise UserError(
                self.env._(
                    "“%(number)s” is %(state)s: its content stays. Go back to "
                    "“Recommend” to change it; the client then confirms again.",
                    number=recommendation.display_name,
                    state=self._state_label(state),
                )
            )
