from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from odoo.addons.insurance_client_archive import vault_caller
from odoo.addons.insurance_client_archive.flag_domain import flag_domain
from odoo.addons.insurance_client_archive.models.insurance_state_mixin import (
    Transition,
)

from ..person import check_person
from .insurance_client_request import COMPLIANCE, GRAVE, MODULE

HANDLERS = f"{MODULE}.group_agent,{COMPLIANCE}"
SECOND = f"{COMPLIANCE},{MODULE}.group_department_head"
OPEN = ("new", "identified", "second")
BATCH = 200


class InsuranceClientRequest(models.Model):
    """Received, identity checked, answered or refused with reasons, in time."""

    _name = "insurance.client.request"
    _inherit = [
        "insurance.client.request",
        "insurance.state.mixin",
        "insurance.history.mixin",
        "insurance.reminder.mixin",
    ]
    _history_ignored = frozenset({"state_date", "description", "answer", "number"})

    _initial_states = ("new",)
    _transitions = {
        "new": {
            "identified": Transition(groups=HANDLERS, check="_check_identity"),
            "refused": Transition(groups=COMPLIANCE, check="_check_answer"),
            "withdrawn": Transition(reason=True, groups=HANDLERS),
        },
        "identified": {
            "second": Transition(groups=COMPLIANCE, check="_check_proposed"),
            "answered": Transition(groups=COMPLIANCE, check="_check_answered"),
            "refused": Transition(groups=COMPLIANCE, check="_check_answer"),
            "withdrawn": Transition(reason=True, groups=HANDLERS),
        },
        "second": {
            "answered": Transition(groups=SECOND, check="_check_second"),
            "identified": Transition(reason=True, groups=SECOND),
        },
        "refused": {"identified": Transition(reason=True, groups=COMPLIANCE)},
    }

    state = fields.Selection(
        [
            ("new", "Received"),
            ("identified", "Identity checked"),
            ("second", "Second person decides"),
            ("answered", "Answered"),
            ("refused", "Refused"),
            ("withdrawn", "Taken back"),
        ],
        required=True,
        default="new",
        readonly=True,
        index=True,
        group_expand=True,
    )
    deadline = fields.Date(
        string="Answer until", compute="_compute_deadline", store=True, index=True
    )
    overdue = fields.Boolean(compute="_compute_overdue", search="_search_overdue")
    extension_reason = fields.Text(string="Why more time is needed", copy=False)
    extended_on = fields.Date(readonly=True, copy=False)
    extended_by_id = fields.Many2one(
        "res.users", string="Extended by", readonly=True, copy=False
    )
    lift_reason = fields.Text(
        string="Why the restriction ends", readonly=True, copy=False
    )
    lift_asked_by_id = fields.Many2one(
        "res.users", string="End asked for by", readonly=True, copy=False
    )
    lifted_on = fields.Datetime(string="Restriction ended", readonly=True, copy=False)
    lifted_by_id = fields.Many2one(
        "res.users", string="Restriction ended by", readonly=True, copy=False
    )

    @api.depends("received_on", "extended_on")
    def _compute_deadline(self):
        parameter = self.env["insurance.parameter"]
        days = parameter._get("rights_request_days")
        more = parameter._get("rights_request_extension_days")
        for asked in self:
            whole = days + (more if asked.extended_on else 0)
            start = asked.received_on
            asked.deadline = start and fields.Date.add(start, days=whole)

    @api.depends("deadline", "state")
    def _compute_overdue(self):
        today = fields.Date.context_today(self)
        for asked in self:
            due = asked.state in OPEN and asked.deadline
            asked.overdue = bool(due) and due < today

    def _search_overdue(self, operator, value):
        late = Domain("state", "in", OPEN) & Domain("deadline", "<", "today")
        return flag_domain(operator, value, late)

    # --- steps

    def action_identify(self):
        """Note that it is the client, or somebody who may speak for the client."""
        self._step("identified")

    def action_take_back(self):
        """Ask why the client takes the request back."""
        return self.with_context(target_state="withdrawn").action_change_state()

    def action_propose(self):
        """Bring a deletion or restriction before a second person."""
        self._step("second")

    def action_answer(self):
        """Give the answer, and do what was asked."""
        self._step("answered")

    def action_refuse(self):
        """Refuse, with the reasons in the answer."""
        self._step("refused")

    def action_second(self):
        """Decide as the second person, and carry it out."""
        self._step("answered")

    def action_extend(self):
        """Take more time, once, with a reason that the client is told."""
        for asked in self:
            asked._check_compliance()
            if asked.extended_on or asked.state not in OPEN:
                raise UserError(self.env._("Only an open request is extended, once."))
            if not (asked.extension_reason or "").strip():
                raise UserError(self.env._("Enter why more time is needed."))
            # superuser: who and when follow from the step
            asked.sudo().write(
                {
                    "extended_on": fields.Date.context_today(self),
                    "extended_by_id": self.env.uid,
                }
            )

    def _step(self, target):
        """Move on as the user, who need not be able to write the record."""
        self.check_access("read")
        for asked in self:
            asked._check_transition(target, None)
            # superuser: group, access and conditions were checked just before
            asked.sudo().write({"state": target})
        return True

    def _check_compliance(self):
        self.check_access("read")
        if not self.env.user.has_group(COMPLIANCE):
            raise AccessError(self.env._("Compliance answers requests of clients."))

    # --- conditions

    def _check_identity(self):
        self.ensure_one()
        if not self.identity_method:
            raise UserError(self.env._("Enter how the identity was checked."))
        if self.identity_method == "portal" and not self.portal_user_id:
            raise UserError(
                self.env._("This request did not come in on the portal: check anew.")
            )
        if self.requester == "agent" and self.identity_method != "power":
            raise UserError(
                self.env._("Have the power of attorney and the identity card shown.")
            )

    def _check_answer(self):
        self.ensure_one()
        if not (self.answer or "").strip():
            raise UserError(
                self.env._("Enter the answer; a refusal needs its reasons (PIPL 50).")
            )

    def _check_proposed(self):
        self._check_answer()
        if self.kind not in GRAVE:
            raise UserError(self.env._("This request needs no second person."))

    def _check_answered(self):
        self._check_answer()
        if self.kind in GRAVE:
            raise UserError(
                self.env._("Deletion and restriction are decided by a second person.")
            )

    def _check_second(self):
        self.ensure_one()
        if not self.env.su or vault_caller.runs_stored_code():
            # superuser: the step itself, which has asked before (``_step``)
            check_person(self.env)
        if self.env.user in self.decided_by_id | self.handler_id | self.user_id:
            raise AccessError(
                self.env._(
                    "The second person is somebody who has not handled the request."
                )
            )

    # --- what follows from a step

    def _on_state(self, before):
        result = super()._on_state(before)
        for asked in self:
            # superuser: who and when follow from the step itself, nobody enters them
            system = asked.sudo()
            system.write(asked._vals_of_step(before[asked.id]))
            if asked.state == "answered" and asked.kind in GRAVE:
                system.archive_id._restrict(system)
            if asked.state in ("answered", "refused"):
                asked.archive_id._log_use(
                    "approve" if asked.state == "answered" else "denied",
                    content=[self._name],
                    purpose="client_request",
                    purpose_text=asked.number,
                    wait=False,
                )
        return result

    def _vals_of_step(self, left):
        self.ensure_one()
        today = fields.Date.context_today(self)
        me = self.env.uid
        if self.state == "identified" and left == "new":
            return {
                "identity_checked_by_id": me,
                "identity_checked_on": fields.Datetime.now(),
            }
        if self.state == "second":
            return {"decided_by_id": me, "handler_id": self.handler_id.id or me}
        if self.state == "answered" and left == "second":
            return {"approved_by_id": me, "answered_on": today}
        if self.state in ("answered", "refused"):
            return {
                "decided_by_id": me,
                "answered_on": today,
                "handler_id": self.handler_id.id or me,
            }
        if self.state == "identified":
            return {"decided_by_id": False, "answered_on": False}
        return {}

    # --- the way back

    def action_ask_lift(self):
        """Ask that a restriction ends; the reason is asked for."""
        self.ensure_one()
        self._check_lifting()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("End the restriction"),
            "res_model": "insurance.client.request.lift",
            "view_mode": "form",
            "target": "new",
            "context": {"default_request_id": self.id, "dialog_size": "medium"},
        }

    def _ask_lift(self, reason):
        for asked in self:
            asked._check_lifting()
            # superuser: who asks follows from the step
            asked.sudo().write(
                {"lift_reason": reason, "lift_asked_by_id": self.env.uid}
            )

    def action_lift(self):
        """End the restriction, as somebody who did not ask for it."""
        check_person(self.env)
        for asked in self:
            asked.check_access("read")
            if not self.env.user.has_groups(SECOND):
                raise AccessError(self.env._("Compliance answers requests of clients."))
            if not asked.lift_asked_by_id or asked.lifted_on:
                raise UserError(self.env._("Nobody has asked to end the restriction."))
            if self.env.user == asked.lift_asked_by_id:
                raise AccessError(
                    self.env._(
                        "The second person is somebody who has not handled the request."
                    )
                )
            # superuser: role and second person were checked just before
            system = asked.sudo()
            system.write(
                {
                    "lifted_on": fields.Datetime.now(),
                    "lifted_by_id": self.env.uid,
                }
            )
            system.archive_id._lift_restriction(system.lift_reason)

    def _check_lifting(self):
        self._check_compliance()
        if self.kind not in GRAVE or self.state != "answered" or self.lifted_on:
            raise UserError(self.env._("This request restricts nothing (any more)."))

    # --- reminders

    @api.model
    def _cron_remind(self, batch_size=BATCH):
        """Remind compliance of requests that fall due."""
        days = self.env["insurance.parameter"]._get("feedback_reminder_days")
        limit = fields.Date.add(fields.Date.context_today(self), days=days)
        due = Domain("state", "in", OPEN) & Domain("deadline", "<=", limit)
        self._in_batches([(due, "_remind_compliance")], batch_size)

    def _remind_compliance(self):
        kind = self.env.ref("insurance_compliance.mail_activity_type_client_right")
        # superuser: who of the company is in compliance is no secret
        officers = self.env.ref(COMPLIANCE).sudo().all_user_ids
        for asked in self:
            allowed = officers.filtered(
                lambda user, asked=asked: asked.company_id in user.company_ids
            )
            for user in asked.handler_id or allowed:
                kind._remind_user(user, asked.deadline)
