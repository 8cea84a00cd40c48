from unittest.mock import patch

from dateutil.relativedelta import relativedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import SQL

from .common_effect import EffectCase


@tagged("post_install", "-at_install")
class TestMatchBacktestHistory(EffectCase):
    """A rule is tried on what was known when it would have acted."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # consents, where another addon asks for them, have tests of their own
        cls.startClassPatcher(
            patch.object(
                cls.env.registry["insurance.archive"],
                "_may_process_sql",
                lambda model, purpose, alias: SQL("TRUE"),
            )
        )
        cls.today = fields.Date.today()
        cls.illness_only = repr([("id", "=", cls.illness.id)])

    def _tried(self, clients, **values):
        """Return the back-test of a rule on these clients and one product."""
        rule = self._rule(
            state="draft",
            client_condition=repr(clients),
            product_condition=self.illness_only,
            **values,
        )
        rule.with_user(self.editor).action_backtest()
        return rule.backtest_ids[:1]

    def _sold(self, archive, months):
        day = self.today - relativedelta(months=months)
        return self._bought(archive, self.illness, day)

    def test_age_is_that_of_the_day_of_the_sale(self):
        born = self.today - relativedelta(years=41)
        archive = self._clients(1, birth_date=born)
        self._sold(archive, 18)
        self.assertEqual(self._tried([("age", ">=", 40)]).touched_count, 0)
        self._sold(archive, 3)
        self.assertEqual(self._tried([("age", ">=", 40)]).touched_count, 1)

    def test_what_was_bought_later_does_not_count(self):
        archive = self._clients(1)
        for months in (20, 10, 2):
            self._sold(archive, months)
        for bought in range(3):
            with self.subTest(bought):
                tried = self._tried([("policies_issued", "=", bought)])
                self.assertEqual(tried.touched_count, 1)

    def test_class_is_that_of_its_history(self):
        tiers = self.env["insurance.archive"]._fields["value_tier"].selection
        old, new = tiers[0][0], tiers[-1][0]
        archive = self._clients(1)
        self.env.cr.execute(
            "UPDATE insurance_archive SET value_tier = %s WHERE id = %s",
            [new, archive.id],
        )
        self._row(
            "insurance_client_class_change",
            archive_id=archive.id,
            day=self.today - relativedelta(months=6),
            dimension="value_tier",
            old_code=old,
            new_code=new,
            reason="score",
        )
        self._sold(archive, 12)
        self._sold(archive, 2)
        for tier in (old, new):
            with self.subTest(tier):
                tried = self._tried([("archive_id.value_tier", "=", tier)])
                self.assertEqual(tried.touched_count, 1)

    def test_tolerance_is_that_of_the_test_that_held(self):
        archive = self._clients(1)
        for months, tolerance in ((14, "c1"), (4, "c4")):
            self._row(
                "insurance_assessment",
                archive_id=archive.id,
                company_id=archive.company_id.id,
                kind="tolerance",
                state="done",
                channel="interview",
                asked_on=self.today - relativedelta(months=months),
                done_on=self.today - relativedelta(months=months),
                valid_until=self.today - relativedelta(months=months - 12),
                tolerance=tolerance,
            )
        self._sold(archive, 8)
        self._sold(archive, 1)
        for tolerance in ("c1", "c4"):
            with self.subTest(tolerance):
                tried = self._tried([("archive_id.risk_tolerance", "=", tolerance)])
                self.assertEqual(tried.touched_count, 1)

    def test_recommendations_are_tried_and_counted_as_by_hand(self):
        self._parameter("portrait_min_clients", 5)
        young, old = ({"birth_date": f"{year}-03-03"} for year in (2001, 1961))
        self._outcomes(self.illness, 2, 6, days=200, client=young)
        self._outcomes(self.illness, 6, 2, days=200, client=old)
        tried = self._tried([("age", ">=", 50)])
        self.env.cr.execute(
            """
            SELECT count(*),
                   count(*) FILTER (WHERE touched),
                   100.0 * count(*) FILTER (WHERE touched AND bought)
                       / count(*) FILTER (WHERE touched),
                   100.0 * count(*) FILTER (WHERE NOT touched AND bought)
                       / count(*) FILTER (WHERE NOT touched)
            FROM (
                SELECT l.policy_id IS NOT NULL AS bought,
                       l.product_id = %s AND a.birth_date <
                           r.create_date::date - interval '50 years' AS touched
                FROM insurance_recommendation_line l
                JOIN insurance_recommendation r ON r.id = l.recommendation_id
                JOIN insurance_archive a ON a.id = l.archive_id
                WHERE r.state IN ('sold', 'declined') AND l.company_id = %s
                  AND r.create_date::date > %s
                  AND a.state NOT IN ('restricted', 'destroyed')
            ) AS advised
            """,
            [
                self.illness.id,
                self.env.company.id,
                self.today - relativedelta(months=24),
            ],
        )
        [wanted] = self.env.cr.fetchall()
        found = (
            tried.advice_count,
            tried.advice_touched,
            tried.touched_bought,
            tried.other_bought,
        )
        for one, other in zip(found, wanted, strict=True):
            self.assertAlmostEqual(one, float(other or 0), 1)
        self.assertEqual((tried.advice_touched, tried.touched_bought), (8, 75))

    def test_rule_change_goes_from_draft_to_the_match_by_three_people(self):
        rule = self._rule("boost", product_condition=self.illness_only, points=7)
        before = self._match()
        draft = rule.browse(
            rule.with_user(self.editor).action_new_version()["res_id"]
        ).with_user(self.editor)
        draft.points = 20
        specialist = draft.with_user(self.specialist)
        with self.assertRaisesRegex(UserError, "back-test"):
            specialist.with_context(lang="en_US").write({"state": "approved"})
        draft.action_backtest()
        with self.assertRaises(AccessError):
            draft.write({"state": "approved"})
        with self.assertRaises(AccessError):
            draft.with_user(self.agent).write({"state": "approved"})
        # a change after the test makes the test worthless
        draft.points = 12
        with self.assertRaisesRegex(UserError, "back-test"):
            specialist.with_context(lang="en_US").write({"state": "approved"})
        draft.action_backtest()
        specialist.write({"state": "approved"})
        self.assertEqual(self._rule_points(self._match()), 7)
        specialist.write({"state": "active"})
        self.assertEqual((rule.state, draft.state), ("retired", "active"))
        after = self._match()
        self.assertEqual(self._rule_points(after), 12)
        self.assertNotEqual(after.rules_version, before.rules_version)
        # what was found before stays as it was found
        self.assertEqual(self._rule_points(before), 7)

    def _rule_points(self, match):
        return self._line(match, self.illness).points_rules
