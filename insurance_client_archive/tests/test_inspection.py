from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, freeze_time, tagged

from .common import ArchiveCase


@tagged("post_install", "-at_install")
class TestInspection(ArchiveCase):
    """Archivists inspect archives; what fails is followed up."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.archive._write_multi([{"state": "entered"}])
        cls.archive.invalidate_recordset()
        cls.archive.with_user(cls.archivist).action_file()

    def _inspect(self, **values):
        return (
            self.env["insurance.inspection"]
            .with_user(self.archivist)
            .create({"archive_id": self.archive.id, "authenticity": "passed", **values})
        )

    def test_archivist_inspects_from_the_archive(self):
        archive = self.archive.with_user(self.archivist)
        context = archive.action_inspect()["context"]
        Inspection = self.env["insurance.inspection"].with_user(self.archivist)
        with Form(Inspection.with_context(context)) as form:
            form.authenticity = "passed"
            form.integrity = "passed"
        self.assertEqual(form.record.result, "passed")
        self.assertEqual(form.record.inspector_id, self.archivist)
        self.assertEqual(archive.inspection_count, 1)
        self.assertEqual(archive.last_inspection_date, form.record.date)

    def test_one_failed_property_fails_the_inspection(self):
        inspection = self._inspect(integrity="failed", findings="Page 3 is missing")
        self.assertEqual(inspection.result, "failed")

    def test_failed_inspection_needs_findings(self):
        with self.assertRaisesRegex(ValidationError, "Write down"):
            self._inspect(readable="failed", findings="  ")

    def test_inspection_that_tested_nothing_is_refused(self):
        with self.assertRaisesRegex(ValidationError, "one property"):
            self._inspect(authenticity="open")

    def test_inspection_in_the_future_is_refused(self):
        tomorrow = fields.Date.today() + timedelta(days=2)
        with self.assertRaisesRegex(ValidationError, "future"):
            self._inspect(date=tomorrow)

    def test_findings_put_right_leave_the_queue(self):
        inspection = self._inspect(security="failed", findings="Cabinet unlocked")
        queue = [("result", "=", "failed"), ("resolved", "=", False)]
        self.assertIn(inspection, inspection.search(queue))
        inspection.action_resolve()
        self.assertTrue(inspection.resolved_on)
        self.assertNotIn(inspection, inspection.search(queue))

    def test_filed_archive_is_due_again_and_again(self):
        months = self.env["insurance.parameter"]._get("inspection_months")
        filed_on = self.archive.filed_on
        first = filed_on + relativedelta(months=months)
        self.assertEqual(self.archive.next_inspection_date, first)
        with freeze_time(first):
            due = [("next_inspection_date", "<=", "today")]
            self.assertIn(self.archive, self.archive.search(due))
            self._inspect(date=first)
            self.assertNotIn(self.archive, self.archive.search(due))
        self.assertEqual(
            self.archive.next_inspection_date, first + relativedelta(months=months)
        )

    def test_nobody_but_an_archivist_inspects(self):
        values = {"archive_id": self.archive.id, "authenticity": "passed"}
        for user in self.agent | self.supervisor | self.department | self.compliance:
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.env["insurance.inspection"].with_user(user).create(values)
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.archive.with_user(user).action_inspect()

    def test_agent_reads_inspections_of_own_clients_only(self):
        inspection = self._inspect()
        self.assertTrue(inspection.with_user(self.agent).has_access("read"))
        self.assertFalse(inspection.with_user(self.agent).has_access("write"))
        self.assertFalse(inspection.with_user(self.agent2).search([]))

    def test_archive_that_is_being_collected_is_not_inspected(self):
        archive = self._archive()
        with self.assertRaises(UserError):
            self._inspect(archive_id=archive.id)

    def test_inspections_are_not_deleted(self):
        with self.assertRaises(AccessError):
            self._inspect().unlink()
