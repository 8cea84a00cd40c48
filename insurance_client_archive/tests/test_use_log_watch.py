from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common_use_log import UseLogCase

MODULE = "insurance_client_archive"
#: long ago, so that nothing else happened in these months
MONTH = "1999-05"


@tagged("post_install", "-at_install")
class TestUseLogWatch(UseLogCase):
    """A job that does not run is seen by those who can act."""

    def setUp(self):
        super().setUp()
        now = fields.Datetime.now()
        self.jobs = self.env["ir.cron"].with_context(active_test=False)
        self.jobs.search([]).write(
            {"active": True, "nextcall": now + timedelta(hours=1), "failure_count": 0}
        )
        self.job = self.env.ref(f"{MODULE}.cron_use_log_seal")

    def notice(self, user=None):
        user = user or self.compliance
        return self.env["ir.http"].with_user(user)._jobs_notice()

    def test_jobs_that_run_are_not_mentioned(self):
        self.assertEqual(self.notice(), "")

    def test_a_job_that_is_switched_off_is_named(self):
        self.job.active = False
        self.assertIn(f"Switched off: {self.job.name}.", self.notice())

    def test_a_late_job_is_named(self):
        now = fields.Datetime.now()
        self.job.nextcall = now - timedelta(minutes=10)
        self.assertEqual(self.notice(), "")
        self.job.nextcall = now - timedelta(minutes=16)
        self.assertIn(f"Late or failing: {self.job.name}.", self.notice())

    def test_a_daily_job_may_be_a_day_late(self):
        job = self.env.ref(f"{MODULE}.cron_use_log_verify")
        now = fields.Datetime.now()
        job.nextcall = now - timedelta(hours=47)
        self.assertEqual(self.notice(), "")
        job.nextcall = now - timedelta(hours=49)
        self.assertIn(job.name, self.notice())

    def test_a_job_that_fails_again_and_again_is_named(self):
        self.job.failure_count = 3
        self.assertIn(self.job.name, self.notice())

    def test_jobs_of_others_are_not_ours(self):
        others = self.jobs.search([]) - self._ours()
        others[:1].active = False
        self.assertEqual(self.notice(), "")

    def _ours(self):
        data = self.env["ir.model.data"].search(
            [("module", "=", MODULE), ("model", "=", "ir.cron")]
        )
        return self.jobs.browse(data.mapped("res_id"))


@tagged("post_install", "-at_install")
class TestUseShares(UseLogCase):
    """Whose the uses of a month were, beside the handbook's shares."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        tiers = ["agent"] * 6 + ["manager", "supervisor"] + ["compliance"] * 2
        for n, tier in enumerate(tiers, 1):
            cls._use(n, tier)
        cls._use(11, "agent", result="denied")
        cls._use(12, "agent", action="verify")
        cls._use(13, None)

    @classmethod
    def _use(cls, n, tier, action="view", result="done"):
        cls.env.cr.execute(
            "INSERT INTO insurance_use_log"
            " (writer, n, date, user_id, tier, action, result, mac)"
            f" VALUES (1, %s, '{MONTH}-07', 1, %s, %s, %s, '')",
            [n, tier, action, result],
        )

    def shares(self, model="insurance.use.share"):
        return self.env[model].with_user(self.compliance).search([])

    def test_each_role_has_its_share_and_deviation(self):
        found = self.shares().filtered(lambda share: share.name == MONTH)
        self.assertRecordValues(
            found.sorted("party"),
            [
                {
                    "party": party,
                    "use_count": count,
                    "share": share,
                    "benchmark": benchmark,
                    "deviation": share - benchmark,
                    "month_count": 10,
                    "month_benchmark": 10,
                }
                for party, count, share, benchmark in (
                    ("agent", 6, 60, 65),
                    ("department", 2, 20, 5),
                    ("manager", 2, 20, 30),
                )
            ],
        )

    def test_the_benchmarks_are_parameters(self):
        parameters = self.env["insurance.parameter"]
        parameters.search([("key", "=", "use_share_agent_pct")]).value = "50"
        found = self.shares().filtered(
            lambda share: share.name == MONTH and share.party == "agent"
        )
        self.assertEqual((found.benchmark, found.deviation), (50, 10))

    def test_the_bars_show_share_and_benchmark_side_by_side(self):
        bars = self.env["insurance.use.share.bar"].with_user(self.compliance)
        groups = bars.formatted_read_group(
            [("month", "=", f"{MONTH}-01"), ("party", "=", "agent")],
            ["party", "series"],
            ["share:avg"],
        )
        found = {group["series"]: group["share:avg"] for group in groups}
        self.assertEqual(found, {"actual": 60, "benchmark": 65})

    def test_only_compliance_sees_them(self):
        for user in (self.agent, self.supervisor, self.insurance_admin):
            for model in ("insurance.use.share", "insurance.use.share.bar"):
                with self.assertRaises(AccessError):
                    self.env[model].with_user(user).search([])


@tagged("post_install", "-at_install")
class TestWhoOpenedIt(UseLogCase):
    """The latest uses on the form of an archive."""

    def setUp(self):
        super().setUp()
        self.env.cr.execute(
            "INSERT INTO insurance_use_log (writer, n, date, user_id, action, result,"
            " archive_id, content, mac) VALUES (1, 1, now(), %s, 'view', 'done', %s,"
            " 'insurance.archive,employer', '') RETURNING id",
            [self.agent.id, self.archive.id],
        )
        self.event = self.log.browse(self.env.cr.fetchone()[0])

    def test_the_supervisor_sees_who_opened_the_archive(self):
        archive = self.archive.with_user(self.supervisor)
        self.assertEqual(archive.recent_use_ids, self.event)
        (shown,) = archive.web_read(
            {"recent_use_ids": {"fields": {"content_text": {}}}}
        )
        (line,) = shown["recent_use_ids"]
        self.assertEqual(line["content_text"], "Client archive, Employer")

    def test_agents_have_no_such_page(self):
        with self.assertRaises(AccessError):
            self.archive.with_user(self.agent).read(["recent_use_ids"])
        view = (
            self.env["insurance.archive"]
            .with_user(self.agent)
            .get_view(view_type="form")
        )
        self.assertNotIn("recent_use_ids", view["arch"])
