from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common_access import AccessCase


@tagged("post_install", "-at_install")
class TestAccessPolicy(AccessCase):
    def setUp(self):
        super().setUp()
        self.policy = self.env["insurance.access.policy"]._of_level("agent")

    def test_each_level_has_its_policy(self):
        levels = self.env["insurance.access.policy"].search([]).mapped("level")
        self.assertEqual(set(levels), {"agent", "manager", "department", "external"})

    def test_changes_are_kept_with_their_author(self):
        self.policy.with_user(self.compliance).write(
            {"max_days": 21, "own_health": True}
        )
        changes = self.policy.change_ids
        self.assertEqual(
            {(row.field_name, row.new_value) for row in changes},
            {("max_days", "21"), ("own_health", "True")},
        )
        self.assertEqual(changes.user_id, self.compliance)

    @mute_logger("odoo.addons.base.models.ir_model")
    def test_policies_are_changed_by_administrator_and_compliance_alone(self):
        for user in (self.agent, self.supervisor, self.department_head):
            with self.subTest(user.login), self.assertRaises(AccessError):
                self.policy.with_user(user).max_days = 300
        self.policy.with_user(self.insurance_admin).max_days = 10

    def test_history_can_not_be_rewritten(self):
        self.policy.max_days = 21
        with self.assertRaises(UserError):
            self.policy.change_ids.sudo().write({"new_value": "30"})
        with self.assertRaises(UserError):
            self.policy.change_ids.sudo().unlink()
        with self.assertRaises(UserError):
            self.policy.sudo().unlink()
