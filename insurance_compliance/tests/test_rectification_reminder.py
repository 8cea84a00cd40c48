from odoo import fields
from odoo.tests import tagged

from .common_rectification import RectificationCase


@tagged("post_install", "-at_install")
class TestRectificationReminder(RectificationCase):
    """Who has to do something is told; what is late goes up, step by step."""

    def _tasks(self, task, user):
        kind = self.env.ref(
            f"insurance_compliance.mail_activity_type_rectification_{task}"
        )
        return self.env["mail.activity"].search(
            [("activity_type_id", "=", kind.id), ("user_id", "=", user.id)]
        )

    def _late(self, row, step):
        days = self.env["insurance.parameter"]._get(f"rectify_escalation_{step}_days")
        row.deadline = self._days_ago(days)

    def test_each_step_tells_who_is_next_and_frees_who_was(self):
        row = self._assigned()
        self.assertEqual(len(self._tasks("mend", self.agent)), 1)
        self._act(self.agent, row, "action_begin")
        self._mend(self.agent, row)
        self.assertFalse(self._tasks("mend", self.agent))
        self.assertTrue(self._tasks("verify", self.officer2))
        self._act(self.officer2, row, "action_verify")
        self._done_elsewhere()
        self.assertFalse(self._tasks("verify", self.officer2))

    def _done_elsewhere(self):
        """Verify what the demo data have waiting: tasks are one a person."""
        for row in self.ledger.search([("state", "=", "done")]):
            self._act(self.officer2, row, "action_verify")

    def test_text_says_nothing_and_hangs_on_nothing(self):
        self._assigned()
        task = self._tasks("mend", self.agent)
        self.assertFalse(task.res_model)
        self.assertFalse(task.res_id)
        self.assertNotIn("Papers", f"{task.summary} {task.note} {task.res_name}")

    def test_late_goes_to_the_supervisor_then_to_compliance(self):
        row = self._begun()
        self._late(row, 1)
        self.ledger._cron_remind()
        self.assertRecordValues(
            row,
            [
                {
                    "overdue": True,
                    "escalation": 1,
                    "escalated_to_ids": self.supervisor.ids,
                }
            ],
        )
        self.assertEqual(len(self._tasks("late", self.supervisor)), 1)
        self.assertEqual(self._steps(row)[-1].kind, "escalated")
        self._late(row, 2)
        self.ledger._cron_remind()
        self.assertEqual(row.escalation, 2)
        self.assertIn(self.officer2, row.escalated_to_ids)

    def test_same_step_is_taken_once(self):
        row = self._begun()
        self._late(row, 1)
        self.ledger._cron_remind()
        steps = len(self._steps(row))
        self.ledger._cron_remind()
        self.assertEqual(len(self._steps(row)), steps)

    def test_head_of_the_department_hears_of_a_member(self):
        department = self.env["insurance.department"].create(
            {
                "name": "Test audit",
                "head_ids": self.department_head.ids,
                "member_ids": self.department.ids,
            }
        )
        row = self._begun(self.department)
        self.assertEqual(row.department_id, department)
        self._late(row, 1)
        self.ledger._cron_remind()
        self.assertEqual(row.escalated_to_ids, self.department_head)

    def test_who_was_told_sees_the_row_and_changes_nothing(self):
        row = self._begun()
        own = self.ledger.with_user(self.supervisor)
        self.assertFalse(own.search([("id", "=", row.id)]))
        self._late(row, 1)
        self.ledger._cron_remind()
        self.assertTrue(own.search([("id", "=", row.id)]))
        self.assertFalse(row.with_user(self.supervisor).has_access("write"))

    def test_not_yet_late_is_reminded_of_only(self):
        row = self._begun()
        row.deadline = fields.Date.today()
        self._tasks("mend", self.agent).unlink()
        self.ledger._cron_remind()
        self.assertFalse(row.escalation)
        self.assertFalse(row.overdue)
        self.assertTrue(self._tasks("mend", self.agent))

    def test_nobody_responsible_is_told_to_compliance(self):
        self._tasks("assign", self.officer2).unlink()
        self._find()
        self.assertEqual(len(self._tasks("assign", self.officer2)), 1)

    def test_late_one_of_the_supervisor_goes_to_compliance_at_once(self):
        row = self._begun(self.supervisor)
        self._late(row, 1)
        self.ledger._cron_remind()
        self.assertIn(self.officer2, row.escalated_to_ids)
        self.assertNotIn(self.supervisor, row.escalated_to_ids)
