from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common_risk import RiskCase


@tagged("post_install", "-at_install")
class TestRiskRound(RiskCase):
    """All risks of a company are assessed until a day."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.env["res.company"].create({"name": "Second insurer"})
        cls.company_users = cls.compliance | cls.department_head | cls.head2
        cls.company_users.write({"company_ids": [(4, cls.company.id)]})
        cls.risk.company_id = cls.company
        cls.second = cls._risk(company_id=cls.company.id)
        common = cls.env["insurance.risk"].search([("company_id", "=", False)])
        common.write({"state": "closed", "state_reason": "Test."})

    def _round(self, **values):
        with self._logged_in(self.compliance) as own:
            own = own(context={"allowed_company_ids": self.company.ids})
            return own["insurance.risk.round"].create(
                {"name": "Year", "company_id": self.company.id, **values}
            )

    def _began(self):
        one = self._round()
        self._act(self.compliance, one, "action_start")
        return one.with_env(self.env)

    def test_round_takes_the_risks_of_the_company(self):
        one = self._began()
        self.assertEqual(one.risk_ids, self.risk | self.second)
        self.assertEqual((one.risk_count, one.open_count, one.progress), (2, 2, 0))

    def test_round_is_closed_when_all_is_assessed_and_concluded(self):
        one = self._began()
        with self.assertRaisesRegex(UserError, "not assessed"):
            self._act(self.compliance, one, "action_close")
        self._assess(self.department_head, self.risk)
        self.assertEqual((one.open_count, one.progress), (1, 50))
        self._assess(self.compliance, self.second)
        with self.assertRaisesRegex(UserError, "conclusion"):
            self._act(self.compliance, one, "action_close")
        self._act(self.compliance, one, "write", conclusion="Fewer than last year.")
        self._act(self.compliance, one, "action_close")
        self.assertEqual(one.state, "closed")
        with self.assertRaises(UserError):
            self._act(self.compliance, one, "write", conclusion="None at all.")

    def test_round_is_begun_by_compliance_alone(self):
        one = self._round()
        with self.assertRaises(AccessError):
            self._act(self.department_head, one, "action_start")
        with self.assertRaises(UserError):
            self._act(self.compliance, one, "write", risk_ids=[(5,)])

    def test_one_round_at_a_time(self):
        self._began()
        with self.assertRaisesRegex(UserError, "under way"):
            self._began()

    def test_owners_are_reminded_with_a_neutral_text_until_all_is_done(self):
        kind = self.env.ref("insurance_compliance.mail_activity_type_risk_review")
        mine = [
            ("activity_type_id", "=", kind.id),
            ("user_id", "=", self.department_head.id),
        ]
        self._began()
        task = self.env["mail.activity"].search(mine)
        self.assertEqual(len(task), 1)
        self.assertFalse(task.res_id)
        self.assertNotIn(self.risk.name, f"{task.summary} {task.note}")
        self._assess(self.department_head, self.risk)
        self.assertTrue(self.env["mail.activity"].search(mine))
        self._assess(self.department_head, self.second)
        self.assertFalse(self.env["mail.activity"].search(mine))

    def test_compliance_is_reminded_when_the_last_round_is_too_long_ago(self):
        kind = self.env.ref("insurance_compliance.mail_activity_type_risk_round")
        mine = [
            ("activity_type_id", "=", kind.id),
            ("user_id", "=", self.compliance.id),
        ]
        self.env["insurance.risk.round"]._cron_remind()
        self.assertEqual(self.env["mail.activity"].search_count(mine), 1)
        self._began()
        self.assertFalse(self.env["mail.activity"].search_count(mine))
        self.env["insurance.risk.round"]._cron_remind()
        self.assertFalse(self.env["mail.activity"].search_count(mine))

    def test_due_reviews_are_reminded_of(self):
        kind = self.env.ref("insurance_compliance.mail_activity_type_risk_review")
        self.risk.review_date = fields.Date.today()
        self.assertTrue(self.risk.review_overdue)
        self.env["insurance.risk.round"]._cron_remind()
        self.assertTrue(
            self.env["mail.activity"].search_count(
                [
                    ("activity_type_id", "=", kind.id),
                    ("user_id", "=", self.department_head.id),
                ]
            )
        )
