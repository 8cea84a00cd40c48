from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from odoo.addons.insurance_client_archive.tests.common_sweep import run_sweeps

from .common_check import CheckCase

PLAN = "odoo.addons.insurance_compliance.models.insurance_check_plan"


@tagged("post_install", "-at_install")
class TestCheckPlan(CheckCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["insurance.check.plan"].search([]).active = False

    def _plan(self, checks, **values):
        return self.env["insurance.check.plan"].create(
            {
                "name": "Plan",
                "check_ids": [fields.Command.set(checks.ids)],
                "responsible_id": self.compliance.id,
                "next_date": fields.Date.today(),
                **values,
            }
        )

    def _cron(self):
        self.env.flush_all()
        with self.enter_registry_test_mode():
            self.env.ref(
                "insurance_compliance.ir_cron_check_plan"
            ).method_direct_trigger()
        self.env.invalidate_all()

    def test_what_is_due_begins_by_itself(self):
        plan = self._plan(self._check("test_due"))
        later = self._plan(
            self._check("test_later"),
            next_date=fields.Date.today() + timedelta(days=1),
        )
        self._cron()
        run_sweeps(self)
        self.assertEqual(plan.run_ids.state, "done")
        self.assertGreater(plan.next_date, fields.Date.today())
        self.assertFalse(later.run_ids)

    def test_what_was_missed_is_made_up_for_once(self):
        today = fields.Date.today()
        plan = self._plan(
            self._check("test_missed"),
            frequency="weekly",
            next_date=today - timedelta(days=30),
        )
        self.assertTrue(plan.overdue)
        self.assertIn(plan, plan.search([("overdue", "=", True)]))
        self._cron()
        self.assertEqual(len(plan.run_ids), 1)
        self.assertEqual(plan.next_date, today + timedelta(days=5))

    def test_a_plan_that_fails_does_not_hold_up_the_others(self):
        bad = self._plan(self._check("test_bad"), name="Bad")
        good = self._plan(self._check("test_good"), name="Good")
        plan = type(good)
        begin = plan._begin

        def fails(self, checks):
            if self == bad.with_env(self.env):
                raise ValueError
            return begin(self, checks)

        with patch.object(plan, "_begin", fails), mute_logger(PLAN):
            self._cron()
        self.assertTrue(good.run_ids)
        self.assertFalse(bad.run_ids)
        self.assertLessEqual(bad.next_date, fields.Date.today())

    def test_the_end_of_a_month_stays_the_end_of_a_month(self):
        with freeze_time("2026-03-15"):
            plan = self._plan(self._check("test_month"), next_date="2026-01-31")
            self.assertEqual(plan._date_after(), fields.Date.to_date("2026-03-31"))

    def test_a_plan_takes_checks_by_stage_and_severity(self):
        low = self._check("test_low", stage="store", severity="low")
        high = self._check("test_high", stage="store", severity="high")
        other = self._check("test_other", stage="use", severity="critical")
        checks = low | high | other
        plan = self._plan(checks, stage="store", severity="medium")
        self.assertEqual(plan._checks(), high)
        plan.stage = False
        self.assertEqual(plan._checks(), high | other)
        plan.severity = False
        self.assertEqual(plan._checks(), checks)
        high.active = False
        self.assertEqual(plan._checks(), low | other)

    def test_checks_made_recently_are_left_out(self):
        weekly = self._check("test_weekly", frequency="weekly")
        daily = self._check("test_daily", frequency="daily")
        results = self._run(weekly | daily).result_ids
        results.date = fields.Datetime.now() - timedelta(days=2)
        plan = self._plan(weekly | daily, only_due=True)
        self._cron()
        self.assertEqual(plan.run_ids.result_ids.check_id, daily)

    def test_a_plan_without_anything_due_waits(self):
        check = self._check("test_made", frequency="monthly")
        self._run(check)
        plan = self._plan(check, only_due=True, frequency="daily")
        self._cron()
        self.assertFalse(plan.run_ids)
        self.assertGreater(plan.next_date, fields.Date.today())

    def test_an_inspection_is_prepared_for_its_inspector(self):
        check = self.env.ref("insurance_compliance.insurance_check_inspect_premises")
        plan = self._plan(check, kind="manual")
        self._cron()
        run = plan.run_ids
        self.assertEqual((run.state, run.kind), ("draft", "manual"))
        self.assertEqual((run.inspector_id, run.check_ids), (self.compliance, check))
        kind = self.env.ref("insurance_compliance.mail_activity_type_inspection")
        task = self.env["mail.activity"].search(
            [("user_id", "=", self.compliance.id), ("activity_type_id", "=", kind.id)]
        )
        self.assertEqual(len(task), 1)

    def test_a_plan_of_somebody_who_can_not_inspect_names_nobody(self):
        check = self.env.ref("insurance_compliance.insurance_check_inspect_premises")
        plan = self._plan(check, kind="manual", responsible_id=self.agent.id)
        self._cron()
        self.assertFalse(plan.run_ids.inspector_id)

    def test_the_plans_that_come_with_the_product_are_not_empty(self):
        for name in ("due", "monthly", "inspection"):
            plan = self.env.ref(f"insurance_compliance.insurance_check_plan_{name}")
            self.assertTrue(plan._checks(), name)
