from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common_access import AccessCase


@tagged("post_install", "-at_install")
class TestSlicesWrite(AccessCase):
    """Nobody overwrites what they may not read."""

    def _entered(self):
        self.archive.flush_recordset()
        self.env.cr.execute(
            "UPDATE insurance_archive SET state = 'entered' WHERE id = %s",
            [self.archive.id],
        )
        return self._as(self.agent).browse(self.archive.id)

    def test_closed_field_is_not_overwritten(self):
        archive = self._entered()
        for vals in ({"health_grade": "a"}, {"health_notice": "Well"}):
            with self.subTest(vals), self.assertRaises(AccessError):
                archive.write(vals)

    def test_contact_does_not_overwrite_it_either(self):
        self._entered()
        with self.assertRaises(AccessError):
            self.partner.with_user(self.agent).insurance_health_grade = "a"

    def test_open_field_is_written(self):
        self._grant(self.agent, ["health"], standing=True)
        archive = self._entered()
        archive.health_grade = "b"
        self.assertEqual(archive.health_grade, "b")

    def test_who_collects_enters_everything(self):
        archive = self._as(self.agent).browse(self.archive.id)
        self.assertEqual(archive.state, "collecting")
        archive.health_grade = "b"
        self.assertEqual(self.archive.health_grade, "b")

    def test_new_client_is_entered_in_one_go(self):
        archive = self._as(self.agent).create(
            {"name": "李建国", "phone": "13800138001", "health_grade": "b"}
        )
        self.assertEqual(archive.sudo().health_grade, "b")
