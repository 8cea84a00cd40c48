from odoo import Command, fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .common_request import RequestCase


@tagged("post_install", "-at_install")
class TestAccessDelegation(RequestCase):
    """Deputies decide while somebody is absent."""

    def test_deputy_decides_while_the_leader_is_absent(self):
        request = self.submitted()
        with self.assertRaises(AccessError):
            self.approve(request, self.supervisor2)
        self._away(self.supervisor, self.supervisor2)
        self.approve(request, self.supervisor2)
        step = request.step_ids.filtered(lambda step: step.kind == "approved")
        self.assertRecordValues(
            step,
            [{"user_id": self.supervisor2.id, "delegator_id": self.supervisor.id}],
        )

    def test_deputy_decides_on_these_days_alone(self):
        request = self.submitted()
        self._away(self.supervisor, self.supervisor2, start=2, end=4)
        self._away(self.supervisor, self.supervisor2, start=-4, end=-2)
        with self.assertRaises(AccessError):
            self.approve(request, self.supervisor2)

    def test_deputy_needs_the_role_that_approves(self):
        for deputy in (self.agent, self.manager, self.department_head):
            with self.assertRaises(ValidationError):
                self._away(self.supervisor, deputy)

    def test_deputy_who_lost_the_role_decides_nothing(self):
        request = self.submitted()
        self._away(self.supervisor, self.supervisor2)
        self.supervisor2.group_ids = self.agent.group_ids
        with self.assertRaises(AccessError):
            self.approve(request, self.supervisor2)

    def test_deputy_never_decides_for_the_absent_person(self):
        request = self.submitted(self.supervisor)
        self._away(self.supervisor, self.supervisor2)
        with self.assertRaises(AccessError):
            self.approve(request, self.supervisor2)

    def test_compliance_deputy_does_not_decide_on_the_absent_officers_own(self):
        request = self.submitted(self.supervisor)
        group = self.env.ref("insurance_client_archive.group_supervisor")
        self.compliance.group_ids = [Command.link(group.id)]
        self._away(self.supervisor, self.compliance)
        with self.assertRaisesRegex(AccessError, "deputy of the applicant"):
            self.approve(request, self.compliance)
        self.approve(request, self.officer2)
        self.assertEqual(request.state, "approved")

    def test_deputy_never_decides_on_the_own_application(self):
        self.team_a.member_ids |= self.supervisor2
        number = {"number": "T-1"}
        request = self.submitted(self.supervisor2, line_ids=[Command.create(number)])
        self._away(self.supervisor, self.supervisor2)
        with self.assertRaises(AccessError):
            self.approve(request, self.supervisor2)

    def test_nobody_makes_himself_a_deputy(self):
        with self.assertRaises(AccessError):
            self._away(self.supervisor, self.supervisor2, author=self.supervisor2)
        with self.assertRaises(AccessError):
            self._away(self.compliance, self.officer2, author=self.officer2)

    def test_compliance_names_a_deputy_for_somebody_who_is_ill(self):
        request = self.submitted()
        self._away(self.supervisor, self.supervisor2, author=self.compliance)
        self.approve(request, self.supervisor2)
        self.assertEqual(request.state, "approved")

    def test_absence_is_ended_but_not_changed(self):
        absence = self._away(self.supervisor, self.supervisor2)
        with self.assertRaises(UserError):
            absence.with_user(self.supervisor).deputy_id = self.compliance
        with self.assertRaises(UserError):
            absence.with_user(self.supervisor).unlink()
        absence.with_user(self.supervisor).action_end()
        self.assertFalse(absence.is_active)

    def _away(self, user, deputy, start=-1, end=3, author=None):
        now = fields.Datetime.now()
        absences = self.env["insurance.access.delegation"].with_user(author or user)
        return absences.create(
            {
                "user_id": user.id,
                "deputy_id": deputy.id,
                "date_from": fields.Datetime.add(now, days=start),
                "date_to": fields.Datetime.add(now, days=end),
            }
        )
