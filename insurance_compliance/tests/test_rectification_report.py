from odoo import fields
from odoo.tests import tagged

from .common_rectification import RectificationCase
from .common_risk import RiskCase


@tagged("post_install", "-at_install")
class TestRectificationReport(RectificationCase):
    """The printed ledger and the figures say what the rows say."""

    def _figures(self, rows):
        figures = self.env["insurance.rectification.statistic"].search(
            [("rectification_id", "in", rows.ids)]
        )
        return {one.rectification_id: one for one in figures}

    def test_printed_ledger_has_person_deadline_measure_evidence_verification(self):
        row = self._verified()
        late = self._begun(key="late")
        late.deadline = self._days_ago(3)
        report = self.env["ir.actions.report"].with_user(self.compliance)
        html = report._render_qweb_html(
            "insurance_compliance.report_rectification_ledger", (row | late).ids
        )[0].decode()
        for text in (
            row.number,
            self.agent.name,
            "Papers asked for.",
            "List of papers",
            "T-17",
            self.compliance.name,
            late.number,
        ):
            self.assertIn(text, html)

    def test_rate_in_time_counts_what_is_done_or_overdue(self):
        timely, tardy = self._done(key="a"), self._done(key="b")
        late, waiting = self._begun(key="c"), self._begun(key="d")
        tardy.deadline = late.deadline = self._days_ago(2)
        self.env.flush_all()
        figures = self._figures(timely | tardy | late | waiting)
        self.assertEqual(figures[timely].in_time_rate, 100)
        self.assertEqual(figures[tardy].in_time_rate, 0)
        self.assertEqual(figures[late].overdue_count, 1)
        groups = self.env["insurance.rectification.statistic"]._read_group(
            [("rectification_id", "in", (timely | tardy | late | waiting).ids)],
            ["responsible_id"],
            ["in_time_rate:avg", "overdue_count:sum", "__count"],
        )
        ((person, rate, overdue, number),) = groups
        self.assertEqual((person, overdue, number), (self.agent, 1, 4))
        # what is not yet due counts for nothing
        self.assertAlmostEqual(rate, 100 / 3, 5)

    def test_days_to_mend_run_from_the_finding(self):
        row = self._done()
        row.first_found_on = fields.Datetime.subtract(row.done_on, days=4)
        self.env.flush_all()
        self.assertAlmostEqual(self._figures(row)[row].days_to_mend, 4, 2)

    def test_dropped_is_no_finding(self):
        row = self._assigned()
        self._move(self.compliance, row, "dropped", "Twice.")
        self.env.flush_all()
        self.assertFalse(self._figures(row))


@tagged("post_install", "-at_install")
class TestRiskReport(RiskCase):
    """The report of a round names each risk, then and now."""

    def test_report_says_then_and_now(self):
        others = self.env["insurance.risk"].search([("id", "!=", self.risk.id)])
        others.write({"state": "closed", "state_reason": "Test."})
        self._assess(self.department_head, self.risk, "5555", note="Before.")
        with self._logged_in(self.compliance) as own:
            one = own["insurance.risk.round"].create({"name": "Year 2026"})
            one.action_start()
            one.conclusion = "Better than before."
        self._assess(self.department_head, self.risk, "5544", note="First thought.")
        self._assess(self.department_head, self.risk, "5522", note="Second thought.")
        one = one.with_env(self.env)
        figures = {figure["label"]: figure for figure in one._level_figures()}
        words = dict(self.risk._fields["level_after"]._description_selection(self.env))
        self.assertEqual(figures[words["critical"]]["before"], 1)
        self.assertEqual(figures[words["critical"]]["last"], 1)
        self.assertEqual(figures[words["low"]]["after"], 1)
        report = self.env["ir.actions.report"].with_user(self.compliance)
        html = report._render_qweb_html(
            "insurance_compliance.report_risk_round", one.ids
        )[0].decode()
        for text in (
            "Year 2026",
            "Better than before.",
            "Second thought.",
            "More locks.",
        ):
            self.assertIn(text, html)
        self.assertNotIn("First thought.", html)
