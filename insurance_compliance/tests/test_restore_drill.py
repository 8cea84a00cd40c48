from unittest.mock import patch

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .. import person
from .common_backup import BackupCase


@tagged("post_install", "-at_install")
class TestRestoreDrill(BackupCase):
    """A drill comes out of a report, and a second person decides on it."""

    def _drill(self, **values):
        return self._take(self._drill_report(**values)).drills

    def test_report_becomes_a_drill_with_its_checks(self):
        drill = self._drill()
        self.assertRecordValues(
            drill,
            [
                {
                    "result": "passed",
                    "state": "reported",
                    "difference_count": 0,
                    "in_time": True,
                    "user_id": self.insurance_admin.id,
                }
            ],
        )
        self.assertEqual(drill.check_ids.mapped("code"), ["manifest", "tables", "log"])

    def test_one_difference_fails_the_drill(self):
        drill = self._drill(failing=("tables",))
        self.assertEqual((drill.result, drill.difference_count), ("failed", 1))

    def test_report_without_checks_has_not_passed(self):
        self.assertEqual(self._drill(checks=[]).result, "failed")

    def test_slow_restore_is_shown_as_late(self):
        self.assertFalse(self._drill(rto_seconds=10**6).in_time)

    def test_second_person_approves_and_the_server_signs(self):
        drill = self._drill()
        self._act(self.compliance, drill, "action_approve")
        self.assertEqual(drill.approver_id, self.compliance)
        self.assertTrue(drill._verify())
        drill.sudo().write({"report": drill.report + " "})
        self.assertFalse(drill._verify())

    def test_who_has_carried_it_out_does_not_approve(self):
        drill = self._take(self._drill_report(), user=self.compliance).drills
        with self.assertRaisesRegex(UserError, "second person"):
            self._act(self.compliance, drill, "action_approve")
        self._act(self.officer2, drill, "action_approve")
        self.assertEqual(drill.state, "approved")

    def test_failed_drill_is_rejected_with_a_reason(self):
        drill = self._drill(failing=("log",))
        with self.assertRaisesRegex(UserError, "has failed"):
            self._act(self.compliance, drill, "action_approve")
        with self.assertRaises(UserError):
            drill.with_user(self.compliance).write({"state": "rejected"})
        drill.with_user(self.compliance).write(
            {"state": "rejected", "state_reason": "Repeat it."}
        )
        self.assertEqual(drill.state, "rejected")

    def test_others_do_not_decide(self):
        drill = self._drill()
        for user in (self.insurance_admin, self.agent, self.archivist):
            with self.assertRaises(UserError):
                self._act(user, drill, "action_approve")
        with self.assertRaises(AccessError):
            drill.sudo().action_approve()
        with (
            patch.object(person, "is_person", lambda env: False),
            self.assertRaisesRegex(AccessError, "not by programs"),
        ):
            self._act(self.compliance, drill, "action_approve")

    def test_report_stays_as_it_is(self):
        drill = self._drill(failing=("log",))
        for values in ({"result": "passed"}, {"user_id": self.agent.id}):
            with self.assertRaises(UserError):
                drill.with_user(self.compliance).write(values)
        with self.assertRaises(UserError):
            drill.sudo().unlink()

    def test_report_is_imported_once(self):
        content = self._drill_report()
        self._take(content)
        with (
            self.assertRaises(IntegrityError),
            mute_logger("odoo.sql_db"),
            self.env.cr.savepoint(),
        ):
            self._take(content)

    def test_command_line_names_the_person(self):
        with self.assertRaisesRegex(UserError, "--user"):
            self.Backup._take(self._drill_report())

    def test_drill_ends_what_was_overdue_unless_it_is_rejected(self):
        self.env.cr.execute("UPDATE insurance_restore_drill SET result = 'failed'")
        self.env.invalidate_all()
        self.assertTrue(self.Backup._overdue()["drill"]["overdue"])
        drill = self._drill()
        self.env.invalidate_all()
        self.assertFalse(self.Backup._overdue()["drill"]["overdue"])
        drill.with_user(self.compliance).write(
            {"state": "rejected", "state_reason": "Wrong database."}
        )
        self.env.invalidate_all()
        self.assertTrue(self.Backup._overdue()["drill"]["overdue"])
