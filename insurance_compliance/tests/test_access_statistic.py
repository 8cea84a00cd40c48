from odoo import fields
from odoo.tests import tagged

from .common_request import RequestCase


@tagged("post_install", "-at_install")
class TestAccessStatistic(RequestCase):
    """Applications and confirmed uses by month, role and person."""

    def test_applications_are_counted_by_what_became_of_them(self):
        self.approved()
        self.refuse(self.submitted())
        self.submitted()
        self.draft()
        row = self._row(self.agent)
        self.assertEqual(
            (row.request_count, row.approved_count, row.refused_count), (3, 1, 1)
        )
        self.assertEqual(row.party, "agent")

    def test_rate_is_of_the_periods_that_are_over(self):
        running, confirmed = self.approved(), self.approved()
        self.assertEqual(self._row(self.agent).ended_count, 0)
        with self.calling(self.agent) as env:
            confirmed.with_env(env)._close("Done", "none", "")
            running.with_env(env)
        with self.calling(self.supervisor) as env:
            running.with_env(env)._revoke("No need")
        row = self._row(self.agent)
        self.assertEqual((row.ended_count, row.confirmed_count), (2, 1))
        self.assertEqual(row.record_rate, 50)

    def test_benchmarks_are_parameters(self):
        self.submitted(self.department)
        self.parameter("use_record_rate_department_pct", "77")
        self.parameter("use_benchmark_per_month", "12")
        row = self._row(self.department)
        self.assertEqual((row.record_benchmark, row.use_benchmark), (77, 12))

    def test_figure_opens_its_applications(self):
        request = self.submitted()
        action = self._row(self.agent).action_open_requests()
        self.assertEqual(self.requests.search(action["domain"]), request)

    def _row(self, user):
        self.env.flush_all()
        self.env.invalidate_all()
        month = fields.Date.context_today(self.requests).replace(day=1)
        return (
            self.env["insurance.access.statistic"]
            .with_user(self.compliance)
            .search([("user_id", "=", user.id), ("month", "=", month)])
        )
