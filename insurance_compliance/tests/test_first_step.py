from odoo import fields
from odoo.tests import tagged

from odoo.addons.insurance_client_archive.tests.common_first_step import FirstStepCase


@tagged("post_install", "-at_install")
class TestFirstStepCompliance(FirstStepCase):
    def test_every_step_of_compliance_can_be_judged(self):
        steps = self.env["insurance.first.step"].search([])
        self.assertIn("notice", steps.mapped("key"))
        for step in steps:
            with self.subTest(step=step.key):
                self.assertIsInstance(step._missing(), str)

    def test_a_draft_is_no_notice(self):
        draft = self.env["insurance.notice"].search([], limit=1)
        notice = draft.copy({"company_id": self.house.id, "code": "new"})
        self.assertMissing("notice", "clients can't be told")
        notice.with_user(self.compliance).with_company(
            self.house
        ).action_approve_substance()
        self.assertEqual(notice.state, "in_force")
        self.assertDone("notice")

    def test_whoever_belongs_to_no_department_is_named(self):
        self.assertDone("departments")
        member = self._member("department")
        self.assertMissing("departments", member.name)
        department = self.env["insurance.department"].create(
            {"name": "Audit", "company_id": self.house.id, "member_ids": member.ids}
        )
        self.assertMissing("departments", "Audit")
        department.head_ids = self._member("department_head")
        self.assertDone("departments")

    def test_an_agent_without_a_standing_grant_is_named(self):
        self.assertMissing("standing_grants", self.agent3.name)
        now = fields.Datetime.now()
        grant = self.env["insurance.access.grant"]._issue(
            self.agent3,
            ["claims"],
            self.env.ref("insurance_client_archive.purpose_claim"),
            fields.Datetime.subtract(now, hours=1),
            fields.Datetime.add(now, days=1),
            portfolio=True,
            standing=True,
        )
        self.assertDone("standing_grants")
        grant._end("done")
        self.assertMissing("standing_grants", self.agent3.name)
