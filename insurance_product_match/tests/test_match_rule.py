from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import new_test_user, tagged

from odoo.addons.insurance_client_archive.client_scope import Scope

from .common_match import EngineCase

OF_DEATH = repr([("insurance_category_id.cover_kind_id.code", "=", "death")])


@tagged("post_install", "-at_install")
class TestMatchRule(EngineCase):
    """House rules: written, tried, approved by somebody else, followed."""

    def setUp(self):
        super().setUp()
        scope = Scope(archive_ids=tuple(self.archive.ids))
        self.env["insurance.client.feature"]._refresh(scope, fields.Date.today())
        # where consent is asked for, nothing is known of this client
        self.env.cr.execute(
            "UPDATE insurance_client_feature SET age = 41 WHERE archive_id = %s",
            self.archive.ids,
        )

    def _of(self, product):
        return repr([("id", "=", product.id)])

    def test_an_excluded_product_is_dropped_with_the_words_of_the_rule(self):
        self._rule(
            client_condition='[("age", ">=", 18)]',
            product_condition=self._of(self.life),
            reason="Not for adults.",
        )
        line = self._line(self._match(), self.life)
        self.assertEqual(line.verdict, "dropped")
        self.assertIn("Not for adults.", line.with_context(lang="en_US").reason)

    def test_a_rule_for_other_clients_changes_nothing(self):
        self._rule(
            client_condition='[("age", ">=", 90)]',
            product_condition=self._of(self.life),
        )
        self.assertEqual(self._line(self._match(), self.life).verdict, "kept")

    def test_nothing_else_is_offered_than_what_a_rule_requires(self):
        self._rule("require", product_condition=self._of(self.life))
        match = self._match()
        self.assertEqual(match.kept_ids.product_id, self.life)

    def test_points_of_a_rule_are_added(self):
        before = self._line(self._match(), self.life)
        self._rule("boost", product_condition=self._of(self.life), points=7)
        after = self._line(self._match(), self.life)
        self.assertAlmostEqual(after.points, before.points + 7, 2)
        self.assertEqual(after.points_rules, 7)

    def test_classes_of_the_archive_can_be_asked_for(self):
        self._rule(
            client_condition='[("archive_id.gender", "=", "male")]',
            product_condition=self._of(self.life),
        )
        self.assertEqual(self._line(self._match(), self.life).verdict, "dropped")

    def test_products_can_be_asked_for_by_what_their_category_covers(self):
        self._rule(product_condition=OF_DEATH)
        match = self._match()
        self.assertEqual(self._line(match, self.life).verdict, "dropped")
        self.assertEqual(self._line(match, self.illness).verdict, "kept")

    def test_a_draft_is_not_followed(self):
        self._rule(state="draft", product_condition=self._of(self.life))
        self.assertEqual(self._line(self._match(), self.life).verdict, "kept")

    def test_a_retired_rule_is_not_followed(self):
        rule = self._rule(product_condition=self._of(self.life))
        rule.write({"state": "retired", "state_reason": "No longer"})
        self.assertEqual(self._line(self._match(), self.life).verdict, "kept")

    def test_whoever_wrote_a_rule_does_not_approve_it(self):
        rule = self._rule(state="draft").with_user(self.specialist)
        rule.write({"reason": "Written by the specialist, too."})
        rule.action_backtest()
        with self.assertRaisesRegex(UserError, "yourself"):
            rule.with_context(lang="en_US").write({"state": "approved"})

    def test_an_editor_approves_nothing(self):
        rule = self._rule(state="draft")
        rule.action_backtest()
        other = self._product_user_named("other editor")
        with self.assertRaises(AccessError):
            rule.with_user(other).write({"state": "approved"})

    def _product_user_named(self, name):
        return new_test_user(
            self.env, f"test {name}", "insurance_product_match.group_product_editor"
        )

    def test_a_rule_is_tried_before_it_is_approved(self):
        rule = self._rule(state="draft").with_user(self.specialist)
        with self.assertRaisesRegex(UserError, "back-test"):
            rule.with_context(lang="en_US").write({"state": "approved"})

    def test_a_back_test_of_an_older_wording_does_not_count(self):
        rule = self._rule(state="draft")
        rule.action_backtest()
        self.assertTrue(rule.is_tried)
        # at once, within the same second
        for name, value in (
            ("points", rule.points + 1),
            ("priority", rule.priority + 1),
            ("client_condition", repr([("archive_id.gender", "=", "male")])),
        ):
            rule[name] = value
            self.assertFalse(rule.is_tried, name)
            rule.action_backtest()
            self.assertTrue(rule.is_tried, name)
        rule.points += 1
        self.assertFalse(rule.is_tried)

    def test_the_back_test_counts_what_was_sold(self):
        policy = self._in_force(self.life, 300_000)
        policy.start_date = fields.Date.subtract(fields.Date.today(), months=2)
        rule = self._rule(state="draft", product_condition=self._of(self.life))
        rule.action_backtest()
        self.env.cr.execute(
            "SELECT count(*) FROM insurance_policy WHERE product_id = %s",
            [self.life.id],
        )
        self.assertEqual(rule.backtest_ids.touched_count, self.env.cr.fetchone()[0])
        self.assertEqual(rule.backtest_ids.product_count, 1)

    def test_what_was_approved_is_not_changed(self):
        rule = self._rule()
        with self.assertRaises(UserError):
            rule.write({"points": 3})
        with self.assertRaises(UserError):
            rule.unlink()

    def test_a_new_version_takes_over_from_the_old_one(self):
        rule = self._rule(product_condition=self._of(self.life))
        draft_id = rule.with_user(self.editor).action_new_version()["res_id"]
        draft = rule.browse(draft_id).with_user(self.editor)
        draft.write({"product_condition": self._of(self.illness)})
        draft.action_backtest()
        draft.with_user(self.specialist).write({"state": "approved"})
        draft.with_user(self.specialist).write({"state": "active"})
        self.assertEqual((draft.version, rule.state), (2, "retired"))
        match = self._match()
        self.assertEqual(self._line(match, self.life).verdict, "kept")
        self.assertEqual(self._line(match, self.illness).verdict, "dropped")

    def test_authors_and_versions_are_not_entered_by_hand(self):
        rule = self._rule(state="draft").with_user(self.editor)
        for name, value in (
            ("author_ids", [(5,)]),
            ("version", 9),
            ("approved_by_id", self.editor.id),
            ("content_on", "2020-01-01 00:00:00"),
        ):
            with self.assertRaises(UserError):
                rule.write({name: value})

    def test_conditions_name_nothing_sealed_and_follow_no_other_path(self):
        for condition in (
            '[("archive_id.annual_income", ">", 1)]',
            '[("archive_id.id_number", "=", "1")]',
            '[("archive_id.partner_id.name", "=", "x")]',
            '[("create_uid.password", "=", "x")]',
            '[("age", "any", [("x", "=", 1)])]',
            '[("age", "inselect", ("SELECT 1", ()))]',
            "__import__('os')",
            "[(",
        ):
            with self.assertRaises(ValidationError):
                self._rule(state="draft", client_condition=condition)

    def test_a_value_is_a_parameter_and_never_sql(self):
        self._rule(
            client_condition=repr([("archive_id.gender", "=", "male'; DROP x--")]),
            product_condition=self._of(self.life),
        )
        self.assertEqual(self._line(self._match(), self.life).verdict, "kept")

    def test_agents_read_rules_and_write_none(self):
        rule = self._rule(state="draft").with_user(self.agent)
        self.assertTrue(rule.name)
        with self.assertRaises(AccessError):
            rule.write({"name": "Mine"})
        with self.assertRaises(AccessError):
            rule.action_backtest()

    def test_few_clients_are_not_counted_for_writers_of_rules(self):
        rules = self.env["insurance.match.rule"].with_user(self.editor)
        found = rules.try_condition(
            "client_condition", [["archive_id.gender", "=", "male"], ["age", "=", 999]]
        )
        self.assertEqual(found, {"valid": True, "count": 0})
        self.assertFalse(
            rules.try_condition("client_condition", [["id", "=", 1]])["valid"]
        )
        with self.assertRaises(AccessError):
            rules.with_user(self.agent).try_condition("client_condition", [])
