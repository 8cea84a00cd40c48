from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import ArchiveCase


@tagged("post_install", "-at_install")
class TestHistory(ArchiveCase):
    """Who changed what, from what to what: kept under the archive's rules."""

    def _changes(self, field_name):
        return self.env["insurance.change"].search(
            [("archive_id", "=", self.archive.id), ("field_name", "=", field_name)]
        )

    def test_change_of_the_archive_is_kept(self):
        self.archive.with_user(self.agent).marital_status = "married"
        self.archive.with_user(self.supervisor).marital_status = "divorced"
        self.assertRecordValues(
            self._changes("marital_status").sorted("id"),
            [
                {"user_id": self.agent.id, "old_value": "", "new_value": "Married"},
                {
                    "user_id": self.supervisor.id,
                    "old_value": "Married",
                    "new_value": "Divorced",
                },
            ],
        )

    def test_change_of_the_contact_is_kept_whoever_makes_it(self):
        self.partner.with_user(self.accountant).phone = "13911112222"
        change = self._changes("phone")
        self.assertEqual(change.user_id, self.accountant)
        self.assertEqual(
            (change.old_value, change.new_value), ("13800138000", "13911112222")
        )

    def test_contact_that_is_no_client_leaves_no_history(self):
        count = self.env["insurance.change"].search_count([])
        partner = self.env["res.partner"].create({"name": "Ordinary"})
        partner.name = "Still ordinary"
        partner.unlink()
        self.assertEqual(self.env["insurance.change"].search_count([]), count)

    def test_write_without_change_leaves_no_history(self):
        self.archive.client_kind = "individual"
        self.assertFalse(self._changes("client_kind"))

    def test_list_of_interests_is_kept_readable(self):
        category = self.env["insurance.product.category"].create(
            {"code": "X-TERM", "name": "Term life X", "line": "life"}
        )
        self.archive.intent_category_ids = [Command.set(category.ids)]
        self.assertEqual(self._changes("intent_category_ids").new_value, "Term life X")

    def test_deleted_person_leaves_a_trace(self):
        person = self.env["insurance.related.person"].create(
            {"archive_id": self.archive.id, "name": "王芳", "relation": "spouse"}
        )
        person.with_user(self.agent).unlink()
        self.assertEqual(self._changes("display_name").old_value, "王芳")

    def test_history_opens_with_the_archive(self):
        self.archive.marital_status = "married"
        change = self._changes("marital_status")
        self.assertTrue(change.with_user(self.agent).has_access("read"))
        self.assertFalse(change.with_user(self.agent2).has_access("read"))
        self.assertFalse(change.with_user(self.agent2).search([]))

    def test_history_is_not_rewritten(self):
        self.archive.marital_status = "married"
        change = self._changes("marital_status")
        for user in self.agent | self.supervisor:
            with self.subTest(user=user.login), self.assertRaises(UserError):
                change.with_user(user).write({"old_value": "x"})
        with self.assertRaises(UserError):
            change.sudo().write({"old_value": "x"})
        with self.assertRaises(UserError):
            change.sudo().unlink()
