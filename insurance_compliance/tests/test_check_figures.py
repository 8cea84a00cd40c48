from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.insurance_client_archive.tests.common_sweep import run_sweeps

from .common_check import CheckCase, Found


@tagged("post_install", "-at_install")
class TestCheckFigures(CheckCase):
    def _found(self, population, count):
        """Return a function that finds so many, from now on."""
        self.finds = (population, count)

        def function(env, since):
            total, broken = self.finds
            return Found(total, facts=("Broken.",) * broken)

        return function

    def test_rate_of_a_run_is_weighted_by_severity(self):
        low = self._check("test_low", self._found(1, 1), severity="low")
        critical = self._check("test_critical", severity="critical")
        run = self._run(low | critical)
        # weights 1 and 10: (1 × 0 + 10 × 100) / 11
        self.assertAlmostEqual(run.rate, 90.91, places=2)
        self.assertEqual((run.passed_count, run.failed_count), (1, 1))
        self.assertEqual((run.check_count, run.critical_count), (2, 0))

    def test_what_is_not_applicable_does_not_count(self):
        made = self._check("test_made", self._found(4, 1))
        idle = self._check("test_idle", lambda env, since: None, severity="critical")
        run = self._run(made | idle)
        self.assertEqual((run.rate, run.check_count), (75, 1))

    def test_a_run_in_which_nothing_could_be_made_has_no_rate(self):
        run = self._run(self._check("test_idle", lambda env, since: None))
        self.assertEqual((run.rate, run.check_count, run.state), (0, 0, "done"))

    def test_risk_points_are_weight_times_extent(self):
        for population, count, points in ((1000, 1, 6), (10, 1, 6), (10, 10, 60)):
            with self.subTest(population=population, count=count):
                code = f"test_points_{population}_{count}"
                function = self._found(population, count)
                run = self._run(self._check(code, function, severity="high"))
                self.assertEqual(run.result_ids.risk_points, points)
                self.assertEqual(run.risk_points, points)

    def test_a_result_is_compared_with_the_one_before(self):
        check = self._check("test_compared", self._found(10, 5))
        first = self._run(check).result_ids
        self.assertEqual((first.change, first.latest), ("first", True))
        self.finds = (10, 2)
        second = self._run(check).result_ids
        self.assertEqual((second.change, second.previous_id), ("better", first))
        self.assertEqual((first.latest, second.latest), (False, True))
        self.assertEqual(second.previous_violations, 5)
        third = self._run(check).result_ids
        self.assertEqual(third.change, "same")
        self.finds = (10, 3)
        self.assertEqual(self._run(check).result_ids.change, "worse")

    def test_a_run_is_compared_with_the_one_of_the_same_plan(self):
        check = self._check("test_plan", self._found(10, 5))
        first = self._run(check, name="A")
        plan = first.plan_id
        self._run(check)
        self.finds = (10, 1)
        action = plan.with_user(self.compliance).action_run()
        second = self.Run.browse(action["res_id"])
        run_sweeps(self)
        self.assertEqual(second.previous_id, first)
        self.assertEqual((first.rate, second.rate, second.rate_change), (50, 90, 40))
        self.assertEqual(second.points_change, second.risk_points - first.risk_points)

    def test_the_catalogue_shows_the_last_outcome(self):
        check = self._check("test_last", self._found(10, 5))
        self.assertFalse(check.last_state)
        self._run(check)
        check.invalidate_recordset()
        self.assertEqual((check.last_state, check.last_rate), ("failed", 50))

    def test_lists_of_older_results_are_deleted_and_figures_stay(self):
        check = self._check("test_old", self._found(10, 5))
        old = self._run(check).result_ids
        new = self._run(check).result_ids
        days = self.env["insurance.parameter"]._get("check_violation_days")
        long_ago = fields.Datetime.now() - timedelta(days=days + 1)
        (old | new).date = long_ago
        self.env.flush_all()
        self.env["insurance.check.violation"]._gc_old()
        self.assertEqual((len(old.violation_ids), old.violations), (0, 5))
        # the last word on a check keeps its list, however old
        self.assertEqual(len(new.violation_ids), 5)

    def test_lists_within_their_time_stay(self):
        check = self._check("test_young", self._found(10, 5))
        old = self._run(check).result_ids
        self._run(check)
        self.env["insurance.check.violation"]._gc_old()
        self.assertEqual(len(old.violation_ids), 5)

    def _tasks(self, user):
        kind = self.env.ref("insurance_compliance.mail_activity_type_check_failed")
        Activity = self.env["mail.activity"]
        return Activity.search_count(
            [("user_id", "=", user.id), ("activity_type_id", "=", kind.id)]
        )

    def test_severe_failures_are_a_task_of_the_responsible(self):
        mild = self._check("test_mild", self._found(1, 1), severity="low")
        self._run(mild, responsible_id=self.compliance.id)
        self.assertFalse(self._tasks(self.compliance))
        severe = self._check("test_severe", self._found(1, 1), severity="critical")
        self._run(severe, responsible_id=self.compliance.id)
        self.assertEqual(self._tasks(self.compliance), 1)

    def test_failed_checks_are_in_the_ledger_of_rectification(self):
        ledger = self.env["insurance.rectification"]
        check = self._check("test_mended", self._found(10, 5), severity="high")
        fine = self._check("test_fine")
        self._run(check | fine)
        found = ledger.search([("key", "=", "check:test_mended")])
        self.assertEqual((found.severity, found.name), ("high", check.name))
        self.assertFalse(ledger.search([("key", "=", "check:test_fine")]))
        self._run(check)
        self.assertEqual(found.found_count, 2, "one row, found twice")
        check.invalidate_recordset()
        self.assertEqual(check.rectification_count, 1)

    def test_a_ledger_that_fails_does_not_stop_the_run(self):
        check = self._check("test_ledger", self._found(10, 5))
        ledger = type(self.env["insurance.rectification"])
        work = "odoo.addons.insurance_compliance.models.insurance_check_run_work"
        with patch.object(ledger, "_find", side_effect=ValueError), mute_logger(work):
            run = self._run(check)
        self.assertEqual((run.state, run.rate), ("done", 50))

    def test_the_ledger_asks_whether_it_has_come_back(self):
        check = self._check("test_effect", self._found(10, 5))
        before = fields.Datetime.now() - timedelta(minutes=1)
        self.assertIsNone(check._rectification_outcome(before))
        failed = self._run(check).result_ids
        self.assertFalse(check._rectification_outcome(before))
        failed.date = before - timedelta(days=1)
        self.finds = (10, 0)
        self._run(check)
        self.assertTrue(check._rectification_outcome(before))

    def test_report_says_what_has_to_be_mended(self):
        check = self._check(
            "test_report", self._found(10, 4), severity="high", advice="Wind the clock."
        )
        run = self._run(check)
        report = self.env["ir.actions.report"].with_user(self.compliance)
        html = report._render_qweb_html(
            "insurance_compliance.report_check_run", run.ids
        )[0].decode()
        for text in (run.name, "Demand test_report", "Wind the clock.", "60.0"):
            self.assertIn(text, html)

    def test_all_results_of_a_run_cost_few_queries_each(self):
        checks = self.env["insurance.check"]
        for number in range(5):
            checks |= self._check(f"test_cost_{number}")
        run = self._begin(checks)
        sweep = run.sweep_id.sudo()
        sweep._step()  # warm
        self.env.flush_all()
        with self.assertQueryCount(30):
            sweep._step()
            self.env.flush_all()
