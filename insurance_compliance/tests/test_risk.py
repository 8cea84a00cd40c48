import psycopg2

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common_risk import RiskCase


@tagged("post_install", "-at_install")
class TestRisk(RiskCase):
    """Judged, treated, the rest accepted by somebody else."""

    def test_level_follows_the_thresholds(self):
        for grades, level in (("1111", "low"), ("5522", "low"), ("5533", "medium")):
            self._assess(self.department_head, self.risk, grades)
            self.assertEqual(self.risk.level_after, level)
        self._assess(self.department_head, self.risk, "5534")
        self.assertEqual(self.risk.level_after, "high")
        self.assertEqual(self.risk.level_before, "critical")
        parameter = self.env.ref("insurance_compliance.parameter_risk_level_high")
        parameter.value = "13"
        self.assertEqual(self.risk.level_after, "medium")
        # what was said on that day stays
        self.assertEqual(self.risk.assessment_ids[:1].level_after, "high")

    def test_assessment_plans_the_next_one_by_the_level(self):
        self._assess(self.department_head, self.risk, "5555")
        months = self.env["insurance.parameter"]._get("risk_review_critical_months")
        day = fields.Date.add(fields.Date.today(), months=months)
        self.assertEqual(self.risk.review_date, day)

    def test_controls_make_no_risk_greater(self):
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(psycopg2.errors.CheckViolation),
            self.env.cr.savepoint(),
        ):
            self._assess(self.department_head, self.risk, "3344")

    def test_assessment_is_never_changed_or_deleted(self):
        assessment = self._assess(self.department_head, self.risk)
        for user in (self.department_head, self.compliance):
            with self.assertRaises(UserError):
                self._act(user, assessment, "write", note="Better.")
            with self.assertRaises(UserError):
                self._act(user, assessment, "unlink")
        with self.assertRaises(UserError):
            assessment.sudo().write({"note": "Better."})
        with self.assertRaises(UserError):
            self._act(self.compliance, self.risk, "unlink")

    def test_assessment_is_made_by_the_owner_or_compliance_alone(self):
        with self.assertRaises(AccessError):
            self._assess(self.agent, self.risk)
        with self.assertRaisesRegex(UserError, "assesses"):
            self._assess(self.head2, self.risk)
        self.assertEqual(
            self._assess(self.compliance, self.risk).user_id, self.compliance
        )

    def test_author_and_day_of_an_assessment_are_the_servers(self):
        with self._logged_in(self.compliance) as own:
            for forged in (
                {"user_id": self.head2.id},
                {"date": "2020-01-01"},
                {"level_after": "low"},
            ):
                values = {
                    "risk_id": self.risk.id,
                    "note": "Forged.",
                    "likelihood_before": "5",
                    "impact_before": "5",
                    "likelihood_after": "5",
                    "impact_after": "5",
                }
                with self.assertRaises(UserError):
                    own["insurance.risk.assessment"].create({**values, **forged})
        with self.assertRaises(UserError):
            self._act(self.compliance, self.risk, "write", likelihood_after="1")

    def test_rest_is_accepted_by_another_than_the_owner(self):
        self._assess(self.compliance, self.risk)
        self._act(self.department_head, self.risk, "action_ask")
        for user in (self.department_head, self.compliance):
            with self.assertRaisesRegex(UserError, "Somebody else accepts"):
                self._act(user, self.risk, "write", state="accepted")
        with self.assertRaises(UserError):
            self._act(self.head2, self.risk, "write", accepted_by_id=self.agent.id)
        with self.assertRaises(AccessError):
            self.risk.with_user(self.head2).action_accept()
        self._act(self.head2, self.risk, "action_accept")
        self.assertRecordValues(
            self.risk,
            [{"accepted_by_id": self.head2.id, "accepted_score": 12}],
        )

    def test_owner_does_not_hand_the_risk_over_to_accept_it(self):
        self._assess(self.compliance, self.risk)
        risk = self._risk(owner_id=self.compliance.id)
        self._assess(self.officer2, risk)
        self._act(self.compliance, risk, "action_ask")
        with self.assertRaisesRegex(UserError, "stays as it is"):
            self._act(self.compliance, risk, "write", owner_id=self.head2.id)

    def test_nothing_is_accepted_before_it_is_assessed_and_planned(self):
        with self.assertRaisesRegex(UserError, "Assess"):
            self._act(self.department_head, self.risk, "action_ask")
        self._assess(self.department_head, self.risk)
        self.risk.treatment = False
        with self.assertRaisesRegex(UserError, "treated"):
            self._act(self.department_head, self.risk, "action_ask")

    def test_worse_than_accepted_is_treated_again(self):
        self._assess(self.department_head, self.risk, "4322")
        self._act(self.department_head, self.risk, "action_ask")
        self._act(self.compliance, self.risk, "action_accept")
        self._assess(self.department_head, self.risk, "4322")
        self.assertEqual(self.risk.state, "accepted")
        self._assess(self.department_head, self.risk, "4333")
        self.assertEqual(self.risk.state, "open")
        self.assertFalse(self.risk.accepted_by_id)

    def test_control_whose_check_failed_is_weak(self):
        control = self.env["insurance.risk.control"].create(
            {"name": "Locks", "check_ids": self.source.ids}
        )
        self.risk.control_ids = control
        self.assertEqual(control.status, "unproven")
        for state, status in (
            ("passed", "proven"),
            ("failed", "weak"),
            ("not_applicable", "weak"),
            ("error", "weak"),
            ("passed", "proven"),
        ):
            self._result(self.source, state)
            self.env.invalidate_all()
            self.assertEqual(control.status, status)
            weak = self.env["insurance.risk"].search(
                [("has_weak_controls", "=", True), ("id", "=", self.risk.id)]
            )
            self.assertEqual(bool(weak), status == "weak")
            self.assertEqual(self.risk.weak_count, int(status == "weak"))
        assessment = self._assess(self.department_head, self.risk)
        self.assertIn("Locks", assessment.controls)

    def test_measures_are_demanded_in_the_ledger(self):
        self._assess(self.department_head, self.risk, "5555")
        self._act(self.compliance, self.risk, "action_demand_measures")
        self._act(self.compliance, self.risk, "action_demand_measures")
        self.env.invalidate_all()
        row = self.ledger.search([("key", "=", f"risk:{self.risk.id}")])
        self.assertRecordValues(
            row,
            [
                {
                    "severity": "critical",
                    "responsible_id": self.department_head.id,
                    "source_kind": "risk",
                    "found_count": 2,
                }
            ],
        )
        mine = self.risk.with_user(self.compliance)
        self.assertEqual(mine.rectification_count, 1)

    def test_owner_sees_own_risks_alone(self):
        other = self._risk(owner_id=self.archivist.id)
        risks = self.env["insurance.risk"]
        self.assertIn(other, risks.with_user(self.archivist).search([]))
        self.assertNotIn(self.risk, risks.with_user(self.archivist).search([]))
        self.assertFalse(risks.with_user(self.agent).search_count([]))
        self.assertIn(self.risk, risks.with_user(self.head2).search([]))

    def test_new_risk_has_nothing_that_others_have_to_say(self):
        forged = {
            "default_likelihood_after": "1",
            "default_impact_after": "1",
            "default_accepted_by_id": self.head2.id,
            "default_assessed_on": "2026-01-01",
        }
        with self._logged_in(self.compliance) as own:
            risk = own["insurance.risk"].with_context(**forged).create({"name": "New"})
        self.assertFalse(risk.level_after or risk.accepted_by_id or risk.assessed_on)
