from odoo import fields
from odoo.tests import tagged

from .handover_case import HandoverCase


@tagged("post_install", "-at_install")
class TestHandoverSpeed(HandoverCase):
    """Thousands of clients pass in statements on many records, not one by one."""

    def _queries(self, number):
        """Return how many queries a handover of so many clients takes."""
        agent = self._user(f"leaver {number}", role="agent")
        self.team_a.member_ids |= agent
        archives = self.env["insurance.archive"].create(
            [
                {"name": "李秀英", "agent_id": agent.id, "team_id": self.team_a.id}
                for _number in range(number)
            ]
        )
        self.env["insurance.service.item"].create(
            [
                {
                    "archive_id": archive.id,
                    "user_id": agent.id,
                    "due_date": fields.Date.today(),
                }
                for archive in archives
            ]
        )
        self.env["crm.lead"].create(
            [
                {"name": "L", "partner_id": archive.partner_id.id, "user_id": agent.id}
                for archive in archives
            ]
        )
        for archive in archives:
            archive.partner_id.activity_schedule(
                "mail.mail_activity_data_todo", user_id=agent.id
            )
        handover = self._handover(
            self.colleague, self.colleague2, agent_id=agent.id, propose=False
        )
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        handover.action_propose()
        handover.action_hand_over()
        self.env.flush_all()
        self.assertEqual(len(handover.line_ids), number)
        return self.env.cr.sql_log_count - before

    def test_more_clients_take_hardly_more_queries(self):
        few = self._queries(10)
        many = self._queries(110)
        self.assertLess(many - few, 100, f"{few} queries for 10, {many} for 110")
