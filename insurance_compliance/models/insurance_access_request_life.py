from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tools import SQL


class InsuranceAccessRequest(models.Model):
    """What the applicant does with an application; what ends it."""

    _inherit = "insurance.access.request"

    use_text = fields.Text(
        string="What was used",
        readonly=True,
        copy=False,
        help="As the applicant confirms at the end.",
    )
    copies = fields.Selection(
        [
            ("none", "No copies were made"),
            ("returned", "Copies were given back"),
            ("destroyed", "Copies were destroyed"),
        ],
        readonly=True,
        copy=False,
    )
    copies_text = fields.Text(string="Which copies", readonly=True, copy=False)
    closed_on = fields.Datetime(readonly=True, copy=False)
    is_over = fields.Boolean(
        string="Over",
        compute="_compute_is_over",
        search="_search_is_over",
        help="The period has ended, or the grant was ended before.",
    )
    is_overdue = fields.Boolean(
        string="Use to be confirmed",
        compute="_compute_is_over",
        search="_search_is_overdue",
        help="The period is over and the use has not been confirmed.",
    )
    state_text = fields.Char(string="Now", compute="_compute_is_over")

    def action_submit(self):
        """Ask those who decide. What is not allowed anyway is said at once."""
        for request in self:
            request._act_as_applicant()
            request._freeze_segment()
            if problems := request._problems_of_applicant():
                raise UserError("\n".join(problems))
            revision = request.revision + 1
            values = {
                **request._route(),
                "state": "submitted",
                "revision": revision,
                "submitted_on": fields.Datetime.now(),
                "approver_id": False,
                "second_approver_id": False,
            }
            request._store(values)
            request._note_step("submitted", note=request._content_text())
        self._ask_deciders()
        return {"type": "ir.actions.act_window_close"}

    def _freeze_segment(self):
        """Name the clients that are in the saved segment now.

        Those that the applicant may open: a segment is no way to find others.
        """
        if self.scope != "segment" or not self.segment_id:
            return
        archives = self.env["insurance.archive"].search(
            self.segment_id._archives_domain(), limit=self._policy().max_archives + 1
        )
        if not archives:
            raise UserError(
                self.env._("No client that you may open is in this segment now.")
            )
        self.line_ids = [
            Command.clear(),
            *(Command.create({"archive_id": archive.id}) for archive in archives),
        ]

    def action_take_back(self):
        """Back to draft: what is changed must be submitted anew."""
        for request in self:
            request._act_as_applicant()
            request._store({"state": "draft"})
            request._note_step("taken_back")
        return True

    def action_close(self):
        """Open the dialog in which the applicant confirms the use."""
        self.ensure_one()
        self._check_applicant()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Confirm the use"),
            "res_model": "insurance.access.close",
            "view_mode": "form",
            "target": "new",
            "context": {"default_request_id": self.id},
        }

    def _close(self, use_text, copies, copies_text):
        self._act_as_applicant()
        if self.state not in ("approved", "revoked"):
            raise UserError(self.env._("There is no use to confirm."))
        if not (use_text or "").strip():
            raise UserError(self.env._("Say what you have used."))
        if copies != "none" and not (copies_text or "").strip():
            raise UserError(self.env._("Say which copies, and where they are now."))
        if self._grant_runs():
            self._end_grant(self.env._("The use is finished."))
        self._store(
            {
                "state": "closed",
                "use_text": use_text,
                "copies": copies,
                "copies_text": copies_text,
                "closed_on": fields.Datetime.now(),
            }
        )
        self._note_step("closed", note=use_text)

    def _end_grant(self, reason):
        # superuser: who may end the grant has been asked by the caller
        self.grant_id.sudo()._end(reason)

    def _grant_runs(self):
        """Tell whether the grant still opens anything."""
        # superuser: period and state of the applicant's own grant
        grant = self.grant_id.sudo()
        return grant.state == "active" and grant.date_to > fields.Datetime.now()

    @api.depends("state", "date_to", "grant_id.date_to", "grant_id.state")
    @api.depends_context("lang")
    def _compute_is_over(self):
        for request in self:
            approved = request.state == "approved"
            request.is_over = approved and not request._grant_runs()
            request.is_overdue = request.is_over or request.state == "revoked"
            request.state_text = (
                self.env._("Expired")
                if request.is_over
                else request._state_label(request.state)
            )

    def _search_is_over(self, operator, value):
        if operator != "in" or set(value) != {True}:
            return NotImplemented
        return fields.Domain("state", "=", "approved") & (
            fields.Domain("grant_id.date_to", "<=", "now")
            | fields.Domain("grant_id.state", "!=", "active")
        )

    def _search_is_overdue(self, operator, value):
        over = self._search_is_over(operator, value)
        if over is NotImplemented:
            return over
        return over | fields.Domain("state", "=", "revoked")

    def _act_as_applicant(self):
        """Only the applicant, logged in, and nobody else at the same moment."""
        self.ensure_one()
        self._check_applicant()
        self.env["insurance.access.step"]._check_person()
        self._take_turn()

    def _check_applicant(self):
        if self.user_id.id != self.env.uid:
            raise AccessError(self.env._("Only the applicant can do this."))

    def _take_turn(self):
        """Wait for whoever is at work on the application; then look at it anew.

        Who comes second starts over (the database refuses the older view), and is
        told what the first has done.
        """
        self.flush_recordset()
        self.env.execute_query(
            SQL(
                "SELECT id FROM insurance_access_request WHERE id = ANY(%s) FOR UPDATE",
                self.ids,
            )
        )
        self.invalidate_recordset()

    def _note_step(self, kind, **values):
        # superuser: nobody writes the steps but these actions
        return (
            self.env["insurance.access.step"]
            .sudo()
            .create(
                {
                    "request_id": self.id,
                    "applicant_id": self.user_id.id,
                    "revision": self.revision,
                    "kind": kind,
                    **values,
                }
            )
        )

    def _recorded_uses(self):
        """Return {action: how often} of what the log has of this grant."""
        self._check_applicant()
        if not self.grant_id:
            return {}
        # superuser: counts of the applicant's own uses
        log = self.env["insurance.use.log"].sudo()
        own = [
            ("grant_id", "=", self.grant_id.id),
            ("user_number", "=", self.user_id.id),
            ("date", ">=", self.submitted_on),
            ("result", "=", "done"),
        ]
        return dict(log._read_group(own, ["action"], ["__count"]))
