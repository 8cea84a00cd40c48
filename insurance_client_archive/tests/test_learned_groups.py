from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common_learning import LearningCase


@tagged("post_install", "-at_install")
class TestLearnedGroups(LearningCase):
    """Groups that nobody has named yet, and products that go together."""

    def test_groups_are_described_by_what_sets_them_apart(self):
        proposal = self._learned("kmeans")
        self.assertEqual(proposal.state, "proposed")
        self.assertGreater(len(proposal.group_ids), 1)
        self.assertAlmostEqual(sum(proposal.group_ids.mapped("share")), 100, 0)
        self.assertTrue(all(proposal.group_ids.mapped("description")))

    def test_groups_part_better_than_by_chance(self):
        metrics = self._learned("kmeans").metrics
        self.assertGreater(metrics["parted"], metrics["parted_by_chance"])
        self.assertLessEqual(metrics["again"], 1)

    def test_groups_are_adopted_when_each_has_a_class(self):
        proposal = self._learned("kmeans")
        with self.assertRaises(UserError):
            proposal.action_adopt()
        for group, code in zip(
            proposal.group_ids, ("high", "medium", "low") * 2, strict=False
        ):
            group.segment_id = self._segment("value_tier", code)
        proposal.action_adopt()
        draft = proposal.scorecard_id
        draft._compiled()
        given = draft.rule_ids.segment_id | draft.level_ids.segment_id
        self.assertLessEqual(given, proposal.group_ids.segment_id)

    def test_a_group_takes_a_class_of_the_dimension_only(self):
        group = self._learned("kmeans").group_ids[0]
        with self.assertRaises(UserError):
            group.segment_id = self._segment("behaviour", "steady")
        with self.assertRaises(UserError):
            group.share = 99

    def _bought(self, client, *names):
        start = fields.Date.subtract(self.today, days=100)
        for name in names:
            self._policy(
                archive_id=client.id,
                product_id=self.products[name].id,
                state="active",
                start_date=start,
            )

    def _sell(self):
        categories = self.env["insurance.product.category"].search([], limit=3)
        self.products = {
            name: self._product(category, name=name)
            for name, category in zip("ABC", categories, strict=True)
        }
        self.env["insurance.policy"].search([]).sudo()
        for number, client in enumerate(self.clients):
            # who has A has B; C is bought by every third, whatever else
            self._bought(client, *("AB" if number % 2 else ""))
            if number % 3 == 0:
                self._bought(client, "C")

    def _rules(self, proposal):
        names = {
            product.insurance_category_id: name
            for name, product in self.products.items()
        }
        return {
            (names[rule.if_category_id], names[rule.then_category_id]): rule
            for rule in proposal.association_ids
            if rule.if_category_id in names and rule.then_category_id in names
        }

    def test_products_bought_together_are_found_and_others_are_not(self):
        self.env.cr.execute("DELETE FROM insurance_claim")
        self.env.cr.execute("DELETE FROM insurance_policy")
        self.env.invalidate_all()
        self._sell()
        rules = self._rules(self._learned("association"))
        self.assertEqual(set(rules), {("A", "B"), ("B", "A")})
        rule = rules["A", "B"]
        self.assertEqual(rule.both_count, 30)
        self.assertEqual((rule.confidence, rule.held_out_confidence), (100, 100))
        self.assertLess(rule.held_out_baseline, 100)
        # of the clients with policies three in four have B
        self.assertAlmostEqual(rule.lift, 40 / 30, 0)

    def test_the_clients_of_a_rule_are_those_who_lack_the_second(self):
        self.env.cr.execute("DELETE FROM insurance_claim")
        self.env.cr.execute("DELETE FROM insurance_policy")
        self.env.invalidate_all()
        self._sell()
        lacking = self.clients[0]
        self._bought(lacking, "A")
        rule = self._rules(self._learned("association"))["A", "B"]
        domain = rule.sudo().action_open_clients()["domain"]
        Archive = self.env["insurance.archive"]
        self.assertEqual(Archive.with_user(self.agent).search(domain), lacking)
        self.assertFalse(Archive.with_user(self.agent2).search(domain))

    def test_associations_are_kept_without_a_scorecard(self):
        proposal = self._learned("association")
        if proposal.state == "failed":
            self._sell_and_learn(proposal)
        proposal.action_adopt()
        self.assertEqual(proposal.state, "adopted")
        self.assertFalse(proposal.scorecard_id)

    def _sell_and_learn(self, proposal):
        self._sell()
        proposal.action_learn()

    def test_rules_between_products_are_for_editors(self):
        proposal = self._learned("association")
        with self.assertRaises(AccessError):
            proposal.association_ids.with_user(self.agent).read(["lift"])
        with self.assertRaises(AccessError):
            self.env["insurance.learned.association"].with_user(self.agent).search([])
