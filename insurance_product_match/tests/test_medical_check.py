from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .common_needs import NeedsCase

ARCHIVE = "insurance_client_archive"


@tagged("post_install", "-at_install")
class TestMedicalCheck(NeedsCase):
    """An examination proves or corrects what the client has answered."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        kind = cls.env.ref(f"{ARCHIVE}.document_type_health_declaration")
        cls.report = cls.env["insurance.document"].create(
            {"archive_id": cls.archive.id, "type_id": kind.id}
        )

    def _check(self, user=None, **values):
        checks = self.env["insurance.medical.check"].with_user(user or self.agent)
        if not user:
            # superuser: which slices the agent has open has tests of its own
            checks = checks.sudo()
        return checks.create(
            {
                "archive_id": self.archive.id,
                "place": "District health centre",
                "health_grade": "a",
                "document_id": self.report.id,
                **values,
            }
        )

    def _reminders(self):
        return self.env["insurance.reminder.mixin"]._open_reminders(
            "review", self.partner
        )

    def test_other_grade_than_answered_reminds_to_verify(self):
        assessment = self._assessed("health", health_grade="a")
        same = self._check(assessment_id=assessment.id)
        self.assertFalse(same.differs)
        self.assertFalse(self._reminders())
        other = self._check(assessment_id=assessment.id, health_grade="c")
        self.assertTrue(other.differs)
        self.assertEqual(self._reminders().user_id, self.agent)
        self.assertEqual(assessment.medical_check_ids, same | other)

    def test_report_and_assessment_are_those_of_the_client_and_about_health(self):
        need = self._assessed("need")
        other = self._archive()
        proof = self.env["insurance.document"].create(
            {
                "archive_id": self.archive.id,
                "type_id": self.env.ref(f"{ARCHIVE}.document_type_id_proof").id,
            }
        )
        for values in (
            {"assessment_id": need.id},
            {"archive_id": other.id},
            {"document_id": proof.id},
            {"done_on": fields.Date.add(fields.Date.today(), days=2)},
        ):
            with self.assertRaises(ValidationError):
                self._check(**values)

    def test_examination_stays_as_it_was_found(self):
        check = self._check().with_user(self.agent)
        self.assertEqual(check.sudo().user_id, self.agent)
        with self.assertRaises(UserError):
            check.health_grade = "b"
        with self.assertRaises(UserError):
            check.user_id = self.agent2
        with self.assertRaises(UserError):
            check.unlink()

    def test_examination_holds_as_long_as_an_assessment(self):
        months = self.env["insurance.parameter"]._get("assessment_valid_months")
        today = fields.Date.context_today(self.archive)
        last = fields.Date.add(today, months=months, days=-1)
        self.assertEqual(self._check(done_on=today).valid_until, last)

    def test_examination_opens_with_the_client(self):
        check = self._check()
        self.assertFalse(check.with_user(self.agent2).has_access("read"))
        with self.assertRaises(AccessError):
            self._check(self.department)
