from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common_rectification import RectificationCase


@tagged("post_install", "-at_install")
class TestRectificationRepeat(RectificationCase):
    """What is found again is the same finding."""

    def test_found_again_while_open_is_counted(self):
        first = self._assigned(archives=2)
        second = self._find(archives=5)
        self.assertEqual(first, second)
        self.assertRecordValues(
            first,
            [
                {
                    "found_count": 2,
                    "archive_count": 5,
                    "state": "new",
                    "reopen_count": 0,
                }
            ],
        )

    def test_found_again_after_closing_is_reopened(self):
        row = self._closed()
        row.deadline = self._days_ago(40)
        self.assertEqual(self._find(), row)
        self.assertRecordValues(
            row,
            [
                {
                    "state": "new",
                    "reopen_count": 1,
                    "found_count": 2,
                    "effect": "not_effective",
                    "done_by_id": False,
                    "verified_by_id": False,
                    "responsible_id": self.agent.id,
                }
            ],
        )
        self.assertGreater(row.deadline, fields.Date.today())
        step = self._steps(row)[-1]
        self.assertEqual(step.kind, "reopened")
        self.assertIn("2", step.note)

    def test_new_round_needs_new_evidence_and_may_be_verified_by_who_did_the_last(self):
        row = self._closed()
        self._find()
        self._act(self.officer2, row, "write", responsible_id=self.compliance.id)
        self._act(self.compliance, row, "action_begin")
        with self.assertRaisesRegex(UserError, "evidence"):
            self._act(self.compliance, row, "action_done")
        self._mend(self.compliance, row)
        self._act(self.officer2, row, "action_verify")
        self.assertEqual(row.verified_by_id, self.officer2)

    def test_found_again_since_it_was_reported_as_done_can_not_be_verified(self):
        row = self._done()
        row.done_on = fields.Datetime.subtract(fields.Datetime.now(), hours=1)
        self._find()
        with self.assertRaisesRegex(UserError, "found again"):
            self._act(self.compliance, row, "action_verify")

    def test_more_severe_than_before_shortens_the_time(self):
        row = self._assigned(severity="low")
        before = row.deadline
        self._find(severity="critical")
        self.assertEqual(row.severity, "critical")
        self.assertLess(row.deadline, before)
        self.assertEqual(self._steps(row)[-1].kind, "worse")

    def test_less_severe_changes_nothing(self):
        row = self._assigned(severity="critical")
        before = row.deadline
        self._find(severity="low")
        self.assertEqual((row.severity, row.deadline), ("critical", before))

    def test_another_company_has_a_row_of_its_own(self):
        other = self.env["res.company"].create({"name": "Other"})
        mine = self._find(company=self.env.company)
        self.assertNotEqual(mine, self._find(company=other))
        self.assertNotEqual(mine, self._find())

    def test_source_counts_its_findings(self):
        self._find(key="a")
        self._find(key="b")
        self._find(key="b")
        ledger = self.ledger
        found = ledger.search(list(ledger._of_source_domain(self.source)))
        self.assertEqual(len(found), 2)
        action = found[:1].action_open_source()
        self.assertEqual(
            (action["res_model"], action["res_id"]),
            (self.source._name, self.source.id),
        )
