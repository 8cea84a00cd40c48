from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common_needs import NeedsCase

MODULE = "insurance_product_match"


@tagged("post_install", "-at_install")
class TestAgentGrade(NeedsCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.profile = cls.env["insurance.agent.profile"].create(
            {
                "user_id": cls.agent.id,
                "licence_number": "0001",
                "licence_until": "2099-12-31",
                "grade_id": cls.env.ref(f"{MODULE}.agent_grade_senior").id,
            }
        )
        cls.product = cls._product()

    def _refusal(self, product=None, user=None):
        product = product or self.product
        return (user or self.agent)._insurance_may_sell(product)[product]

    def test_a_licensed_agent_sells_what_the_grade_opens(self):
        self.assertFalse(self._refusal())

    def test_without_a_licence_nothing_is_sold(self):
        self.assertTrue(self._refusal(user=self.agent2))
        self.profile.licence_until = "2020-01-01"
        self.assertTrue(self._refusal())

    def test_a_grade_ends_at_its_product_grade(self):
        self.assertFalse(self._refusal(self._product(insurance_grade="p4")))
        self.assertTrue(self._refusal(self._product(insurance_grade="p5")))

    def test_a_product_without_a_grade_is_the_riskiest(self):
        self.assertTrue(self._refusal(self._product(insurance_grade=False)))

    def test_lines_that_are_closed_are_not_sold(self):
        self.profile.grade_id.sells_health = False
        self.assertTrue(self._refusal())

    def test_new_types_need_grade_and_training(self):
        product = self._product(insurance_new_type="universal", insurance_grade="p3")
        self.assertTrue(self._refusal(product))
        training = self.env["insurance.agent.training"].create(
            {
                "profile_id": self.profile.id,
                "name": "Universal products",
                "topic": "universal",
                "done_on": "2020-01-01",
            }
        )
        self.assertFalse(self._refusal(product))
        training.valid_until = "2021-01-01"
        self.assertTrue(self._refusal(product))

    def test_many_products_are_answered_at_once(self):
        few = self.product | self._product()
        many = few | self._product() | self._product() | self._product()
        counts = []
        for products in (few, many):
            self.agent._insurance_may_sell(products)
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            self.agent._insurance_may_sell(products)
            counts.append(self.cr.sql_log_count - before)
        self.assertEqual(counts[0], counts[1])

    def test_nobody_writes_the_own_licence(self):
        with self.assertRaises(AccessError):
            self.profile.with_user(self.agent).licence_until = "2100-01-01"
        own = self.profile.create({"user_id": self.supervisor.id})
        with self.assertRaises(AccessError):
            own.with_user(self.supervisor).licence_until = "2100-01-01"
        with self.assertRaises(AccessError):
            self.env["insurance.agent.training"].with_user(self.supervisor).create(
                {"profile_id": own.id, "name": "Law"}
            )

    def test_a_leader_writes_those_of_the_team_only(self):
        self.profile.with_user(self.supervisor).licence_number = "0002"
        other = self.profile.create({"user_id": self.agent2.id})
        with self.assertRaises(AccessError):
            other.with_user(self.supervisor).licence_number = "0003"

    def test_a_licence_is_not_handed_on(self):
        with self.assertRaises(UserError):
            self.profile.with_user(self.supervisor).user_id = self.supervisor
        with self.assertRaises(UserError):
            self.profile.with_user(self.insurance_admin).user_id = self.insurance_admin

    def test_agents_see_their_own_only(self):
        self.profile.with_user(self.agent).read(["licence_number"])
        with self.assertRaises(AccessError):
            self.profile.with_user(self.agent2).read(["licence_number"])
