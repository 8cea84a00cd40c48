from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common_check import CheckCase


@tagged("post_install", "-at_install")
class TestRectificationRecords(CheckCase):
    """From the ledger to the records that are to be mended, and to no others."""

    def _finding(self, archives, responsible):
        result = self._result(9, "insurance.archive", self._ids(archives))
        found = result.with_user(self.compliance).rectification_id
        self.assertIn(result.check_id.name, found.name)
        row = found.sudo()
        row.responsible_id = responsible
        return row

    def test_responsible_person_gets_to_the_own_records_alone(self):
        row = self._finding(self.archive | self.archive2, self.agent)
        mine = row.with_user(self.agent)
        self.assertTrue(mine.has_records)
        self.assertEqual(mine.action_open_records()["res_id"], self.archive.id)
        with self.assertRaises(AccessError):
            row.with_user(self.agent2).action_open_records()

    def test_nothing_opens_that_the_person_may_not_read(self):
        row = self._finding(self.archive, self.department)
        with self.assertRaisesRegex(UserError, "apply for access"):
            row.with_user(self.department).action_open_records()
