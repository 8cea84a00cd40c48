from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Domain

from odoo.addons.insurance_client_archive.flag_domain import flag_domain
from odoo.addons.insurance_client_archive.models.insurance_state_mixin import (
    Transition,
)

from .insurance_retention_rule import MODULE

COMPLIANCE = f"{MODULE}.group_compliance"
REVIEW = "insurance_compliance.mail_activity_type_legal_hold"
#: what may still be written when a hold was placed
AFTERWARDS = {"owner_id", "review_date", "state", "state_reason"}
#: what says which archives are held
SCOPE = ("scope", "partner_ids", "segment_id", "policy_numbers", "date_from", "date_to")


class InsuranceLegalHold(models.Model):
    """Keep everything, whatever the rules of retention say: a lawsuit, an inquiry."""

    _name = "insurance.legal.hold"
    _inherit = ["insurance.server.value.mixin", "insurance.state.mixin"]
    _description = "Legal hold"
    _order = "id desc"

    _initial_states = ("draft",)
    _transitions = {
        "draft": {"active": Transition(groups=COMPLIANCE, check="_check_scope")},
        "active": {"released": Transition(reason=True, groups=COMPLIANCE)},
    }
    _server_values = frozenset(
        {"placed_by_id", "placed_on", "released_by_id", "released_on"}
    )

    name = fields.Char(
        string="Subject",
        required=True,
        help="For example the case number. No names of clients.",
    )
    kind = fields.Selection(
        [
            ("lawsuit", "Lawsuit or arbitration"),
            ("authority", "Inquiry of an authority"),
            ("internal", "Internal investigation"),
            ("complaint", "Complaint or dispute"),
            ("other", "Other reason"),
        ],
        required=True,
        default="lawsuit",
    )
    reason = fields.Text(string="Why everything is kept", required=True)
    state = fields.Selection(
        [("draft", "Draft"), ("active", "In force"), ("released", "Released")],
        required=True,
        readonly=True,
        default="draft",
        index=True,
    )
    owner_id = fields.Many2one(
        "res.users",
        string="Responsible",
        required=True,
        default=lambda self: self.env.user,
        domain=lambda self: [("all_group_ids", "in", self.env.ref(COMPLIANCE).id)],
        help="Is reminded when the hold is to be reviewed.",
    )
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    scope = fields.Selection(
        [
            ("clients", "Named clients"),
            ("segment", "A saved segment"),
            ("policies", "Named policies"),
            ("period", "All that happened in a period"),
        ],
        string="What is held",
        required=True,
        default="clients",
    )
    partner_ids = fields.Many2many("res.partner", string="Clients")
    segment_id = fields.Many2one(
        "insurance.segment",
        ondelete="restrict",
        help="Clients who come into the segment later are held from the next night on; "
        "who leaves it stays held.",
    )
    policy_numbers = fields.Text(help="One number a line. Their whole archives stay.")
    date_from = fields.Date(
        string="From day",
        help="Archives with a policy in force, a claim, a complaint or a contact in "
        "the period.",
    )
    date_to = fields.Date(string="To day")
    review_date = fields.Date(
        string="Review on",
        required=True,
        default=lambda self: self._default_review_date(),
        help="A hold is no end in itself: look again whether it is still needed.",
    )
    review_overdue = fields.Boolean(
        compute="_compute_review_overdue", search="_search_review_overdue"
    )
    archive_line_ids = fields.One2many("insurance.legal.hold.archive", "hold_id")
    archive_count = fields.Integer(string="Archives", compute="_compute_archive_count")
    placed_by_id = fields.Many2one("res.users", string="Placed by", readonly=True)
    placed_on = fields.Datetime(string="In force since", readonly=True)
    released_by_id = fields.Many2one("res.users", string="Released by", readonly=True)
    released_on = fields.Datetime(readonly=True)

    _period_ordered = models.Constraint(
        "CHECK(date_to >= date_from)", "The period ends before it begins."
    )

    @api.model
    def _default_review_date(self):
        months = self.env["insurance.parameter"]._get("hold_review_months")
        return fields.Date.add(fields.Date.context_today(self), months=months)

    @api.depends("review_date", "state")
    def _compute_review_overdue(self):
        today = fields.Date.context_today(self)
        for hold in self:
            due = hold.state == "active" and hold.review_date
            hold.review_overdue = bool(due) and due <= today

    def _search_review_overdue(self, operator, value):
        late = Domain("state", "=", "active") & Domain("review_date", "<=", "today")
        return flag_domain(operator, value, late)

    def _compute_archive_count(self):
        # superuser: how many are held; which ones, their own rules say
        counts = dict(
            self.env["insurance.legal.hold.archive"]
            .sudo()
            ._read_group([("hold_id", "in", self.ids)], ["hold_id"], ["__count"])
        )
        for hold in self:
            hold.archive_count = counts.get(hold.sudo(), 0) or counts.get(hold, 0)

    @api.constrains("review_date", "state")
    def _check_review_date(self):
        today = fields.Date.context_today(self)
        for hold in self:
            if hold.state == "draft" and hold.review_date <= today:
                raise ValidationError(self.env._("Review a hold on a day to come."))

    def write(self, vals):
        fixed = {*SCOPE, "company_id"}
        if not self.env.su:
            fixed |= vals.keys() - AFTERWARDS
        if any(hold.state != "draft" for hold in self) and fixed & vals.keys():
            raise UserError(
                self.env._(
                    "What is held stays as it was placed. Release the hold, or place "
                    "another one."
                )
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_placed(self):
        if any(hold.state != "draft" for hold in self):
            raise UserError(self.env._("A hold is released, not deleted."))

    # --- steps

    def action_place(self):
        """Hold everything in the scope from now on; say what was not found."""
        self.write({"state": "active"})
        unknown = self._unknown_numbers()
        if not unknown:
            return True
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "warning",
                "sticky": True,
                "message": self.env._(
                    "The hold is in force, but these policies were not found: %s. "
                    "Place another hold with the right numbers.",
                    ", ".join(unknown),
                ),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def action_release(self):
        """Ask why the hold is not needed any more."""
        return self.with_context(target_state="released").action_change_state()

    def action_open_archives(self):
        """List the archives that the hold keeps, by their numbers."""
        self.ensure_one()
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(
                "insurance_compliance.insurance_legal_hold_archive_action"
            ),
            "domain": [("hold_id", "=", self.id)],
            "context": {},
        }

    def _check_scope(self):
        self.ensure_one()
        given = {
            "clients": self.partner_ids,
            "segment": self.segment_id,
            "policies": (self.policy_numbers or "").strip(),
            "period": self.date_from and self.date_to,
        }
        if not given[self.scope]:
            raise UserError(self.env._("Say what is held."))
        if not self._ids_in_scope():
            raise UserError(self.env._("No archive is in the scope of this hold."))

    def _on_state(self, before):
        result = super()._on_state(before)
        now, user = fields.Datetime.now(), self.env.user
        for hold in self.sudo():  # nobody names somebody else
            if hold.state == "active":
                hold.write({"placed_by_id": user.id, "placed_on": now})
                hold._extend()
            else:
                hold.write({"released_by_id": user.id, "released_on": now})
                hold._mark_held(hold.archive_line_ids.archive_id.ids)
            hold._record(user)
        return result

    def _record(self, user):
        """Record it in the use log under the person's name."""
        log = self.env["insurance.use.log"].with_user(user).sudo()
        log._record(
            "hold",
            content=[f"insurance.legal.hold {self.id} {self.state}"],
            purpose_text=self.name,
            count=self.archive_count,
            # while an installation runs, the log's own connection would wait for it
            wait=self.env.registry.ready,
        )

    # --- review

    @api.model
    def _cron_remind(self):
        """Remind those responsible of holds that are to be reviewed."""
        kind = self.env.ref(REVIEW)
        for hold in self.search([("review_overdue", "=", True)]):
            kind._remind_user(hold.owner_id, hold.review_date)

    def action_review(self):
        """Note that the hold is still needed, and look again later."""
        for hold in self:
            hold.check_access("write")
            if not self.env.user.has_group(COMPLIANCE):
                raise AccessError(self.env._("Compliance reviews holds."))
            hold.review_date = self._default_review_date()
            hold.sudo()._record(self.env.user)  # the officer's own review
