from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from odoo.addons.insurance_client_archive.models.insurance_state_mixin import (
    Transition,
)

MODULE = "insurance_client_archive"
BATCH = 500
PROFILING = "profiling"


class InsuranceConsent(models.Model):
    """Withdrawal, expiry, renewal; and what ends together with a consent."""

    _name = "insurance.consent"
    _inherit = [
        "insurance.consent",
        "insurance.state.mixin",
        "insurance.reminder.mixin",
    ]

    _initial_states = ("given", "refused")
    _transitions = {
        "given": {
            "withdrawn": Transition(reason=True),
            "expired": Transition(check="_check_over"),
            "replaced": Transition(),
        },
        "refused": {"replaced": Transition()},
    }

    state = fields.Selection(
        [
            ("given", "Given"),
            ("refused", "Refused"),
            ("withdrawn", "Withdrawn"),
            ("expired", "Expired"),
            ("replaced", "Replaced"),
        ],
        required=True,
        default="given",
        readonly=True,
        index=True,
    )

    def action_withdraw(self):
        """Ask why and how the client withdraws."""
        self._check_withdrawable()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Withdraw consent"),
            "res_model": "insurance.consent.withdraw",
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_consent_ids": [fields.Command.set(self.ids)],
                "dialog_size": "medium",
            },
        }

    def _check_withdrawable(self):
        """Refuse who may not speak for the client, and what is over already."""
        self.check_access("read")
        if not self or any(consent.state != "given" for consent in self):
            raise UserError(self.env._("Only a consent that was given is withdrawn."))
        user = self.env.user
        if user.has_group(f"{MODULE}.group_compliance"):
            return
        if not user.has_group(f"{MODULE}.group_agent"):
            raise AccessError(
                self.env._("The client's agent or compliance takes down a withdrawal.")
            )

    def _withdraw(self, reason, channel):
        """Withdraw, and end in the same transaction what rested on the consents.

        The caller has checked who speaks for the client. What was done before stays
        lawful (PIPL 15).
        """
        # superuser: only the withdrawal is written, by whoever takes it down
        system = self.sudo()
        system.write(
            {
                "state": "withdrawn",
                "state_reason": reason,
                "withdrawn_on": fields.Datetime.now(),
                "withdrawn_by_id": self.env.uid,
                "withdrawn_channel": channel,
            }
        )
        system._end_dependent(reason)
        self.archive_id._log_use(
            "edit", content=[self._name], purpose_text="withdrawal", wait=False
        )
        system._on_answer()

    def _end_dependent(self, reason):
        """End what rests on these consents; override to end more."""
        self.env["insurance.share"]._end_for_consent(self)

    def _replace(self):
        """A new answer takes the place of these."""
        self.write({"state": "replaced"})
        # the index allows one living answer at any moment
        self.flush_recordset()

    def _on_answer(self):
        """Let the client leave or enter the automated classes at once."""
        profiled = self.filtered(lambda one: one.processing_id.code == PROFILING)
        if profiled:
            self.env["insurance.client.class"]._refresh(profiled.archive_id.ids)
        contacts = self.partner_id
        self._finish_reminders(["consent"], contacts)

    def _check_over(self):
        self.ensure_one()
        today = fields.Date.context_today(self)
        last = [day for day in (self.valid_until, self.renew_by) if day]
        if not last or min(last) >= today:
            raise UserError(self.env._("The consent has not expired."))

    @api.model
    def _cron_expire(self, batch_size=BATCH):
        """Close what has run out; remind agents of what is to be renewed."""
        over = Domain("valid_until", "<", "today") | Domain("renew_by", "<", "today")
        given = Domain("state", "=", "given")
        soon = (
            given
            & Domain("renew_by", "!=", False)
            & Domain("archive_id.agent_id.active", "=", True)
            & Domain("partner_id", "not in", self._reminded_contacts("consent"))
        )
        self._in_batches(
            [(given & over, "_expire"), (soon, "_remind_agents")], batch_size
        )

    def _expire(self):
        """Close the consents; a child who has come of age is asked in person."""
        # superuser: by the clock alone, whoever the scheduled action runs for
        over = self.sudo()
        over.write({"state": "expired"})
        over._end_dependent(self.env._("The consent has expired."))
        over._on_answer()
        self.filtered(lambda one: one.kind == "guardian")._remind_agents()

    def _remind_agents(self):
        today = fields.Date.context_today(self)
        self._remind(
            "consent",
            [
                (consent.partner_id, agent, consent.renew_by or today)
                for consent in self
                if (agent := consent.archive_id.agent_id)
            ],
        )

    @api.model
    def _reminder_type(self, kind):
        if kind == "consent":
            return self.env.ref("insurance_compliance.mail_activity_type_consent")
        return super()._reminder_type(kind)
