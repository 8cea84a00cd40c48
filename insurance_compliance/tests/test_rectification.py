from odoo import fields
from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from odoo.addons.insurance_client_archive.tools import workdays

from .common_rectification import RectificationCase


@tagged("post_install", "-at_install")
class TestRectification(RectificationCase):
    """From the finding to the effect, each step by the right person."""

    def test_deadline_follows_from_the_severity_in_working_days(self):
        for severity in ("low", "medium", "high", "critical"):
            row = self._find(key=severity, severity=severity)
            days = self.env["insurance.parameter"]._get(f"rectify_{severity}_workdays")
            self.assertEqual(row.deadline, workdays.after(fields.Date.today(), days))
            self.assertLess(row.deadline.weekday(), 5)

    def test_from_finding_to_effect(self):
        row = self._closed(archives=3)
        self.assertRecordValues(
            row,
            [
                {
                    "state": "closed",
                    "archive_count": 3,
                    "done_by_id": self.agent.id,
                    "verified_by_id": self.compliance.id,
                    "effect": "effective",
                    "in_time": True,
                    "source_kind": "check",
                    "team_id": self.team_a.id,
                }
            ],
        )
        self.assertEqual(
            [(step.kind, step.to_state, step.user_id) for step in self._steps(row)],
            [
                ("found", False, self.env.user),
                ("responsible", False, self.compliance),
                ("state", "progress", self.agent),
                ("state", "done", self.agent),
                ("state", "verified", self.compliance),
                ("state", "closed", self.compliance),
            ],
        )

    def test_done_needs_a_measure_and_evidence(self):
        row = self._begun()
        with self.assertRaisesRegex(UserError, "measure"):
            self._act(self.agent, row, "action_done")
        self._act(self.agent, row, "write", measure="Asked for.")
        with self.assertRaisesRegex(UserError, "evidence"):
            self._act(self.agent, row, "action_done")

    def test_returned_with_a_reason_and_done_again(self):
        row = self._done()
        with self.assertRaisesRegex(UserError, "Say why"):
            self._move(self.compliance, row, "progress")
        self._move(self.compliance, row, "progress", "Two are still missing.")
        self.assertFalse(row.done_by_id)
        self.assertEqual(self._steps(row)[-1].kind, "returned")
        self.assertEqual(self._steps(row)[-1].note, "Two are still missing.")
        self._act(self.agent, row, "action_done")
        self._act(self.officer2, row, "action_verify")
        self.assertEqual(row.state, "verified")

    def test_file_needs_the_word_that_it_names_no_client(self):
        row = self._begun()
        evidence = {"name": "Screen", "file": b"aGVsbG8=", "file_name": "screen.txt"}
        with self.assertRaises(ValidationError):
            self._act(self.agent, row, "write", evidence_ids=[(0, 0, evidence)])
        self._act(
            self.agent,
            row,
            "write",
            evidence_ids=[(0, 0, {**evidence, "no_client_data": True})],
        )
        row.invalidate_recordset(["evidence_ids"])
        self.assertEqual(row.evidence_ids.user_id, self.agent)
        self.assertEqual(len(row.evidence_ids.digest), 64)

    def test_no_finding_with_a_reason(self):
        row = self._assigned()
        self._move(self.compliance, row, "dropped", "Counted twice.")
        self.assertEqual(row.state_reason, "Counted twice.")

    def test_more_time_needs_a_reason_and_stays_in_the_history(self):
        row = self._assigned()
        later = fields.Date.add(row.deadline, days=10)
        with self.assertRaisesRegex(UserError, "more time"):
            self._act(self.compliance, row, "write", deadline=later)
        self._act(
            self.compliance,
            row,
            "write",
            deadline=later,
            deadline_reason="Holidays",
        )
        self.assertEqual(self._steps(row)[-1].kind, "deadline")
        self.assertIn("Holidays", self._steps(row)[-1].note)

    def test_next_step_names_who_has_to_do_it(self):
        row = self._find()
        self.assertIn("Compliance", row.with_context(lang="en_US").next_step)
        row = self._assigned(key="2")
        self.assertIn(self.agent.name, row.next_step)
