from odoo import fields
from odoo.tests import tagged

from odoo.addons.insurance_client_archive.tests.common_first_step import FirstStepCase


@tagged("post_install", "-at_install")
class TestFirstStepMatch(FirstStepCase):
    def test_every_step_of_products_can_be_judged(self):
        for step in self.env["insurance.first.step"].search([]):
            with self.subTest(step=step.key):
                self.assertIsInstance(step._missing(), str)

    def test_an_agent_without_licence_or_grade_is_named(self):
        self.assertMissing("licences", self.agent3.name)
        profile = self.env["insurance.agent.profile"].create(
            {"user_id": self.agent3.id, "licence_number": "L1"}
        )
        profile.licence_until = fields.Date.add(fields.Date.today(), days=30)
        self.assertMissing("licences", self.agent3.name)
        profile.grade_id = self.env["insurance.agent.grade"].search([], limit=1)
        self.assertDone("licences")

    def test_a_specialist_alone_approves_nothing(self):
        group = "insurance_product_match.group_product_"
        self.assertMissing("product_people", "Nobody approves")
        self.agent3.group_ids += self.env.ref(f"{group}specialist")
        self.assertMissing("product_people", self.agent3.name)
        other = self._member("archivist")
        other.group_ids += self.env.ref(f"{group}editor")
        self.assertDone("product_people")
