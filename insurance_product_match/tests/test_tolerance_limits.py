from dateutil.relativedelta import relativedelta
from psycopg2 import IntegrityError

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common_needs import NeedsCase


@tagged("post_install", "-at_install")
class TestToleranceLimits(NeedsCase):
    """At most two tests a day and eight in twelve months; a change is asked again."""

    def _moved(self, assessment, **ago):
        """Let a test have been taken earlier."""
        assessment.done_on -= relativedelta(**ago)
        return assessment

    def test_the_third_test_of_a_day_is_refused(self):
        self._assessed("tolerance", 0.5)
        self._assessed("tolerance", 0.6)
        with self.assertRaisesRegex(UserError, "29"):
            self._ask("tolerance")

    def test_tomorrow_it_may_be_tested_again(self):
        for _number in range(2):
            self._moved(self._assessed("tolerance"), days=1)
        self.assertEqual(self._assessed("tolerance").state, "done")

    def test_the_ninth_test_in_twelve_months_is_refused(self):
        for months in range(1, 9):
            self._moved(self._assessed("tolerance"), months=months)
        with self.assertRaisesRegex(UserError, "29"):
            self._ask("tolerance")

    def test_after_twelve_months_a_test_counts_no_more(self):
        for months in (*range(1, 8), 12):
            self._moved(self._assessed("tolerance"), months=months)
        self.assertEqual(self._assessed("tolerance").state, "done")

    def test_voiding_a_test_does_not_open_another(self):
        for _number in range(2):
            self._assessed("tolerance").with_user(self.supervisor).write(
                {"state": "void", "state_reason": "Try again"}
            )
        with self.assertRaises(UserError):
            self._ask("tolerance")

    def test_a_test_begun_before_the_limit_is_not_used_after_it(self):
        # asked while there was room; the room was taken meanwhile
        late = self._ask("tolerance")
        for _number in range(2):
            self._assessed("need").write(
                {
                    "kind": "tolerance",
                    "done_on": fields.Date.context_today(late),
                }
            )
        self._answer(late, 1)
        self.assertEqual(late.state, "void")
        self.assertFalse(late.tolerance)

    def test_one_test_is_open_at_a_time(self):
        self._ask("tolerance")
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            self._ask("tolerance")

    def test_every_test_touches_the_row_of_the_client(self):
        # what makes two tests at once wait for each other, and the second one fail
        before = self.archive.risk_tolerance_tests
        self._assessed("tolerance")
        self.assertEqual(self.archive.risk_tolerance_tests, before + 1)

    def test_other_kinds_are_not_limited(self):
        for _number in range(3):
            self._assessed("need")

    def test_a_changed_class_waits_for_the_client(self):
        self._assessed("tolerance", 0.3)
        low = self.archive.risk_tolerance
        later = self._assessed("tolerance", 1)
        self.assertTrue(later.to_confirm)
        # until it is confirmed the lower class counts
        self.assertEqual(self.archive.risk_tolerance, low)
        later.with_user(self.agent).action_confirm()
        self.assertEqual(self.archive.risk_tolerance, "c5")
        self.assertFalse(self.archive.risk_tolerance_to_confirm)
        self.assertEqual(later.confirmed_by_id, self.agent)

    def test_a_lower_class_counts_at_once(self):
        self._assessed("tolerance", 1)
        self._assessed("tolerance", 0)
        self.assertEqual(self.archive.risk_tolerance, "c1")

    def test_the_same_class_needs_no_confirmation(self):
        self._assessed("tolerance", 1)
        later = self._assessed("tolerance", 1)
        self.assertFalse(later.to_confirm)
        with self.assertRaises(UserError):
            later.with_user(self.agent).action_confirm()
