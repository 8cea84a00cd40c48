from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

#: what follows from a step and is entered by nobody
STEP_FIELDS = frozenset(
    {
        "user_id",
        "number",
        "receipt_on",
        "answered_on",
        "review_requested_on",
        "review_decided_on",
        "first_handler_id",
        "extension_asked_by_id",
        "extension_approved_by_id",
        "extension_approved_on",
        "extension_told_on",
        "escalated_on",
        "escalated_by_id",
        "portal_user_id",
        "satisfaction_id",
    }
)


class InsuranceFeedback(models.Model):
    """Who handles it: nobody with an interest in a complaint (art. 17)."""

    _inherit = "insurance.feedback"

    complained_user_id = fields.Many2one(
        "res.users",
        string="About whom",
        index="btree_not_null",
        domain="[('share', '=', False)]",
        help="The employee the client complains about, if it is one.",
    )
    handler_id = fields.Many2one(
        "res.users",
        string="Handled by",
        index="btree_not_null",
        copy=False,
        domain="[('share', '=', False)]",
        help="Neither the person complained about nor the client's own agent.",
    )
    first_handler_id = fields.Many2one(
        "res.users", string="First decided by", readonly=True, copy=False
    )
    statement = fields.Text(
        string="Statement of the person concerned",
        copy=False,
        help="All that somebody with an interest may add to a complaint.",
    )
    handler_conflict = fields.Boolean(
        string="Handler conflict",
        compute="_compute_handler_conflict",
        help="The handler has come to have an interest, for example by a handover.",
    )
    concerned = fields.Boolean(
        compute="_compute_concerned",
        help="The current user has an interest in this complaint.",
    )
    locked = fields.Boolean(
        compute="_compute_concerned",
        help="The current user may add a statement and nothing else.",
    )

    @api.depends(
        "handler_id", "kind", "complained_user_id", "first_handler_id", "state"
    )
    def _compute_handler_conflict(self):
        for feedback in self:
            feedback.handler_conflict = (
                feedback.handler_id in feedback._interested_users()
            )

    @api.depends(
        "kind", "complained_user_id", "archive_id", "policy_id", "claim_id", "state"
    )
    @api.depends_context("uid")
    def _compute_concerned(self):
        user = self.env.user
        for feedback in self:
            known = feedback._origin
            feedback.concerned = bool(known) and user in known._interested_users()
            feedback.locked = feedback.concerned and not feedback._is_own_note()

    @api.constrains("handler_id", "complained_user_id", "policy_id", "claim_id", "kind")
    def _check_handler_without_interest(self):
        for feedback in self:
            handler = feedback.handler_id
            if handler and handler in feedback._interested_users():
                raise ValidationError(
                    self.env._(
                        "%s has an interest in this complaint: the person complained "
                        "about, the client's or the selling agent, the handler of the "
                        "claim or the first decision. Choose somebody else (Complaint "
                        "Measures, art. 17).",
                        handler.name,
                    )
                )

    @api.constrains("handler_id")
    def _check_handler_may_open(self):
        for feedback in self:
            handler = feedback.handler_id
            archive = feedback.archive_id.with_user(handler)
            if handler and not archive.has_access("write"):
                raise ValidationError(
                    self.env._(
                        "%s may not work on this client's archive. Choose the account "
                        "manager or the supervisor of the team.",
                        handler.name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_step_fields(vals, allowed={"user_id", "number"})
        feedbacks = super().create(vals_list)
        for feedback in feedbacks:
            if not feedback.handler_id:
                feedback.handler_id = feedback._default_handler()
        return feedbacks

    def write(self, vals):
        self._check_step_fields(vals)
        self._check_impartial(vals)
        self._check_register(vals)
        return super().write(vals)

    def action_handle_myself(self):
        """Take the case on."""
        self.write({"handler_id": self.env.uid})

    def _check_handled(self):
        self.ensure_one()
        if not self.handler_id:
            raise UserError(
                self.env._("Choose who handles this before you go on with it.")
            )
        # the client may have been handed over to the handler in the meantime
        self._check_handler_without_interest()

    def _check_step_fields(self, vals, allowed=frozenset()):
        """Refuse days and names that follow from a step, entered by hand."""
        if not self.env.su and not STEP_FIELDS.isdisjoint(vals.keys() - set(allowed)):
            raise UserError(
                self.env._(
                    "Days and names of the steps are noted by the steps themselves. "
                    "Use the buttons."
                )
            )

    def _check_impartial(self, vals=None):
        """Keep those with an interest from working on a complaint."""
        if self.env.su or (vals is not None and vals.keys() <= {"statement"}):
            return
        user = self.env.user
        for feedback in self:
            own = feedback._is_own_note()
            if vals is not None and own and "state" not in vals:
                continue
            if user in feedback._interested_users():
                raise UserError(
                    self.env._(
                        "You have an interest in “%s” and can only add your "
                        "statement. The handler does the rest.",
                        feedback.display_name,
                    )
                )

    def _is_own_note(self):
        """Tell whether the user took it down and nobody works on it yet.

        Until then it can be put right, also by somebody with an interest.
        """
        self.ensure_one()
        return self.state == "new" and self.user_id == self.env.user

    def _check_register(self, vals):
        """Keep what the clock runs on once work has begun."""
        fixed = {"kind", "received_on", "archive_id"} & vals.keys()
        if self.env.su or not fixed:
            return
        for feedback in self.filtered(lambda one: one.state != "new"):
            kept = {
                "kind": feedback.kind,
                "received_on": fields.Date.to_string(feedback.received_on),
                "archive_id": feedback.archive_id.id,
            }
            if any(
                (str(vals[name]) if name == "received_on" else vals[name]) != kept[name]
                for name in fixed
            ):
                raise UserError(
                    self.env._(
                        "Kind, client and day of receipt stay once “%s” is being "
                        "worked on.",
                        feedback.display_name,
                    )
                )

    def _interested_users(self):
        """Return who must not handle this complaint."""
        self.ensure_one()
        if self.kind != "complaint":
            return self.env["res.users"]
        links = (self.archive_id, self.policy_id, self.claim_id)
        if not self.id:
            # a form that is not saved yet may name any record
            links = [link.sudo(False)._filtered_access("read") for link in links]
        # superuser: the names decide who may act, whoever asks; none is shown
        archive, policy, claim = (link.sudo() for link in links)
        return (
            self.complained_user_id
            | archive.agent_id
            | policy.agent_id
            | claim.user_id
            | self.first_handler_id
        ).sudo(False)

    def _default_handler(self):
        """Return who handles it: of a complaint, the first without interest."""
        self.ensure_one()
        # superuser: who is responsible for a client decides, whoever takes it down
        archive = self.sudo().archive_id
        candidates = archive.manager_id | archive.team_id.user_id
        if self.kind != "complaint":
            candidates = archive.agent_id | candidates
        interested = self._interested_users()
        for user in (candidates - interested).filtered("active"):
            if archive.with_user(user).has_access("write"):
                return user
        return candidates.browse()
