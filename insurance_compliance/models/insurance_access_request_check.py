import math

from odoo import api, fields, models
from odoo.fields import Domain

from .insurance_access_request import SLICE_FIELDS

#: what can't be opened any more
CLOSED_STATES = ("restricted", "destroyed")
DAY = 24 * 60 * 60
#: as many clients are named on a card
SHOWN = 4


class InsuranceAccessRequest(models.Model):
    """What the policy says to an application, and the facts for those who decide."""

    _inherit = "insurance.access.request"

    hint = fields.Text(
        compute="_compute_hint", help="What the policy would object to now."
    )
    client_count = fields.Integer(
        string="Number of clients", compute="_compute_facts", compute_sudo=False
    )
    key_count = fields.Integer(
        string="Key clients", compute="_compute_facts", compute_sudo=False
    )
    risk_count = fields.Integer(
        string="High-risk clients", compute="_compute_facts", compute_sudo=False
    )
    missing_count = fields.Integer(
        string="Clients not found", compute="_compute_facts", compute_sudo=False
    )
    verdict = fields.Text(
        string="What the policy says", compute="_compute_facts", compute_sudo=False
    )
    approvals = fields.Char(compute="_compute_facts", compute_sudo=False)
    duration = fields.Char(string="How long", compute="_compute_duration")
    clients_text = fields.Char(
        string="Clients asked for", compute="_compute_clients_text"
    )
    is_mine = fields.Boolean(compute="_compute_is_mine")
    has_identifier = fields.Boolean(compute="_compute_has_identifier")

    @api.depends("level", "scope", "standing", "line_ids", "purpose_id", "purpose_text")
    @api.depends("date_from", "date_to", "state", *SLICE_FIELDS)
    @api.depends_context("lang")
    def _compute_hint(self):
        for request in self:
            problems = request.state == "draft" and request._problems_of_applicant()
            request.hint = "\n".join(problems) if problems else False

    @api.depends("date_from", "date_to")
    @api.depends_context("lang")
    def _compute_duration(self):
        for request in self:
            request.duration = request._days() and self.env._(
                "%s days", request._days()
            )

    @api.depends("line_ids", "scope")
    @api.depends_context("uid", "lang")
    def _compute_clients_text(self):
        for request in self:
            count = request.client_count
            named = [line.client for line in request.line_ids[:SHOWN] if line.client]
            if request.scope == "portfolio":
                request.clients_text = str(count) if count else False
            elif count > SHOWN:
                request.clients_text = self.env._(
                    "%(names)s and %(count)s more",
                    names=", ".join(named),
                    count=count - SHOWN,
                )
            else:
                request.clients_text = ", ".join(named)

    @api.depends("line_ids.identifier")
    def _compute_has_identifier(self):
        for request in self:
            request.has_identifier = any(request.line_ids.mapped("identifier"))

    @api.depends("user_id")
    @api.depends_context("uid")
    def _compute_is_mine(self):
        for request in self:
            request.is_mine = request.user_id == self.env.user

    @api.depends("line_ids", "scope", "state", "approver_id", "second_approver_id")
    @api.depends_context("uid", "lang")
    def _compute_facts(self):
        known = self._known_to_user()
        for request in self:
            request.client_count = len(request.line_ids)
            request.update(
                dict.fromkeys(("key_count", "risk_count", "missing_count"), 0)
            )
            request.verdict = request.approvals = False
            if request in known:
                request.update(request._facts())

    def _facts(self):
        """Return what those who decide see on the card."""
        marks = self._marks()
        targets = self._targets()
        facts = {
            "key_count": marks["key"],
            "risk_count": marks["risk"],
            "client_count": marks["all"],
            "missing_count": 0,
        }
        if self.scope != "portfolio":
            facts["missing_count"] = len(self.line_ids) - len(targets)
        if self.state == "submitted":
            facts["verdict"] = "\n".join(self._problems_of_decider())
            facts["approvals"] = self._approvals_text()
        return facts

    def _approvals_text(self):
        labels = dict(self._fields["first_rule"]._description_selection(self.env))
        return self.env._(
            "Still needed: %s",
            ", ".join(labels[slot.rule] for slot in self._open_slots()),
        )

    def _known_to_user(self):
        """Return the applications on which the user decides or has decided."""
        return self.filtered("decidable")

    # --- clients

    def _targets(self):
        """Return the archives that are meant, also those that nobody may see yet."""
        # superuser: which archive is meant is kept from everybody
        ids = self.sudo().line_ids.target_id.ids
        return self.env["insurance.archive"].browse(ids)

    def _open_targets(self):
        """Return the archives that a grant can open."""
        # superuser: only the state is asked
        targets = self._targets().sudo()
        return targets.filtered(lambda archive: archive.state not in CLOSED_STATES)

    def _marks(self):
        """Count the clients, and among them those that need more care."""
        # superuser: counts for those who decide
        archives = self.env["insurance.archive"].sudo()
        if self.scope == "portfolio":
            meant = archives._portfolio_domain(self.user_id)
        else:
            meant = Domain("id", "in", self._targets().ids)
        return archives._count_marks(meant)

    # --- policy

    def _policy(self):
        return self.env["insurance.access.policy"]._of_level(self.level)

    def _problems_of_applicant(self):
        """Return what can be said without looking at a client."""
        self.ensure_one()
        policy = self._policy()
        if not policy:
            return [self.env._("Your role opens no archives.")]
        return [
            *self._problems_of_purpose(),
            *self._problems_of_content(policy),
            *self._problems_of_period(policy),
            *self._problems_of_scope(policy),
        ]

    def _problems_of_decider(self):
        """Return what stands against an approval now, by the policy of today."""
        self.ensure_one()
        problems = self._problems_of_applicant()
        # superuser: what the applicant is today
        applicant = self.user_id.sudo()
        if not applicant.active:
            problems.append(self.env._("The applicant's account is closed."))
        elif self.level != self._policy()._of_user(applicant).level:
            problems.append(
                self.env._("The applicant's role has changed: it must be asked anew.")
            )
        if self.scope != "portfolio" and not self._open_targets():
            problems.append(self.env._("None of the named clients can be opened."))
        return problems

    def _problems_of_purpose(self):
        purpose = self.purpose_id
        if not purpose:
            return [self.env._("Say what you need the data for.")]
        if purpose.needs_text and not (self.purpose_text or "").strip():
            return [self.env._("Say in a few words what you need the data for.")]
        return []

    def _problems_of_content(self, policy):
        asked = [name for name in SLICE_FIELDS if self[name]]
        if not asked:
            return [self.env._("Choose the content that you need.")]
        closed = [name for name in asked if not policy[name]]
        if not closed:
            return []
        labels = [self._fields[name]._description_string(self.env) for name in closed]
        return [
            self.env._("The policy opens to your role no: %s", ", ".join(labels)),
        ]

    def _problems_of_period(self, policy):
        if not self.date_from or not self.date_to or self.date_to <= self.date_from:
            return [self.env._("The period must end after it begins.")]
        if self.date_to <= fields.Datetime.now():
            return [self.env._("The period is over already.")]
        days = policy.max_standing_days if self.standing else policy.max_days
        if self._days() > days:
            return [
                self.env._(
                    "%(asked)s days are too long: the policy allows %(days)s.",
                    asked=self._days(),
                    days=days,
                )
            ]
        return []

    def _problems_of_scope(self, policy):
        if self.scope == "portfolio":
            if self.level not in ("agent", "manager"):
                return [
                    self.env._("Name the clients: your role has no clients of its own.")
                ]
            if self.standing and not policy.standing_allowed:
                return [self.env._("The policy allows no grant for daily work.")]
            return []
        if self.standing:
            return [self.env._("For daily work, choose all your own clients.")]
        if self.scope == "segment" and self.state == "draft" and not self.line_ids:
            return [] if self.segment_id else [self.env._("Choose a saved segment.")]
        if not self.line_ids:
            return [self.env._("Name the clients.")]
        if len(self.line_ids) > policy.max_archives:
            return [
                self.env._(
                    "%(asked)s clients are too many: the policy allows %(count)s.",
                    asked=len(self.line_ids),
                    count=policy.max_archives,
                )
            ]
        if any(not line._is_named() for line in self.line_ids):
            return [self.env._("A line names no client.")]
        return []

    def _days(self):
        """Return the length of the period in days, begun ones counted."""
        if not self.date_from or not self.date_to:
            return 0
        return math.ceil((self.date_to - self.date_from).total_seconds() / DAY)

    def _content_text(self):
        """Return what was submitted, in words, for the record."""
        clients = ", ".join(line._as_named() for line in self.line_ids)
        if self.scope == "portfolio":
            clients = self._selection_label("scope")
        parts = (
            self.purpose_id.name,
            self.purpose_text,
            clients,
            self.slices_text,
            f"{self.date_from} – {self.date_to} UTC",
            self.uses_max and str(self.uses_max),
        )
        return "\n".join(filter(None, parts))

    def _selection_label(self, name):
        return dict(self._fields[name]._description_selection(self.env))[self[name]]
