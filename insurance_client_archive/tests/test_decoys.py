from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common_attack import AttackCase


@tagged("post_install", "-at_install")
class TestDecoys(AttackCase):
    """Archives of clients who do not exist."""

    def decoy(self):
        return (
            self.env["insurance.decoy"]
            .with_user(self.compliance)
            .create({"name": "钱多多", "agent_id": self.agent.id})
        )

    def test_opening_a_decoy_raises_an_alarm(self):
        decoy = self.decoy()
        archive = decoy.sudo().archive_id
        self.uses.clear()
        opened = self.reveal(self.agent, "id_number", archive=archive)
        self.assertTrue(opened["id_number"])
        self.assertEqual(self.actions(), [("reveal", "done"), ("alarm", "done")])
        self.assertEqual(decoy.alarm_count, 1)
        activities = self.env["mail.activity"].search(
            [("user_id", "=", self.compliance.id), ("res_id", "=", False)]
        )
        self.assertTrue(activities)
        with self.assertRaises(UserError):
            decoy.unlink()

    def test_agent_can_not_tell_a_decoy(self):
        decoy = self.decoy()
        for user in self.agent | self.supervisor | self.env.ref("base.user_admin"):
            with self.assertRaises(AccessError):
                decoy.with_user(user).read(["name"])
        archive = decoy.sudo().archive_id.with_user(self.agent)
        self.assertNotIn("decoy", str(archive.read()).lower())

    def test_ordinary_archives_raise_no_alarm(self):
        self.reveal(self.agent, "id_number")
        self.assertNotIn(("alarm", "done"), self.actions())
