from odoo.tests import BaseCase, tagged

from ..tools.dealing import Taker, deal


@tagged("post_install", "-at_install")
class TestDealing(BaseCase):
    def _numbers(self, clients, takers):
        dealt = list(deal(clients, takers).values())
        return {taker.key: dealt.count(taker.key) for taker in takers}

    def test_one_taker_gets_all(self):
        self.assertEqual(self._numbers([(1, 0), (2, 0)], [Taker(7)]), {7: 2})

    def test_shares_weigh_the_numbers(self):
        clients = [(number, 0) for number in range(9)]
        self.assertEqual(
            self._numbers(clients, [Taker(1, 2), Taker(2, 1)]), {1: 6, 2: 3}
        )

    def test_whoever_stands_for_a_region_takes_its_clients(self):
        clients = [(1, "north"), (2, "south"), (3, "north")]
        takers = [Taker(1, 1, frozenset({"north"})), Taker(2)]
        self.assertEqual(deal(clients, takers), {1: 1, 2: 2, 3: 1})

    def test_clients_of_other_regions_go_to_all_when_nobody_stands_for_the_rest(self):
        takers = [Taker(1, 1, frozenset({"north"}))]
        self.assertEqual(deal([(1, "south")], takers), {1: 1})

    def test_no_share_takes_no_client(self):
        self.assertEqual(self._numbers([(1, 0)], [Taker(1, 0), Taker(2)]), {1: 0, 2: 1})

    def test_nobody_takes_anything_without_takers(self):
        self.assertEqual(deal([(1, 0)], []), {})

    def test_same_list_is_dealt_the_same_way(self):
        clients = [(number, number % 3) for number in range(50)]
        takers = [Taker(1, 3), Taker(2, 2, frozenset({1}))]
        self.assertEqual(deal(clients, takers), deal(clients, takers))
