from odoo.exceptions import ValidationError
from odoo.fields import Command
from odoo.tests import Form, tagged

from ..models.insurance_score_feature import PERSONAL
from .common import MODULE
from .common_segments import SegmentCase


@tagged("post_install", "-at_install")
class TestOrganisationScore(SegmentCase):
    """Enterprises and groups are judged by figures that they have."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.enterprise = cls._archive(
            name="上海测试有限公司", client_kind="enterprise", headcount=600
        )

    def _explained(self, archive, dimension="protection_need"):
        self._refresh(archive)
        dimensions = archive.with_user(self.agent).class_explanation["dimensions"]
        return next(one for one in dimensions if one["name"] == dimension)

    def _shipped(self, dimension, number=2):
        return self.env.ref(f"{MODULE}.scorecard_{dimension}_{number}")

    def test_age_and_family_are_no_factor_of_an_organisation(self):
        personal = {self._feature(code).name for code in PERSONAL}
        for dimension in ("protection_need", "value_tier"):
            card = self._shipped(dimension)
            concerning = card.factor_ids._concerning("enterprise")
            self.assertFalse(personal & set(concerning.mapped("feature_id.name")))
            self.assertGreaterEqual(
                set(concerning.mapped("feature_id.code")),
                {"headcount", "known_months", "premium_in_force"},
            )
            organisation = card.factor_ids.filtered(
                lambda factor: factor.applies_to == "organisation"
            )
            self.assertFalse(organisation & card.factor_ids._concerning("individual"))

    def test_points_follow_the_figures_of_an_organisation(self):
        draft = self._draft(factor_ids=[])
        draft.factor_ids = [
            Command.create(
                {
                    "feature_id": self._feature(code).id,
                    "applies_to": applies_to,
                    "band_ids": [Command.create({**band, "points": points})],
                }
            )
            for code, applies_to, band, points in (
                ("age", "individual", {"missing": True}, 40),
                ("headcount", "organisation", {"low": "500"}, 10),
                ("claims_36m", "all", {"high": "1"}, 1),
            )
        ]
        draft.with_user(self.editor2).state = "approved"
        draft.with_user(self.editor2).state = "active"
        found = self._explained(self.enterprise, "value_tier")
        self.assertEqual((found["points"], found["highest"]), (11, 11))
        self.assertEqual([row["points"] for row in found["factors"]], [10, 1])
        self.assertClass("value_tier", "high", self.enterprise)
        found = self._explained(self.archive, "value_tier")
        self.assertEqual((found["points"], found["highest"]), (41, 41))
        history = self.Change.search(
            [
                ("archive_id", "=", self.enterprise.id),
                ("dimension", "=", "value_tier"),
                ("scorecard_id", "=", draft.id),
            ]
        )
        self.assertEqual(sum(history.factors.values()), 11)

    def test_cover_lowers_the_need_of_an_organisation(self):
        active = self.env["insurance.scorecard"]._active()["protection_need"]
        if active != self._shipped("protection_need"):
            # a database from before: the house has yet to approve it
            self._shipped("protection_need").write({"state": "approved"})
            self._shipped("protection_need").write({"state": "active"})
        self._refresh(self.enterprise)
        self.assertClass("protection_need", "high", self.enterprise)
        Category = self.env["insurance.product.category"]
        for line, sum_insured in (
            ("property", 30_000_000),
            ("liability", 20_000_000),
            ("accident", 8_000_000),
        ):
            product = self._product(Category.search([("line", "=", line)], limit=1))
            self._issued(
                archive_id=self.enterprise.id,
                product_id=product.id,
                premium=100_000,
                sum_insured=sum_insured,
            )
        self._refresh(self.enterprise)
        self.assertClass("protection_need", "low", self.enterprise)

    def test_figure_counts_once_for_each_kind_of_client(self):
        draft = self._draft()
        premium = self._feature("premium_in_force").id
        lines = [
            Command.create({"feature_id": premium, "applies_to": applies_to})
            for applies_to in ("individual", "organisation", "all")
        ]
        draft.factor_ids = lines[:2]
        with self.assertRaisesRegex(ValidationError, "all clients already"):
            draft.factor_ids = lines[2:]

    def test_organisation_is_not_asked_what_only_persons_have(self):
        draft = self._draft()
        with self.assertRaisesRegex(ValidationError, "Organisations have no"):
            draft.factor_ids.applies_to = "organisation"

    def test_personal_figure_is_offered_for_individuals(self):
        with Form(self._draft()) as form:
            with form.factor_ids.new() as line:
                line.feature_id = self._feature("health_grade")
                self.assertEqual(line.applies_to, "individual")
                line.feature_id = self._feature("headcount")
                line.applies_to = "organisation"

    def test_draft_is_previewed_with_whom_it_applies_to(self):
        card = self._draft().with_user(self.editor)
        draft = {
            "dimension": "value_tier",
            "rules": [],
            "levels": [
                {"threshold": number, "segment": self._segment("value_tier", code).id}
                for number, code in ((0, "low"), (10, "high"))
            ],
        }
        band = {"low": "1", "points": 10}
        self._refresh(self.enterprise)
        self._refresh(self.archive)
        counts = {}
        for applies_to in ("organisation", "individual"):
            line = {
                "feature": self._feature("headcount").id,
                "applies_to": applies_to,
                "bands": [band],
            }
            found = card.live_preview({**draft, "factors": [line]}, exact=True)
            self.assertFalse(found["problem"])
            counts[applies_to] = next(
                one["then"] for one in found["classes"] if one["code"] == "high"
            )
        # classes that people have set count in both
        self.assertGreater(counts["organisation"], counts["individual"])
        line["applies_to"] = "client_kind = 'x' OR TRUE"
        found = card.live_preview({**draft, "factors": [line]})
        self.assertIn("to which clients", found["problem"])

    def test_house_with_a_version_in_force_gets_the_new_one_as_a_draft(self):
        Card = self.env["insurance.scorecard"]
        new = self._shipped("value_tier")
        own = self._draft()
        own.with_user(self.editor2).state = "approved"
        own.with_user(self.editor2).state = "active"
        states = (new.state, own.state)
        Card._put_shipped_into_force()
        self.assertEqual((new.state, own.state), states)
        self.assertEqual(Card._active()["value_tier"], own)
