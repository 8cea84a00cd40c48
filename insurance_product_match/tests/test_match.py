from contextlib import contextmanager
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from odoo.addons.insurance_client_archive.client_scope import Scope

from .common_match import EngineCase

FACTORS = (
    "need",
    "gap",
    "affordability",
    "completeness",
    "preference",
    "affinity",
    "rules",
)


@tagged("post_install", "-at_install")
class TestMatch(EngineCase):
    """One client, matched by an agent."""

    @contextmanager
    def _logged(self):
        """Yield what is recorded meanwhile: (action, ids of the archives)."""
        uses = []

        def record(archives, action, **event):
            uses.append((action, archives.ids))

        with patch.object(
            type(self.env["insurance.archive"]), "_log_use", record, create=True
        ):
            yield uses

    def test_what_is_missing_and_affordable_is_kept(self):
        match = self._match()
        self.assertEqual(self._line(match, self.life).verdict, "kept")
        self.assertEqual(match.kept_count + match.dropped_count, len(self.offered))

    def test_points_add_up_to_the_score(self):
        for line in self._match().line_ids:
            parts = sum(line[f"points_{name}"] for name in FACTORS)
            self.assertAlmostEqual(parts, line.points, 2)

    def test_ranks_follow_the_points(self):
        kept = self._match().kept_ids.sorted("rank")
        self.assertEqual(kept.mapped("rank"), list(range(1, len(kept) + 1)))
        points = kept.mapped("points")
        self.assertEqual(points, sorted(points, reverse=True))

    def test_the_premium_is_that_of_the_calculator(self):
        line = self._line(self._match(), self.life)
        premium = self.life._insurance_premium(
            self.archive.age, "male", line.sum_insured
        )
        self.assertEqual(line.annual_premium, premium.annual)

    def test_a_product_whose_sale_was_stopped_is_dropped_with_article(self):
        self.life.write({"insurance_state": "stopped", "insurance_state_reason": "Old"})
        match = self._match()
        self.assertEqual(self._codes(match, self.life)[0], "not_sellable")
        self.assertIn("SM-32", str(self._line(match, self.life).findings))

    def test_without_an_assessment_of_needs_nothing_long_term_is_kept(self):
        client = self._archive(name="王小明", birth_date="1990-01-01", gender="male")
        match = self._match(archive=client)
        self.assertIn("need_missing", self._codes(match, self.life))
        self.assertEqual(self._line(match, self.life).verdict, "dropped")

    def test_beyond_the_budget_is_dropped(self):
        match = self._match(budget=100)
        self.assertIn("unaffordable", self._codes(match, self.illness))
        self.assertFalse(match.kept_ids.filtered(lambda x: x.annual_premium > 100))

    def test_more_budget_never_drops_a_product(self):
        before = set()
        for budget in (0, 500, 2_000, 10_000, 50_000):
            kept = set(self._match(budget=budget).kept_ids.product_id.ids)
            self.assertLessEqual(before, kept)
            before = kept

    def test_the_order_of_the_products_does_not_matter(self):
        def told(match):
            return sorted(
                (line.product_id.id, line.rank, line.points, str(line.findings))
                for line in match.line_ids
            )

        turned = self.offered.browse(reversed(self.offered.ids))
        self.assertEqual(told(self._match()), told(self._match(turned)))

    def test_the_combination_is_inside_the_budget(self):
        match = self._match(budget=3_000)
        chosen = match.line_ids.filtered("in_combination")
        self.assertTrue(chosen)
        self.assertLessEqual(sum(chosen.mapped("combination_premium")), 3_000)
        self.assertEqual(
            match.combination_premium, sum(chosen.mapped("combination_premium"))
        )
        self.assertEqual(set(chosen.mapped("verdict")), {"kept"})

    def test_the_age_and_the_sex_a_product_asks_for_count(self):
        women = self._offered("death", "term_life", insurance_gender="female")
        young = self._offered("death", "term_life", insurance_max_age=30)
        match = self._match(women | young)
        for product in women | young:
            self.assertIn("age_or_sex", self._codes(match, product))

    def test_an_occupation_that_is_too_risky_is_named(self):
        occupation = self.env["insurance.occupation"].search(
            [("risk_class", "=", "6")], limit=1
        )
        self.archive.occupation_id = occupation
        careful = self._offered(
            "death", "term_life", insurance_max_occupation_class="3"
        )
        self.assertIn("occupation", self._codes(self._match(careful), careful))

    def test_what_a_seller_may_not_sell_is_dropped(self):
        profile = self.env["insurance.agent.profile"].search(
            [("user_id", "=", self.agent.id)]
        )
        profile.licence_until = "2020-01-01"
        match = self._match()
        self.assertFalse(match.kept_ids)
        self.assertIn("seller", self._codes(match, self.life))

    def test_reasons_are_words_in_the_language_of_the_reader(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        line = self._line(self._match(budget=100), self.illness)
        self.assertIn("budget", line.with_context(lang="en_US").reason)
        self.assertIn("art. 28", line.with_context(lang="en_US").reason)

    def test_a_match_is_recorded_in_the_use_log(self):
        with self._logged() as uses:
            self._match()
        self.assertIn(("match", self.archive.ids), uses)

    def test_a_colleague_of_another_team_can_not_match_or_see_it(self):
        match = self._match()
        with self.assertRaises(AccessError):
            self._match(user=self.agent2)
        with self.assertRaises(AccessError):
            match.with_user(self.agent2).read(["kept_count"])
        self.assertFalse(
            self.env["insurance.match.line"]
            .with_user(self.agent2)
            .search([("match_id", "=", match.id)])
        )

    def test_what_the_engine_found_is_not_changed_by_hand(self):
        match = self._match().with_user(self.agent)
        with self.assertRaises(UserError):
            match.write({"kept_count": 99})
        with self.assertRaises(AccessError):
            match.line_ids[:1].write({"points": 99})
        with self.assertRaises(AccessError):
            self.env["insurance.match.line"].with_user(self.agent).create(
                {
                    "match_id": match.id,
                    "archive_id": self.archive.id,
                    "product_id": self.life.id,
                    "verdict": "kept",
                }
            )

    def test_whoever_is_not_to_be_profiled_sees_what_is_on_sale(self):
        match = self._match(personalised=False)
        self.assertFalse(match.personalised)
        self.assertEqual(match.kept_ids.product_id, self.offered)
        self.assertFalse(any(match.line_ids.mapped("points")))
        self.assertFalse(match.input_ids)

    def test_a_restricted_client_is_not_matched(self):
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE insurance_archive SET state = 'restricted' WHERE id = %s",
            self.archive.ids,
        )
        self.env.invalidate_all()
        with self.assertRaises(UserError):
            self._match()

    def test_a_person_can_decide_otherwise_and_says_so(self):
        match = self._match().with_user(self.agent)
        match.action_ask_human()
        with self.assertRaises(UserError):
            match.action_decide()
        match.human_decision = "The client wants to wait for the new tariff."
        match.action_decide()
        self.assertEqual(match.human_state, "given")
        self.assertEqual(match.human_user_id, self.agent)

    def test_the_facts_are_those_that_suitability_asks_for(self):
        engine = self.env["insurance.match.engine"]
        rules = self.env["insurance.match.rule"]._compiled()
        kinds = self.env["insurance.cover.kind"].search([], order="id")
        self.env.flush_all()
        facts = engine._facts(
            Scope(archive_ids=tuple(self.archive.ids)),
            fields.Date.today(),
            kinds,
            rules,
        ).suitability
        told = self.archive._suitability_client()
        for name in (
            "age",
            "income",
            "income_most",
            "assets_most",
            "budget",
            "premiums",
        ):
            found = getattr(facts, name)[0]
            self.assertEqual(None if found != found else found, told[name], name)
        gaps = {
            kind.code: (
                None if facts.need[0, n] != facts.need[0, n] else facts.need[0, n],
                facts.have[0, n],
            )
            for n, kind in enumerate(kinds)
            if facts.known[0, n]
        }
        self.assertEqual(gaps, told["gaps"])

    def test_many_products_are_matched_by_few_queries(self):
        many = self.offered
        for _product in range(8):
            many |= self._offered("death", "term_life")
        self._match(many)
        self.env.invalidate_all()
        with self.assertQueryCount(90):
            self._match(many)
