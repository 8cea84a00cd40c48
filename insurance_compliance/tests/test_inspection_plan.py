from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .common_filing import FilingCase

PASSED = dict.fromkeys(("authenticity", "integrity", "usability", "security"), "passed")


@tagged("post_install", "-at_install")
class TestInspectionPlan(FilingCase):
    """Samples are drawn by chance and can be drawn again; defects go back."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.archives = cls.env["insurance.archive"].create(
            [
                {
                    "name": "李秀英",
                    "agent_id": cls.agent.id,
                    "team_id": cls.team_b.id,
                }
                for _number in range(20)
            ]
        )
        cls.archives._write_multi([{"state": "entered"}] * 20)
        cls.archives.invalidate_recordset()
        cls.archives._recount_completeness()
        cls.archives.with_user(cls.archivist)._file({})
        cls.plan = cls._plan()

    @classmethod
    def _plan(cls, **values):
        plans = cls.env["insurance.inspection.plan"].with_user(cls.archivist)
        return plans.create(
            {"name": "Q4", "team_id": cls.team_b.id, "sample_pct": 25, **values}
        )

    def _inspect(self, line, **values):
        return (
            self.env["insurance.inspection"]
            .with_user(self.archivist)
            .create(
                {
                    "archive_id": line.archive_id.id,
                    "plan_line_id": line.id,
                    **PASSED,
                    **values,
                }
            )
        )

    def test_sample_has_the_size_of_the_plan(self):
        self.plan.action_draw()
        self.assertEqual(self.plan.population, 20)
        self.assertEqual(self.plan.line_count, 5)
        self.assertLessEqual(self.plan.line_ids.archive_id, self.archives)

    def test_sample_has_an_upper_limit(self):
        plan = self._plan(sample_pct=100, sample_most=3)
        plan.action_draw()
        self.assertEqual(plan.line_count, 3)

    def test_same_seed_draws_the_same_archives(self):
        self.plan.action_draw()
        drawn = self.plan.line_ids.sorted("position").archive_id.ids
        self.assertEqual([row[0] for row in self.plan._sample(self.plan.seed)], drawn)
        others = {
            tuple(row[0] for row in self.plan._sample(f"seed {number}"))
            for number in range(10)
        }
        self.assertGreater(len(others), 5)

    def test_nobody_chooses_the_sample(self):
        for values in ({"seed": "0"}, {"population": 1}):
            with self.subTest(**values), self.assertRaises(UserError):
                self.plan.write(values)
        with self.assertRaises(UserError):
            self._plan(seed="0")
        self.plan.action_draw()
        with self.assertRaises(UserError):
            self.plan.action_draw()
        for values in ({"sample_pct": 100}, {"team_id": False}):
            with self.subTest(**values), self.assertRaises(UserError):
                self.plan.write(values)
        with self.assertRaises(AccessError):
            self.plan.line_ids.with_user(self.archivist).write({"position": 1})
        with self.assertRaises(UserError):
            self.plan.unlink()

    def test_only_archivists_draw(self):
        with self.assertRaises(AccessError):
            self.plan.with_user(self.compliance).action_draw()
        with self.assertRaises(AccessError):
            self.plan.with_user(self.agent).read(["seed"])

    def test_inspector_is_an_archivist(self):
        with self.assertRaises(ValidationError):
            self._plan(inspector_id=self.agent.id)

    def test_plan_ends_when_all_are_inspected(self):
        self.plan.action_draw()
        first, *rest = self.plan.line_ids
        self._inspect(first, integrity="failed", findings="A page is missing.")
        with self.assertRaises(UserError):
            self.plan.action_finish()
        for line in rest:
            self._inspect(line)
        self.assertEqual((self.plan.failed_count, self.plan.passed_count), (1, 4))
        self.assertEqual(self.plan.progress, 100)
        self.plan.action_finish()
        self.assertEqual(self.plan.state, "done")

    def test_inspection_of_another_archive_counts_for_nothing(self):
        self.plan.action_draw()
        line = self.plan.line_ids[0]
        with self.assertRaises(ValidationError):
            self._inspect(line, archive_id=(self.archives - line.archive_id)[0].id)

    def test_overdue_plans_are_found(self):
        self.plan.write({"date_to": fields.Date.today() + timedelta(days=1)})
        self.plan.action_draw()
        overdue = [("overdue", "=", True), ("id", "=", self.plan.id)]
        self.assertFalse(self.plan.search(overdue))
        self._write_sql(
            "UPDATE insurance_inspection_plan"
            " SET date_from = now() - interval '9 days',"
            " date_to = now() - interval '2 days' WHERE id = %s",
            self.plan.id,
        )
        self.assertEqual(self.plan.search(overdue), self.plan)
        self.assertTrue(self.plan.overdue)

    def test_defect_goes_back_to_the_agent_with_a_day(self):
        self.plan.action_draw()
        line = self.plan.line_ids[0]
        inspection = self._inspect(line, integrity="failed", findings="Missing page.")
        days = self.env["insurance.parameter"]._get("inspection_fix_days")
        self.assertEqual(
            inspection.due_date, fields.Date.add(inspection.date, days=days)
        )
        reminder = self.env["insurance.archive"]._open_reminders(
            "defect", line.archive_id.partner_id
        )
        self.assertEqual(reminder.user_id, self.agent)
        self.assertNotIn("Missing page", f"{reminder.summary}{reminder.note}")
        if "insurance.rectification" in self.env:
            row = self.env["insurance.rectification"].search(
                [("key", "=", f"inspection:{line.archive_id.id}")]
            )
            self.assertEqual(len(row), 1)
            self.assertNotIn("Missing page", row.name)

    def test_agent_reports_and_the_archivist_looks_again(self):
        self.plan.action_draw()
        inspection = self._inspect(
            self.plan.line_ids[0], integrity="failed", findings="Missing page."
        )
        with self.assertRaises(UserError):
            inspection.with_user(self.archivist).write({"fixed_on": "2026-01-01"})
        with self.assertRaises(AccessError):
            inspection.with_user(self.agent2).action_report_fixed()
        with self.assertRaises(AccessError):
            inspection.with_user(self.agent).action_resolve()
        inspection.with_user(self.agent).action_report_fixed()
        self.assertEqual(inspection.fixed_by_id, self.agent)
        self.assertFalse(inspection.resolved)
        inspection.with_user(self.archivist).action_resolve()
        self.assertTrue(inspection.resolved)
        self.assertFalse(
            self.env["insurance.archive"]._open_reminders(
                "defect", inspection.archive_id.partner_id
            )
        )
