from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from ..client_scope import Scope
from ..tools import score_evaluator
from .common import MODULE
from .common_segments import SegmentCase


@tagged("post_install", "-at_install")
class TestClientClasses(SegmentCase):
    """Clients are classified, explained and, by whom knows better, overridden."""

    def _changes(self, dimension="value_tier", archive=None):
        return self.Change.search(
            [
                ("archive_id", "=", (archive or self.archive).id),
                ("dimension", "=", dimension),
            ]
        )

    def _override(self, code="high", user=None, **values):
        return self.Override.with_user(user or self.agent).create(
            {
                "archive_id": self.archive.id,
                "segment_id": self._segment("value_tier", code).id,
                "reason": "Refers many clients to us.",
                **values,
            }
        )

    # --- shipped scorecards

    def test_clients_without_policies_are_prospects(self):
        self._refresh()
        self.assertClass("client_type", "potential")
        self.assertClass("lifecycle_stage", "prospect")

    def test_enterprises_and_groups_are_types_of_their_own(self):
        for kind in ("enterprise", "group"):
            archive = self._archive(name="上海浦江贸易有限公司", client_kind=kind)
            self._refresh(archive)
            self.assertClass("client_type", kind, archive)

    def test_life_cycle_goes_from_new_over_growing_to_declining(self):
        policy = self._issued()
        self._refresh()
        self.assertClass("lifecycle_stage", "new")
        policy.start_date = fields.Date.subtract(self.today, years=3)
        self._refresh()
        self.assertClass("lifecycle_stage", "mature")
        self._issued()
        self._refresh()
        self.assertClass("lifecycle_stage", "growing")
        for state in ("surrendered",):
            self.archive.policy_ids.write({"state": state, "state_reason": "x"})
        self._refresh()
        self.assertClass("lifecycle_stage", "declining")

    def test_high_assets_make_a_high_net_worth_client(self):
        self._issued()
        self.archive.asset_band = "6"
        self._refresh()
        self.assertClass("client_type", "high_net_worth")

    # --- writing

    def test_a_change_leaves_one_row_with_points_and_version(self):
        self._refresh()
        self._issued(premium=150_000)
        self._issued(premium=150_000)
        self.archive.income_band = "6"
        self._refresh()
        change = self._changes()[0]
        self.assertEqual((change.old_code, change.new_code), ("low", "high"))
        self.assertEqual(change.scorecard_id, self._card())
        self.assertEqual(sum(change.factors.values()), change.points)
        self.assertIn("Premium in force: +40", change.factor_text)

    def test_nothing_is_written_when_nothing_changes(self):
        self._refresh()
        count = self.Change.search_count([])
        scope = Scope(archive_ids=(self.archive.id,))
        self.assertEqual(self.Class._classify(scope, self.today), 0)
        self.assertEqual(self.Change.search_count([]), count)

    def test_points_on_file_are_those_of_the_plain_evaluator(self):
        self.archive.write({"birth_date": "1980-05-05", "income_band": "4"})
        self._issued()
        self._refresh()
        score = self.Class.search([("archive_id", "=", self.archive.id)])
        kinds, figures = self.Feature._feature_kinds(), self.archive._figures()
        for dimension, card in self.env["insurance.scorecard"]._active().items():
            verdict = score_evaluator.evaluate(card._structure(), kinds, figures)
            self.assertEqual(score[dimension], verdict.result)
            self.assertEqual(score[f"{dimension}_points"], verdict.points)

    def test_classes_are_not_written_by_hand(self):
        for user in (self.agent, self.supervisor):
            with self.assertRaisesRegex(UserError, "Set class by hand"):
                self.archive.with_user(user).write({"value_tier": "high"})
        with self.assertRaisesRegex(UserError, "Set class by hand"):
            self.env["insurance.archive"].with_user(self.agent).create(
                {"name": "王五", "phone": "13900139000", "value_tier": "high"}
            )
        Archive = self.env["insurance.archive"].with_context(default_value_tier="high")
        with self.assertRaisesRegex(UserError, "Set class by hand"):
            Archive.with_user(self.agent).create({"name": "王五"})

    def test_history_of_classes_stays(self):
        self._refresh()
        change = self._changes()
        with self.assertRaisesRegex(UserError, "can't be changed"):
            change.write({"new_code": "high"})
        with self.assertRaisesRegex(UserError, "can't be deleted"):
            change.unlink()

    # --- explanation

    def test_the_explanation_adds_up(self):
        self.archive.birth_date = "1980-05-05"
        self._issued()
        self._refresh()
        explained = self.archive.with_user(self.agent).class_explanation
        self.assertEqual(len(explained["dimensions"]), 5)
        for dimension in explained["dimensions"]:
            self.assertEqual(
                dimension["points"],
                sum(factor["points"] for factor in dimension["factors"]),
            )
            self.assertTrue(dimension["version"] and dimension["since"])
            self.assertEqual(dimension["code"], self.archive[dimension["name"]])
            if dimension["factors"] and not dimension["rule"]:
                reached = [level for level in dimension["levels"] if level["reached"]]
                self.assertEqual(len(reached), 1)
        need = explained["dimensions"][2]
        self.assertIn(
            "unknown",
            [f["value"] for f in need["factors"] if f["name"] == "Income band"],
        )

    def test_a_rule_that_decides_is_named(self):
        self._refresh()
        explained = self.archive.with_user(self.agent).class_explanation
        kind = explained["dimensions"][0]
        self.assertEqual(
            (kind["name"], kind["rule"]), ("client_type", "Not insured yet")
        )

    def test_explanations_are_for_those_who_may_open_the_archive(self):
        self._refresh()
        self.assertTrue(self.archive.with_user(self.agent).class_explanation)
        with self.assertRaises(AccessError):
            self.archive.with_user(self.agent2).read(["class_explanation"])
        for model in (self.Class, self.Change):
            mine = [("archive_id", "=", self.archive.id)]
            self.assertTrue(model.with_user(self.agent).search(mine))
            self.assertFalse(model.with_user(self.agent2).search(mine))
            with self.assertRaises(AccessError):
                model.with_user(self.editor).search(mine)

    # --- set by hand

    def test_a_class_set_by_hand_counts_at_once(self):
        self._refresh()
        override = self._override()
        self.assertClass("value_tier", "high")
        self.assertEqual(override.score_segment_id.code, "low")
        self.assertEqual(self._changes()[0].reason, "override")
        self.assertEqual(self.archive.class_override_count, 1)
        explained = self.archive.with_user(self.agent).class_explanation
        shown = explained["dimensions"][4]["override"]
        self.assertEqual(shown["user"], self.agent.name)
        self.assertEqual(shown["reason"], override.reason)

    def test_the_scorecard_does_not_undo_what_a_person_set(self):
        self._override()
        self._refresh()
        self.assertClass("value_tier", "high")

    def test_when_it_ends_the_scorecard_decides_again(self):
        override = self._override()
        override.action_end()
        self.assertClass("value_tier", "low")
        self.assertEqual(self._changes()[0].reason, "expiry")
        self.assertEqual(override.ended_by_id, self.agent)

    def test_it_expires_after_its_last_day(self):
        override = self._override(expires_on=self.today)
        yesterday = fields.Date.subtract(self.today, days=1)
        override.sudo().write({"set_on": yesterday, "expires_on": yesterday})
        self.assertClass("value_tier", "low")
        cron = self.env.ref(f"{MODULE}.ir_cron_class_overrides")
        with self.enter_registry_test_mode():
            cron.method_direct_trigger()
        self.assertEqual(override.state, "expired")
        queue = [("state", "=", "expired"), ("reviewed", "=", False)]
        self.assertIn(override, self.Override.with_user(self.agent).search(queue))
        override.with_user(self.agent).action_reviewed()
        self.assertNotIn(override, self.Override.with_user(self.agent).search(queue))

    def test_reason_and_last_day_are_demanded(self):
        with self.assertRaisesRegex(ValidationError, "Say why"):
            self._override(reason="  ")
        with self.assertRaisesRegex(ValidationError, "months at most"):
            self._override(expires_on=fields.Date.add(self.today, years=3))
        with self.assertRaisesRegex(ValidationError, "passed"):
            self._override(expires_on=fields.Date.subtract(self.today, days=1))

    def test_the_author_is_who_sets_it(self):
        override = self._override(user_id=self.supervisor.id, state="ended")
        self.assertEqual((override.user_id, override.state), (self.agent, "active"))
        for values in (
            {"reason": "other"},
            {"user_id": self.agent2.id},
            {"reviewed": True},
            {"state": "ended"},
            {"set_on": "2020-01-01"},
        ):
            with self.assertRaisesRegex(UserError, "not rewritten"):
                override.write(values)

    def test_only_those_who_work_for_the_client_set_its_class(self):
        for user in (self.agent2, self.department, self.archivist, self.editor):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self._override(user=user)

    def test_the_dialog_ends_the_former_setting(self):
        former = self._override("medium")
        wizard = (
            self.env["insurance.client.class.set"]
            .with_user(self.agent)
            .create(
                {
                    "archive_id": self.archive.id,
                    "dimension": "value_tier",
                    "segment_id": self._segment("value_tier", "high").id,
                    "reason": "Brings the whole family.",
                }
            )
        )
        self.assertEqual(wizard.current, "Medium value")
        wizard.action_set()
        self.assertEqual(former.state, "ended")
        self.assertClass("value_tier", "high")

    # --- review queue

    def _near(self, archive=None):
        """Put a client next to a threshold by its stored distance."""
        score = self.Class.search([("archive_id", "=", (archive or self.archive).id)])
        score.closest_gap = 1
        return score

    def test_borderline_clients_wait_for_review_until_confirmed(self):
        self._refresh()
        score = self._near().with_user(self.agent)
        waiting = self.Class.with_user(self.agent).search([("to_review", "=", True)])
        self.assertIn(score, waiting)
        self.assertTrue(score.to_review)
        score.action_confirm()
        self.assertFalse(score.to_review)
        self.assertEqual(score.reviewed_by_id, self.agent)
        with self.assertRaises(AccessError):
            score.with_user(self.agent2).action_confirm()

    def test_a_new_class_is_to_be_reviewed_again(self):
        self._refresh()
        score = self._near()
        score.action_confirm()
        self._issued(premium=150_000)
        self._issued(premium=150_000)
        self.archive.income_band = "6"
        self._refresh()
        self.assertFalse(score.reviewed_on)

    # --- sizes

    def test_sizes_count_the_clients_the_user_may_open(self):
        self._refresh()
        segment = self._segment("client_type", "potential")
        mine = segment.with_user(self.agent).client_count
        self.assertEqual(mine, 1)
        self.assertEqual(segment.with_user(self.agent2).client_count, 0)
        self.assertEqual(segment.with_user(self.editor).client_count, 0)
        action = segment.with_user(self.agent).action_open_clients()
        found = (
            self.env["insurance.archive"].with_user(self.agent).search(action["domain"])
        )
        self.assertEqual(found, self.archive)
