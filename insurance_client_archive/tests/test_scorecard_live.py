from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common_segments import SegmentCase


@tagged("post_install", "-at_install")
class TestScorecardLive(SegmentCase):
    """The preview of a scorecard that is being typed."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["insurance.client.feature"].search([]).unlink()
        cls.old = cls._archive(name="王建国", birth_date="1950-01-01")
        cls.archive.birth_date = "1990-01-01"
        cls._refresh(cls.archive, cls.old)

    def _line(self, low="60", points=10, **band):
        return {
            "feature": self._feature("age").id,
            "bands": [{"low": low, "points": points, "options": [], **band}],
        }

    def _level(self, threshold, code):
        segment = self._segment("value_tier", code)
        return {"threshold": threshold, "segment": segment.id}

    def _typed(self, *factors, **values):
        return {
            "dimension": "value_tier",
            "factors": list(factors),
            "rules": [],
            "levels": [self._level(10, "high"), self._level(0, "low")],
            **values,
        }

    def _live(self, draft, card=None, user=None, exact=False):
        card = card or self.env["insurance.scorecard"]
        return card.with_user(user or self.editor).live_preview(draft, exact)

    def _then(self, figures):
        return {row["code"]: row["then"] for row in figures["classes"]}

    def test_unsaved_lines_are_counted(self):
        figures = self._live(self._typed(self._line()))
        self.assertEqual(self._then(figures), {"high": 1, "medium": 0, "low": 1})
        self.assertEqual((figures["total"], figures["moved"]), (2, 1))
        self.assertEqual(figures["moves"][0]["clients"], 1)

    def test_each_change_gives_other_figures(self):
        everybody = self._live(self._typed(self._line(low="18")))
        self.assertEqual(self._then(everybody)["high"], 2)
        nobody = self._live(self._typed(self._line(points=9)))
        self.assertEqual(self._then(nobody)["high"], 0)

    def test_lines_that_were_not_touched_count_as_they_are_stored(self):
        card = self._draft()
        untouched = self._typed({"id": card.factor_ids.id})
        self.assertEqual(self._then(self._live(untouched, card))["high"], 1)
        self.assertEqual(self._live(untouched, card), self._live(untouched, card))

    def test_lines_of_other_scorecards_do_not_count(self):
        card = self._draft()
        other = self._typed({"id": self._card().factor_ids[0].id})
        self.assertEqual(self._then(self._live(other, card))["high"], 0)

    def test_a_rule_that_is_typed_decides(self):
        rule = {
            "segment": self._segment("value_tier", "medium").id,
            "conditions": [
                {"feature": self._feature("age").id, "high": "60", "options": []}
            ],
        }
        figures = self._live(self._typed(self._line(), rules=[rule]))
        self.assertEqual(self._then(figures), {"high": 1, "medium": 1, "low": 0})

    def test_nothing_is_written(self):
        card = self._draft()
        self._live(self._typed(self._line(low="18")), card)
        self.assertEqual(card.factor_ids.band_ids.low, "60")
        self.assertClass("value_tier", "low", self.old)

    def test_what_can_not_be_counted_yet_is_said_in_words(self):
        for draft, words in (
            (self._typed(self._line(low="")), "“Age”"),
            (self._typed(self._line(low="ten")), "ten"),
            (self._typed(levels=[]), "level"),
            (self._typed(levels=[{"threshold": 0, "segment": False}]), "classes"),
            (self._typed(self._line(points="10")), "whole numbers"),
            (self._typed(self._line(low="9; DROP TABLE x")), "no number"),
            ({"dimension": "state"}, "classes"),
        ):
            with self.subTest(words=words):
                self.assertIn(words, self._live(draft)["problem"])

    def test_a_big_book_is_sampled_until_somebody_asks_for_all(self):
        self.env["insurance.parameter"].search(
            [("key", "=", "preview_sample_clients")]
        ).value = "100"
        self.Feature.search([]).unlink()
        archives = [
            self._archive(name="赵一", birth_date="1950-01-01") for _i in range(120)
        ]
        self._refresh(*archives)
        draft = self._typed(self._line())
        self.assertLess(self.env["insurance.scorecard"]._sample_percent(), 100)
        exact = self._live(draft, exact=True)
        self.assertEqual((exact["total"], exact["sampled"]), (120, False))
        self.assertEqual(self._then(exact)["high"], 120)

    def test_only_editors_preview(self):
        for user in (self.agent, self.insurance_admin, self.department):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self._live(self._typed(self._line()), user=user)

    def test_a_preview_takes_few_queries(self):
        card = self._draft()
        draft = self._typed({"id": card.factor_ids.id}, self._line(low="70"))
        draft["factors"].pop()
        self._live(draft, card)
        with self.assertQueryCount(20):
            self._live(draft, card)
