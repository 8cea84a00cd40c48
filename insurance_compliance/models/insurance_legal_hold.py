from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import SQL

from odoo.addons.insurance_client_archive.models.insurance_state_mixin import (
    Transition,
)

from .insurance_retention_rule import MODULE

COMPLIANCE = f"{MODULE}.group_compliance"
REVIEW = "insurance_compliance.mail_activity_type_legal_hold"
#: what says which archives are held
SCOPE = ("scope", "partner_ids", "segment_id", "policy_numbers", "date_from", "date_to")
HELD = SQL(
    """
    EXISTS (SELECT FROM insurance_legal_hold_archive line
              JOIN insurance_legal_hold hold ON hold.id = line.hold_id
             WHERE line.archive_id = insurance_retention.archive_id
               AND hold.state = 'active')
    """
)


class InsuranceLegalHold(models.Model):
    """Keep everything, whatever the rules of retention say: a lawsuit, an inquiry."""

    _name = "insurance.legal.hold"
    _inherit = "insurance.state.mixin"
    _description = "Legal hold"
    _order = "id desc"

    _initial_states = ("draft",)
    _transitions = {
        "draft": {"active": Transition(groups=COMPLIANCE, check="_check_scope")},
        "active": {"released": Transition(reason=True, groups=COMPLIANCE)},
    }

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
        if operator != "in":
            return NotImplemented
        late = Domain("state", "=", "active") & Domain("review_date", "<=", "today")
        return Domain.OR(late if wanted else ~late for wanted in value)

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

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._refuse_filled_in(vals)
        return super().create(vals_list)

    def write(self, vals):
        self._refuse_filled_in(vals)
        if any(hold.state != "draft" for hold in self) and not vals.keys().isdisjoint(
            {*SCOPE, "company_id"}
        ):
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

    def _refuse_filled_in(self, vals):
        filled = {"placed_by_id", "placed_on", "released_by_id", "released_on"}
        if not self.env.su and filled & vals.keys():
            raise UserError(self.env._("The server fills this in by itself."))

    # --- steps

    def action_place(self):
        """Hold everything in the scope from now on."""
        self.write({"state": "active"})

    def action_release(self):
        """Ask why the hold is not needed any more."""
        return self.with_context(target_state="released").action_change_state()

    def action_open_archives(self):
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

    # --- scope

    def _extend(self):
        """Hold what is in the scope now; nothing is let go."""
        for hold in self:
            ids = hold._ids_in_scope()
            self.env.flush_all()
            query = SQL(
                "INSERT INTO insurance_legal_hold_archive (hold_id, archive_id)"
                " SELECT %s, unnest(%s::integer[]) ON CONFLICT DO NOTHING"
                " RETURNING archive_id",
                hold.id,
                ids,
            )
            added = [row[0] for row in self.env.execute_query(query)]
            hold.invalidate_recordset(["archive_line_ids"])
            hold._mark_held(added)

    def _mark_held(self, archive_ids):
        """Bring the mark on the archives' ends up to date.

        Writing these rows is what makes a destruction that runs at the same time begin
        anew, and see the hold.
        """
        if not archive_ids:
            return
        self.env.flush_all()
        ids = sorted(archive_ids)
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO insurance_retention (archive_id, status, held)
                SELECT id, 'none', false FROM insurance_archive
                 WHERE id = ANY(%s) AND state <> 'destroyed'
                    ON CONFLICT DO NOTHING
                """,
                ids,
            )
        )
        self.env.cr.execute(
            SQL(
                "UPDATE insurance_retention SET held = (%s) WHERE archive_id = ANY(%s)",
                HELD,
                ids,
            )
        )
        self.env["insurance.retention"]._forget()

    def _ids_in_scope(self, within=None):
        """Return the ids of the archives that the hold is about.

        :param within: look only at these ids
        """
        self.ensure_one()
        # superuser: a hold reaches archives that compliance can't open
        archives = self.env["insurance.archive"].sudo()
        domain = self._scope_domain() & Domain("state", "!=", "destroyed")
        domain &= Domain("company_id", "=", self.company_id.id)
        if within is not None:
            domain &= Domain("id", "in", list(within))
        return archives.search(domain, order="id").ids

    def _scope_domain(self):

        if self.scope == "clients":
            return Domain("partner_id", "in", self.partner_ids.ids)
        if self.scope == "segment":
            return self.segment_id.sudo()._archives_domain()  # any saved segment
        if self.scope == "policies":
            numbers = (self.policy_numbers or "").split()
            return Domain("policy_ids.number", "in", numbers)
        first, last = self.date_from, self.date_to
        first_moment = fields.Datetime.to_datetime(first)
        # until the end of the last day, wherever that is
        last_moment = fields.Datetime.add(fields.Datetime.to_datetime(last), days=2)
        first_moment = fields.Datetime.subtract(first_moment, days=1)
        in_force = Domain("start_date", "<=", last) & (
            Domain("end_date", "=", False) | Domain("end_date", ">=", first)
        )
        moments = Domain("date", ">=", first_moment) & Domain("date", "<", last_moment)
        days = Domain("received_on", ">=", first) & Domain("received_on", "<=", last)
        events = Domain("event_date", ">=", first) & Domain("event_date", "<=", last)
        return (
            Domain("policy_ids", "any", in_force)
            | Domain("interaction_ids", "any", moments)
            | Domain("feedback_ids", "any", days)
            | Domain("claim_ids", "any", events)
        )

    @api.model
    def _refresh_scopes(self):
        """Hold what has come into the scope of a hold since."""
        self.search([("state", "=", "active")])._extend()

    @api.model
    def _held_ids(self, archive_ids):
        """Return which of the archives are held, by what is on file at this moment."""
        if not archive_ids:
            return []
        # superuser: holds are hidden from those whom they stop
        holds = self.sudo().search([("state", "=", "active")])
        self.env.flush_all()
        query = SQL(
            "SELECT DISTINCT archive_id FROM insurance_legal_hold_archive"
            " WHERE archive_id = ANY(%s) AND hold_id = ANY(%s)",
            list(archive_ids),
            holds.ids,
        )
        found = {row[0] for row in self.env.execute_query(query)}
        for hold in holds:
            rest = set(archive_ids) - found
            if rest:
                # what came into the scope since last night
                found.update(hold._ids_in_scope(rest))
        return sorted(found)

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
