from odoo import Command
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged

from .common_request import RequestCase


@tagged("post_install", "-at_install")
class TestDepartment(RequestCase):
    """A department head decides for the own department alone."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.service = cls._user("service", role="department")
        cls.service_head = cls._user("service head", role="department_head")
        cls.service_department = cls._department(
            "Test service", cls.service_head, cls.service | cls.service_head
        )

    @classmethod
    def _department(cls, name, heads, members):
        return cls.env["insurance.department"].create(
            {
                "name": name,
                "head_ids": [Command.set(heads.ids)],
                "member_ids": [Command.set(members.ids)],
            }
        )

    def _asked(self, user=None, **values):
        lines = [Command.create({"number": "T-1"})]
        return self.submitted(user or self.service, line_ids=lines, **values)

    def test_head_of_another_department_neither_sees_nor_decides(self):
        request = self._asked()
        self.assertEqual(request.department_id, self.service_department)
        seen = request.with_user(self.department_head).search([])
        self.assertNotIn(request, seen)
        with self.assertRaises(AccessError):
            self.approve(request, self.department_head)
        self.approve(request, self.service_head)
        self.assertEqual(request.state, "approved")

    def test_queue_shows_the_own_department_alone(self):
        mine, theirs = self._asked(), self.submitted(self.department)
        waiting = self.requests.with_user(self.service_head).search(
            [("waits_for_me", "=", True)]
        )
        self.assertIn(mine, waiting)
        self.assertNotIn(theirs, waiting)

    def test_head_sees_the_grants_of_the_own_department_alone(self):
        mine, theirs = self._asked(), self.submitted(self.department)
        self.approve(mine, self.service_head)
        self.approve(theirs, self.department_head)
        grants = self.env["insurance.access.grant"].with_user(self.service_head)
        lines = self.env["insurance.access.grant.archive"]
        lines = lines.with_user(self.service_head).search([])
        found = grants.search([])
        self.assertIn(mine.grant_id, found)
        self.assertNotIn(theirs.grant_id, found)
        self.assertNotIn(theirs.grant_id, lines.grant_id)

    def test_only_head_of_a_department_is_decided_on_by_compliance(self):
        request = self._asked(self.service_head)
        with self.assertRaises(AccessError):
            self.approve(request, self.department_head)
        self.approve(request, self.compliance)
        self.assertEqual(request.state, "approved")

    def test_who_belongs_to_no_department_is_decided_on_by_compliance(self):
        self.service_department.member_ids -= self.service
        request = self._asked()
        for head in (self.service_head, self.department_head):
            with self.assertRaises(AccessError):
                self.approve(request, head)
        self.approve(request, self.compliance)
        self.assertEqual(request.state, "approved")

    def test_what_waits_follows_the_applicant_to_another_department(self):
        request = self._asked()
        self.service_department.member_ids -= self.service
        self.audit_department.member_ids |= self.service
        with self.assertRaises(AccessError):
            self.approve(request, self.service_head)
        self.approve(request, self.department_head)
        self.assertEqual(request.state, "approved")

    def test_what_waits_goes_to_the_new_head(self):
        request = self._asked()
        self.service_department.head_ids = self.head2
        with self.assertRaises(AccessError):
            self.approve(request, self.service_head)
        self.approve(request, self.head2)
        self.assertEqual(request.state, "approved")

    def test_deputy_of_the_head_decides(self):
        request = self._asked()
        self.env["insurance.access.delegation"].with_user(self.service_head).create(
            {
                "user_id": self.service_head.id,
                "deputy_id": self.head2.id,
                "date_from": "2020-01-01",
                "date_to": "2090-01-01",
            }
        )
        self.approve(request, self.head2)
        self.assertEqual(request.state, "approved")
        step = request.step_ids.filtered(lambda step: step.kind == "approved")
        self.assertEqual(step.delegator_id, self.service_head)

    def test_nobody_belongs_to_two_departments(self):
        with self.assertRaisesRegex(ValidationError, "Take the person out"):
            self.audit_department.member_ids |= self.service

    def test_head_has_the_role_of_one(self):
        with self.assertRaisesRegex(ValidationError, "Give the role"):
            self.service_department.head_ids |= self.service

    def test_heads_and_members_enter_no_department(self):
        for user in (self.service, self.service_head, self.compliance):
            with self.assertRaises(AccessError):
                self.service_department.with_user(user).name = "Mine"
            with self.assertRaises(AccessError):
                self.service_department.with_user(user).head_ids |= self.head2
        self.service_department.with_user(self.insurance_admin).name = "Other"
