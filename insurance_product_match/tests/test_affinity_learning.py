import numpy as np

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import tagged

from odoo.addons.insurance_client_archive.client_scope import Scope
from odoo.addons.insurance_client_archive.tests.common_sweep import run_sweeps

from .common_match import EngineCase


@tagged("post_install", "-at_install")
class TestAffinityLearning(EngineCase):
    """What is bought together is learned from the book, and counts in a match."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # a book of its own: what the demo has sold would be learned as well
        cls.env.cr.execute("UPDATE insurance_policy SET state = 'withdrawn'")
        cls.env.invalidate_all()
        clients = cls.env["insurance.archive"].create(
            [
                {
                    "name": "李秀英",
                    "agent_id": cls.agent.id,
                    "team_id": cls.team_a.id,
                    "client_kind": "individual",
                }
                for _number in range(60)
            ]
        )
        for number, client in enumerate(clients):
            # who has term life has the household product, too; illness goes alone
            bought = cls.life | cls.home if number % 3 == 0 else cls.illness
            for product in bought:
                cls._policy(archive_id=client.id, product_id=product.id)
        cls.env.flush_all()
        cls.env.cr.execute(
            "UPDATE insurance_policy SET state = 'active' WHERE product_id = ANY(%s)",
            [cls.offered.ids],
        )
        cls.env.invalidate_all()

    def _pair(self, one, two):
        return self.env["insurance.affinity"].search(
            [("product_id", "=", one.id), ("other_id", "=", two.id)]
        )

    def test_pairs_are_counted_as_by_hand(self):
        self.env["insurance.affinity.run"]._learn_now()
        pair = self._pair(self.life, self.home)
        self.assertEqual(pair.both_count, 20)
        self.assertEqual((pair.support, pair.confidence), (33.33, 100.0))
        self.assertGreater(pair.lift, 1.2)
        self.assertLess(self._pair(self.life, self.illness).lift, 1)

    def test_a_sweep_in_chunks_learns_the_same(self):
        run = self.env["insurance.affinity.run"]._learn_now()
        found = run.pair_ids.mapped(lambda pair: (pair.both_count, pair.lift))
        self.env["insurance.affinity.run"].with_user(self.specialist).action_learn()
        run_sweeps(self)
        again = self.env["insurance.affinity.run"].search([])
        self.assertEqual(len(again), 1)
        self.assertEqual(
            sorted(again.pair_ids.mapped(lambda pair: (pair.both_count, pair.lift))),
            sorted(found),
        )
        self.env.cr.execute("SELECT count(*) FROM insurance_affinity_count")
        self.assertEqual(self.env.cr.fetchone()[0], 0)

    def test_only_specialists_start_the_learning(self):
        with self.assertRaises(AccessError):
            self.env["insurance.affinity.run"].with_user(self.editor).action_learn()

    def _liked(self, weight):
        engine = self.env["insurance.match.engine"]
        rules = self.env["insurance.match.rule"]._compiled()
        library = engine._library(self.offered, fields.Date.today(), rules)
        facts = engine._facts(
            Scope(archive_ids=tuple(self.archive.ids)),
            fields.Date.today(),
            library.kinds,
            rules,
            engine._learned_items(),
        )
        liked = engine._liked(facts, library, weight)[0]
        return dict(zip(library.ids.tolist(), liked, strict=True))

    def _learn_strongly(self):
        run = self.env["insurance.affinity.run"]._learn_now()
        # too few clients to prove a strength: as if there were many
        self.env.cr.execute("UPDATE insurance_affinity SET weight = 3 * ln(lift)")
        self.env.registry.clear_cache()
        return run

    def test_who_has_one_product_likes_what_is_bought_with_it(self):
        self._learn_strongly()
        self._in_force(self.life, 500_000)
        self.env.flush_all()
        liked = self._liked(10)
        self.assertGreater(liked[self.home.id], liked[self.illness.id])

    def test_who_has_nothing_likes_what_is_popular(self):
        self._learn_strongly()
        liked = self._liked(10)
        self.assertEqual(max(liked, key=liked.get), self.illness.id)

    def test_with_a_weight_of_0_affinity_is_off(self):
        self._learn_strongly()
        self.assertFalse(np.any(list(self._liked(0).values())))
        self.env.ref(
            "insurance_product_match.parameter_match_weight_affinity"
        ).value = "0"
        match = self._match()
        self.assertFalse(any(match.line_ids.mapped("points_affinity")))
