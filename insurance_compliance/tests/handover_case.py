from odoo import fields
from odoo.fields import Command

from .common_access import AccessCase


class HandoverCase(AccessCase):
    """The agent of team A leaves; a colleague of the team takes over."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.colleague = cls._user("colleague", role="agent")
        cls.colleague2 = cls._user("colleague2", role="agent")
        cls.team_a.member_ids |= cls.colleague | cls.colleague2

    def _handover(self, *takers, user=None, propose=True, **values):
        """Return a handover of the agent's clients, prepared by the supervisor."""
        takers = takers or (self.colleague,)
        handover = (
            self.env["insurance.handover"]
            .with_user(user or self.supervisor)
            .create(
                {
                    "agent_id": self.agent.id,
                    "target_ids": [
                        Command.create({"agent_id": taker.id})
                        if not isinstance(taker, dict)
                        else Command.create(taker)
                        for taker in takers
                    ],
                    **values,
                }
            )
        )
        if propose:
            handover.action_propose()
        return handover

    def _long_policy(self, archive=None, **values):
        """Return a life policy in force that lasts for twenty years."""
        return self._policy(
            archive_id=(archive or self.archive).id,
            state="active",
            start_date=fields.Date.today(),
            statutory_beneficiaries=True,
            **values,
        )

    def _open_work(self):
        """Return one piece of open work of each kind, in the agent's hands."""
        agent = self.agent
        lead = self.env["crm.lead"].create(
            {
                "name": "Opportunity",
                "type": "opportunity",
                "partner_id": self.partner.id,
                "user_id": agent.id,
                "team_id": self.team_a.id,
            }
        )
        policy = self._policy(agent_id=agent.id)
        return {
            "activity": self.partner.activity_schedule(
                "mail.mail_activity_data_todo", user_id=agent.id
            ),
            "opportunity": lead,
            "application": policy,
            "service": self.env["insurance.service.item"].create(
                {
                    "archive_id": self.archive.id,
                    "user_id": agent.id,
                    "due_date": fields.Date.today(),
                }
            ),
            "claim": self.env["insurance.claim"].create(
                {
                    "archive_id": self.archive.id,
                    "policy_id": self._long_policy().id,
                    "user_id": agent.id,
                }
            ),
            "feedback": self.env["insurance.feedback"].create(
                {
                    "archive_id": self.archive.id,
                    "name": "Premium",
                    "kind": "suggestion",
                    "handler_id": agent.id,
                    "description": "When is the premium due?",
                }
            ),
            "churn": self.env["insurance.churn.alert"].create(
                {"archive_id": self.archive.id, "user_id": agent.id}
            ),
        }
