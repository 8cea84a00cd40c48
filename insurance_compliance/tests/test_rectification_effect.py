from unittest.mock import patch

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common_rectification import RectificationCase


@tagged("post_install", "-at_install")
class TestRectificationEffect(RectificationCase):
    """Did it stay mended? The checks say so, or an officer."""

    def _checked(self, outcome):
        return patch.object(
            self.env.registry["insurance.check"],
            "_rectification_outcome",
            lambda _check, _since: outcome,
        )

    def _due(self, **values):
        row = self._verified(**values)
        row.effect_due = fields.Date.today()
        return row

    def test_time_of_observation_follows_the_severity(self):
        for severity, length in (("low", "short"), ("critical", "long")):
            row = self._verified(key=severity, severity=severity)
            days = self.env["insurance.parameter"]._get(f"rectify_effect_{length}_days")
            day = fields.Date.add(fields.Date.today(), days=days)
            self.assertEqual(row.effect_due, day)

    def test_passed_since_is_effective(self):
        row = self._due()
        with self._checked(True):
            self.ledger._cron_remind()
        self.assertRecordValues(row, [{"state": "closed", "effect": "effective"}])
        self.assertEqual(self._steps(row)[-1].to_state, "closed")

    def test_failed_since_is_not_effective_and_comes_back(self):
        row = self._due()
        with self._checked(False):
            self.ledger._cron_remind()
        self.assertRecordValues(
            row, [{"state": "new", "effect": "not_effective", "reopen_count": 1}]
        )

    def test_not_looked_at_since_is_asked_of_compliance(self):
        row = self._due()
        with self._checked(None):
            self.ledger._cron_remind()
        self.assertEqual(row.state, "verified")
        kind = self.env.ref(
            "insurance_compliance.mail_activity_type_rectification_effect"
        )
        task = [("activity_type_id", "=", kind.id), ("user_id", "=", self.officer2.id)]
        self.assertTrue(self.env["mail.activity"].search(task))
        self._act(self.officer2, row, "action_effective")
        self.assertEqual(row.effect_by_id, self.officer2)

    def test_one_that_can_not_be_evaluated_does_not_keep_the_others(self):
        broken, row = self._due(key="broken"), self._due(key="whole")

        def outcome(one):
            if one.id == broken.id:
                raise ValueError("Its source is broken")
            return True

        log = "odoo.addons.insurance_compliance.models.insurance_rectification_effect"
        with (
            patch.object(self.env.registry[row._name], "_outcome", outcome),
            mute_logger(log),
        ):
            self.ledger._cron_remind()
        self.assertEqual((broken.state, row.state), ("verified", "closed"))

    def test_not_yet_due_is_left_alone(self):
        row = self._verified()
        with self._checked(True):
            self.ledger._cron_remind()
        self.assertEqual(row.state, "verified")

    def test_real_results_of_the_check_decide(self):
        for number, (states, expected) in enumerate(
            (
                (["passed", "passed"], "closed"),
                (["passed", "failed"], "new"),
                ([], "verified"),
            )
        ):
            check = self.source.copy({"code": f"test_effect_{number}"})
            row = self.ledger._find(check, "Papers", "high", f"real:{number}")
            self._act(self.compliance, row, "write", responsible_id=self.agent.id)
            self._act(self.agent, row, "action_begin")
            self._mend(self.agent, row)
            self._act(self.compliance, row, "action_verify")
            row.verified_on = fields.Datetime.subtract(row.verified_on, days=40)
            row.effect_due = fields.Date.today()
            run = self.env["insurance.check.run"].create({})
            for state in states:
                self.env["insurance.check.result"].create(
                    {
                        "run_id": run.id,
                        "check_id": check.id,
                        "state": state,
                        "date": fields.Datetime.now(),
                    }
                )
            self.ledger._cron_remind()
            self.assertEqual(row.state, expected, states)

    def test_found_again_can_not_be_called_effective(self):
        row = self._verified()
        # without what a finding does besides: between two looks of the server
        row.found_count += 1
        with self.assertRaisesRegex(UserError, "no effect"):
            self._act(self.compliance, row, "action_effective")
