from odoo import api, fields, models
from odoo.fields import Domain

#: above this a card says only that there are more
MOST = 10_000
TOPICS = [
    ("check", "Checks"),
    ("rectification", "Rectifications"),
    ("incident", "Incidents"),
    ("grant", "Grants"),
    ("use", "Uses"),
    ("request", "Applications"),
    ("consent", "Consents"),
    ("share", "Shares"),
    ("handover", "Handovers"),
    ("review", "Access reviews"),
    ("backup", "Backups"),
]


class InsuranceComplianceCard(models.Model):
    """One thing that a compliance officer looks at: how many there are, and which."""

    _name = "insurance.compliance.card"
    _description = "Compliance overview"
    _order = "sequence, id"

    sequence = fields.Integer(default=10)
    key = fields.Char(required=True, readonly=True)
    name = fields.Char(required=True, translate=True)
    description = fields.Char(translate=True)
    topic = fields.Selection(TOPICS, required=True, group_expand=True)
    urgent = fields.Boolean(
        help="Something has to be done about each of them; none is the aim."
    )
    model = fields.Char(string="What is counted", required=True, readonly=True)
    action = fields.Char(required=True, readonly=True)
    count = fields.Integer(
        string="How many", compute="_compute_count", compute_sudo=False
    )
    unit = fields.Selection(
        [("number", "Number"), ("percent", "Per cent")],
        required=True,
        readonly=True,
        default="number",
    )
    alarming = fields.Boolean(compute="_compute_count", compute_sudo=False)

    _key_unique = models.Constraint("UNIQUE(key)", "There is such a card already.")

    @api.depends_context("uid")
    def _compute_count(self):
        for card in self:
            # a card is empty where the user has no right to what it counts
            allowed = self.env[card.model].has_access("read")
            card.count = allowed and card._figure()
            card.alarming = allowed and card._is_alarming()

    def _figure(self):
        """Return what the card shows; override for cards that do not count."""
        return self.env[self.model].search_count(self._domain(), limit=MOST)

    def _is_alarming(self):
        """Tell whether something has to be done; override beside `_figure`."""
        return self.urgent and self.count > 0

    def action_open(self):
        """Open what is counted."""
        self.ensure_one()
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(self.action),
            "name": self.name,
            "domain": list(self._domain()),
            "context": {},
        }

    def _domain(self):
        """Return what the card counts; each card has a method of its own."""
        self.ensure_one()
        return getattr(self, f"_domain_{self.key}")()

    @api.model
    def _soon(self):
        """Return until when something counts as expiring soon, as in a domain."""
        return f"now +{self.env['insurance.parameter']._get('access_expiring_days')}d"

    # --- grants

    def _domain_grants_live(self):
        return [("stage", "=", "live")]

    def _domain_grants_expiring(self):
        return [("stage", "=", "live"), ("date_to", "<=", self._soon())]

    def _domain_grants_unused(self):
        return [("unused", "=", True)]

    def _domain_grants_health(self):
        return [("stage", "=", "live"), ("slice_health", "=", True)]

    # --- uses, of the last thirty days

    def _domain_uses_outside(self):
        return [("date", ">=", "now -30d"), ("outside_grant", "=", True)]

    def _domain_uses_without_purpose(self):
        return [
            ("date", ">=", "now -30d"),
            ("action", "in", ("reveal", "export", "print", "download", "share")),
            ("result", "=", "done"),
            ("purpose", "in", (False, "")),
        ]

    def _domain_uses_denied(self):
        return [("date", ">=", "now -30d"), ("result", "=", "denied")]

    # --- applications

    def _domain_requests_waiting(self):
        return [("state", "=", "submitted")]

    def _domain_requests_old(self):
        days = self.env["insurance.parameter"]._get("access_escalation_days")
        return [("state", "=", "submitted"), ("submitted_on", "<", f"now -{days}d")]

    # --- consents

    def _domain_consents_missing(self):
        return [("status", "=", "missing"), ("required", "=", True)]

    def _domain_consents_to_renew(self):
        return [("status", "in", ("to_renew", "expired"))]

    # --- shares

    def _domain_shares_live(self):
        return [("state", "=", "delivered"), ("date_to", ">", "now")]

    def _domain_shares_expiring(self):
        return [*self._domain_shares_live(), ("date_to", "<=", self._soon())]

    # --- handovers and reviews

    def _domain_letters_late(self):
        return [("handover_state", "=", "done"), ("overdue", "=", True)]

    def _domain_handovers_waiting(self):
        return [("state", "=", "draft")]

    def _domain_decisions_open(self):
        return [("campaign_id.state", "=", "running"), ("decision", "=", "open")]

    def _domain_access_unused(self):
        return [("unused", "=", True)]

    # --- backups

    def _domain_backups_overdue(self):
        return [("overdue", "=", True)]

    def _domain_backups_unverified(self):
        good = self.env["insurance.backup"]._good_domain()
        return list(
            good & Domain("kind", "=", "full") & Domain("verified_on", "=", False)
        )

    def _domain_drills_waiting(self):
        return [("state", "=", "reported")]

    def _domain_storage_overdue(self):
        return [("inspection_overdue", "=", True)]
