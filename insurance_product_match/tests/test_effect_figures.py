from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common_effect import EffectCase

#: written by hand, beside the model's own statement
BY_HAND = """
    SELECT count(*),
           count(p.id),
           sum(p.annual_premium)::float8,
           100.0 * count(p.id) FILTER (WHERE r.state IN ('sold', 'declined'))
               / NULLIF(count(*) FILTER (WHERE r.state IN ('sold', 'declined')), 0),
           100.0 * count(p.id) FILTER (WHERE l.source = 'engine')
               / NULLIF(count(p.id), 0),
           100.0 * count(p.id) FILTER (
               WHERE p.start_date + interval '13 months' <= CURRENT_DATE
                 AND NOT (p.state IN ('lapsed', 'surrendered', 'terminated')
                     AND p.state_date < p.start_date + interval '13 months'))
               / NULLIF(count(p.id) FILTER (
                   WHERE p.start_date + interval '13 months' <= CURRENT_DATE), 0),
           100.0 * count(p.id) FILTER (
               WHERE p.start_date + interval '25 months' <= CURRENT_DATE
                 AND NOT (p.state IN ('lapsed', 'surrendered', 'terminated')
                     AND p.state_date < p.start_date + interval '25 months'))
               / NULLIF(count(p.id) FILTER (
                   WHERE p.start_date + interval '25 months' <= CURRENT_DATE), 0),
           (SELECT count(*) FROM insurance_feedback f
             WHERE f.kind = 'complaint' AND f.policy_id IN (
                 SELECT policy_id FROM insurance_recommendation_line
                 WHERE archive_id = ANY(%(archives)s)))
    FROM insurance_recommendation_line l
    JOIN insurance_recommendation r ON r.id = l.recommendation_id
    LEFT JOIN insurance_policy p ON p.id = l.policy_id
    WHERE l.archive_id = ANY(%(archives)s) AND r.state <> 'cancelled'
"""
AGGREGATES = (
    "__count",
    "sold:sum",
    "sold_premium:sum",
    "conversion:avg",
    "accuracy:avg",
    "kept_13:avg",
    "kept_25:avg",
    "complaints:sum",
)


@tagged("post_install", "-at_install")
class TestEffectFigures(EffectCase):
    """The figures of the dashboards, counted again by hand."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.clients = (
            cls._outcomes(cls.life, 5, 3, days=100)
            | cls._outcomes(cls.life, 4, 1, days=500, source="manual")
            | cls._outcomes(
                cls.illness, 3, 0, days=900, policy_state="lapsed", lost_after=300
            )
            | cls._outcomes(
                cls.illness, 2, 0, days=900, policy_state="surrendered", lost_after=500
            )
            | cls._outcomes(cls.illness, 2, 0, days=900, complaint=True)
            | cls._outcomes(cls.home, 0, 2, days=20, state="talk")
            | cls._outcomes(cls.home, 0, 2, days=20, state="cancelled")
        )
        cls.env.flush_all()
        cls.effect = cls.env["insurance.recommendation.effect"].with_user(cls.agent)

    def _by_hand(self, archives):
        self.env.cr.execute(BY_HAND, {"archives": archives.ids})
        [row] = self.env.cr.fetchall()
        return row

    def _figures(self, archives, **options):
        [row] = self.effect._read_group(
            [("archive_id", "in", archives.ids)], aggregates=AGGREGATES
        )
        return row

    def _assert_equal(self, found, wanted):
        for name, one, other in zip(AGGREGATES, found, wanted, strict=True):
            with self.subTest(name):
                self.assertAlmostEqual(float(one or 0), float(other or 0), 4)

    def test_all_figures_are_those_counted_by_hand(self):
        wanted = self._by_hand(self.clients)
        # the case is one: every figure says something
        self.assertTrue(all(wanted))
        self.assertNotIn(100, [round(value) for value in wanted[3:7]])
        self._assert_equal(self._figures(self.clients), wanted)

    def test_figures_of_each_product_are_those_counted_by_hand(self):
        for product in (self.life, self.illness, self.home):
            archives = self.effect.search(
                [
                    ("archive_id", "in", self.clients.ids),
                    ("product_id", "=", product.id),
                ]
            ).archive_id
            with self.subTest(product.name):
                self._assert_equal(self._figures(archives), self._by_hand(archives))

    def test_share_of_the_need_is_what_was_recommended_of_what_was_missing(self):
        archive = self._clients(1)
        self._note_outcome(archive, self.life)
        lines = self.env["insurance.recommendation.line"].search(
            [("archive_id", "=", archive.id)]
        )
        mine = [("archive_id", "=", archive.id)]
        # 400,000 were missing; never more than all of it counts
        for recommended, share in ((100_000, 25), (400_000, 100), (900_000, 100)):
            self.env.cr.execute(
                "UPDATE insurance_recommendation_line SET sum_insured = %s"
                " WHERE id = %s",
                [recommended, lines.id],
            )
            self.env.invalidate_all()
            [(found,)] = self.effect._read_group(mine, [], ["need_covered:avg"])
            self.assertAlmostEqual(found, share)
        # nothing was found missing: nothing can be said
        self.env.cr.execute(
            "UPDATE insurance_match_line SET sum_insured = 0 WHERE archive_id = %s",
            [archive.id],
        )
        self.env.invalidate_all()
        [(found,)] = self.effect._read_group(mine, [], ["need_covered:avg"])
        self.assertFalse(found)

    def test_policy_counts_from_the_day_on_which_13_months_are_over(self):
        archive = self._clients(1)
        self._note_outcome(archive, self.life, days=1)
        policy = (
            self.env["insurance.recommendation.line"]
            .search([("archive_id", "=", archive.id)])
            .policy_id
        )
        today = fields.Date.today()
        # at the end of a short month, those of several days end together
        begun = fields.Date.subtract(today, months=13)
        last = max(
            day
            for day in (fields.Date.add(begun, days=days) for days in range(4))
            if fields.Date.add(day, months=13) <= today
        )
        for day, kept in ((last, 100), (fields.Date.add(last, days=1), False)):
            self.env.cr.execute(
                "UPDATE insurance_policy SET start_date = %s WHERE id = %s",
                [day, policy.id],
            )
            self.env.invalidate_all()
            self.assertEqual(self._figures(archive)[5], kept)

    def test_cards_and_rows_are_the_figures_of_what_the_user_may_see(self):
        overview = self.effect.overview(0, "product_id")
        mine = self.effect.search([])
        cards = {card["name"]: card["text"] for card in overview["cards"]}
        self.assertEqual(cards["advised"], f"{len(mine):,}")
        self.assertEqual(cards["sold"], f"{sum(mine.mapped('sold')):,}")
        row = next(row for row in overview["rows"] if row["key"] == self.life.id)
        self.assertEqual(
            (row["number"], row["sold"], row["text"]), (13, 9, f"{900 / 13:.1f} %")
        )
        decided = mine.filtered(
            lambda one: (
                one.product_id == self.life and one.state in ("sold", "declined")
            )
        )
        self.assertEqual(row["of"], f"9 of {len(decided)} decided")
        self.assertFalse(
            self.effect.with_user(self.agent2).search(
                [("archive_id", "in", self.clients.ids)]
            )
        )

    def test_each_card_opens_exactly_what_it_counts(self):
        for card in ("sold", "complaints", "conversion", "advised"):
            action = self.effect.action_open_overview(0, False, card)
            found = self.effect.search(
                [*action["domain"], ("archive_id", "in", self.clients.ids)]
            )
            wanted = {"sold": 16, "complaints": 2, "conversion": 20, "advised": 22}
            with self.subTest(card):
                self.assertEqual(len(found), wanted[card])
        action = self.effect.action_open_overview(0, True, None, "rules_version", False)
        self.assertFalse(
            self.effect.search(
                [*action["domain"], ("archive_id", "in", self.clients.ids)]
            )
        )

    def test_unknown_grouping_is_not_asked_of_the_database(self):
        self.assertEqual(self.effect.overview(12, "partner_id")["by"], "agent_id")

    def test_overview_is_closed_to_those_without_clients(self):
        with self.assertRaises(AccessError):
            self.effect.with_user(self.editor).overview()
