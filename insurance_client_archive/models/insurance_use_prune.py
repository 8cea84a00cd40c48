from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL

from .. import use_log_epoch, use_log_prune, use_log_schema, vault_process
from .insurance_state_mixin import Transition
from .insurance_use_log import MODULE

COMPLIANCE = f"{MODULE}.group_compliance"
#: what a person says; everything else the server fills in
CONTENT = frozenset({"before", "reason"})
ASKED = CONTENT | {"state", "state_reason"}


class InsuranceUsePrune(models.Model):
    """Deletion of use records whose time is over: one officer asks, another approves.

    Whole epochs go, never single records. What went is in signed records that stay.
    """

    _name = "insurance.use.prune"
    _inherit = "insurance.state.mixin"
    _description = "Deletion of old use records"
    _order = "id desc"
    _rec_name = "before"

    _initial_states = ("draft",)
    _transitions = {
        "draft": {
            "requested": Transition(groups=COMPLIANCE, check="_check_something"),
        },
        "requested": {
            "draft": Transition(groups=COMPLIANCE),
            "approved": Transition(groups=COMPLIANCE, check="_check_second_person"),
            "refused": Transition(reason=True, groups=COMPLIANCE),
        },
        "approved": {"done": Transition(check="_check_server")},
    }

    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("requested", "Waiting for approval"),
            ("approved", "Being deleted"),
            ("done", "Deleted"),
            ("refused", "Refused"),
        ],
        default="draft",
        required=True,
        readonly=True,
    )
    before = fields.Date(
        string="Records before",
        required=True,
        default=lambda self: self._retention_limit(),
        help="Records of this day and later stay.",
    )
    reason = fields.Char(
        string="Why", required=True, help="Stands in the log with the approval."
    )
    requested_by_id = fields.Many2one("res.users", string="Asked by", readonly=True)
    approved_by_id = fields.Many2one("res.users", string="Approved by", readonly=True)
    epoch_count = fields.Integer(
        string="Epochs", compute="_compute_preview", store=True
    )
    record_count = fields.Integer(
        string="Records to delete", compute="_compute_preview", store=True
    )
    held_count = fields.Integer(
        string="Kept under a hold",
        compute="_compute_preview",
        store=True,
        help="A hold on one record keeps the whole epoch.",
    )
    first_date = fields.Datetime(
        string="Oldest record", compute="_compute_preview", store=True
    )
    last_date = fields.Datetime(
        string="Youngest record", compute="_compute_preview", store=True
    )
    done_count = fields.Integer(string="Deleted records", readonly=True)
    pruned_text = fields.Text(
        string="Signed records",
        readonly=True,
        help="Epochs, number of records and hash of what was deleted.",
    )

    @api.depends("before")
    def _compute_preview(self):
        for prune in self:
            if prune.state in ("approved", "done"):
                continue
            with use_log_epoch.open_cursor(self.env.cr.dbname) as cr:
                pieces, held, dates = prune._preview(cr)
            prune.epoch_count = sum(piece.last - piece.first + 1 for piece in pieces)
            prune.record_count = sum(piece.count for piece in pieces)
            prune.held_count = held
            prune.first_date, prune.last_date = dates

    @api.constrains("before")
    def _check_before(self):
        limit = self._retention_limit()
        if any(prune.before > limit for prune in self):
            raise ValidationError(
                self.env._(
                    "Use records are kept for %(years)s years. Choose a day up to "
                    "%(limit)s.",
                    years=self._retention_years(),
                    limit=fields.Date.to_string(limit),
                )
            )

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_asked(vals)
        prunes = super().create(vals_list)
        # as superuser: nobody names somebody else
        prunes.sudo().write({"requested_by_id": self.env.uid})
        return prunes

    def write(self, vals):
        self._check_asked(vals)
        content = CONTENT & vals.keys()
        if content and "state" in vals:
            # what is written along with a step is asked for, and then looked at
            self.write({name: vals[name] for name in content})
            return self.write({name: vals[name] for name in vals.keys() - content})
        if content:
            self._check_draft()
            # as superuser: whoever wrote it last has asked for it
            self.sudo().requested_by_id = self.env.uid
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_asked(self):
        self._check_draft()

    def _check_asked(self, vals):
        if not self.env.su and not ASKED.issuperset(vals):
            raise UserError(self.env._("The server fills this in by itself."))

    def _check_draft(self):
        if any(prune.state != "draft" for prune in self):
            raise UserError(
                self.env._("What was asked for stays as it is. Make a new request.")
            )

    def _check_something(self):
        self.env.add_to_compute(self._fields["record_count"], self)
        if not all(prune.record_count for prune in self):
            raise UserError(
                self.env._("There are no records to delete before this day.")
            )

    def _check_second_person(self):
        if any(prune.requested_by_id == self.env.user for prune in self):
            raise UserError(
                self.env._("Somebody else in compliance must approve your request.")
            )

    def _check_server(self):
        if not self.env.su:
            raise UserError(self.env._("The server deletes, after the approval."))

    def _on_state(self, before):
        result = super()._on_state(before)
        for prune in self:
            if prune.state == "requested":
                # as superuser: nobody names somebody else
                prune.sudo().requested_by_id = self.env.uid
                prune._ask_officers()
            elif prune.state == "approved":
                prune._approve()
        return result

    def _approve(self):
        """Keep and record who approves; the server deletes after the commit."""
        # as superuser: nobody names somebody else
        self.sudo().approved_by_id = self.env.user
        self.env["insurance.use.log"].sudo()._record(
            "approve",
            content=["insurance.use.prune"],
            count=self.record_count,
            purpose_text=self.reason,
        )
        # only to start it now; the job looks for approved requests itself
        self.env.ref(f"{MODULE}.cron_use_log_prune").sudo()._trigger()

    def _ask_officers(self):
        """Tell the other officers that a request waits; the text names no client."""
        officers = self.env.ref(COMPLIANCE).all_user_ids - self.requested_by_id
        activity_type = self.env.ref("mail.mail_activity_data_todo")
        for officer in officers.filtered("active"):
            translated = self.with_context(lang=officer.lang)
            # an activity of its own: the request has no followers
            self.env["mail.activity"].sudo().create(
                {
                    "activity_type_id": activity_type.id,
                    "user_id": officer.id,
                    "summary": translated.env._(
                        "Approve or refuse the deletion of old use records"
                    ),
                }
            )

    @api.model
    def _cron_prune(self):
        """Carry out what is approved, a month in each step."""
        approved = self.search([("state", "=", "approved")], order="id")
        commit = self.env["ir.cron"]._commit_progress
        commit(remaining=len(approved))
        for prune in approved:
            prune._run(commit)
            commit(1)

    def _run(self, commit=lambda: None):
        """Delete piece by piece, each in a transaction of its own.

        A piece that is gone is not found again, so a job that was killed goes on where
        it stopped.
        """
        self.ensure_one()
        database = self.env.cr.dbname
        with use_log_epoch.open_cursor(database) as cr:
            pieces, _held, _dates = self._preview(cr)
        for piece in pieces:
            with use_log_epoch.open_cursor(database) as cr:
                record = self._prune(cr, piece)
            texts = filter(None, [self.pruned_text, self._line(record)])
            # as superuser: nobody but the server says what was deleted
            self.sudo().write(
                {
                    "done_count": self.done_count + record["count"],
                    "pruned_text": "\n".join(texts),
                }
            )
            commit()
        with use_log_epoch.open_cursor(database) as cr:
            # rather an empty month than readers and writers that wait
            cr.execute(SQL("SET LOCAL lock_timeout = '2s'"))
            use_log_schema.drop_months(cr)
        # as superuser: the last step is the server's
        self.sudo().state = "done"

    def _prune(self, cr, piece):
        """Record and delete one piece; return the signed record."""
        cr.execute(SQL("SELECT name, value FROM insurance_vault_fingerprint"))
        keyring = vault_process.log_keys(dict(cr.fetchall()))
        record = use_log_prune.announce(
            cr,
            keyring,
            piece,
            self._limit(cr),
            self.requested_by_id.id,
            self.approved_by_id.id,
        )
        # the writer works in a transaction of its own: it is there before they go
        self.env["insurance.use.log"].with_user(self.approved_by_id)._record(
            "prune", content=[self._line(record)], count=record["count"]
        )
        use_log_prune.carry_out(cr, record)
        return record

    def _line(self, record):
        return "epochs {first_epoch}-{last_epoch}: {count} records, {digest}".format(
            digest=record["hash"].hex(), **record
        )

    def _preview(self, cr):
        self.ensure_one()
        return use_log_prune.preview(cr, self._limit(cr), self._prune_hold_condition())

    def _limit(self, cr):
        start = fields.Datetime.to_datetime(self.before or fields.Date.today())
        return use_log_prune.limit(cr, start)

    @api.model
    def _prune_hold_condition(self):
        """Override to return SQL that is true for a record (``log``) that must stay."""
        return SQL("FALSE")

    @api.model
    def _retention_years(self):
        return self.env["insurance.parameter"]._get("use_record_years")

    @api.model
    def _retention_limit(self):
        return fields.Date.today() - relativedelta(years=self._retention_years())
