from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import freeze_time, tagged
from odoo.tools import SQL

from .common_filing import FilingCase


@tagged("post_install", "-at_install")
class TestRecordsRate(FilingCase):
    """Rates by role are what plain SQL counts, and each opens its rows."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.archives = cls.env["insurance.archive"].create(
            [
                {"name": "李秀英", "agent_id": cls.agent.id, "team_id": cls.team_a.id}
                for _number in range(8)
            ]
        )
        cls.archives.manager_id = cls.manager
        cls.archives._write_multi([{"state": "entered"}] * 8)
        cls.archives.invalidate_recordset()
        cls.archives._recount_completeness()
        cls.env.flush_all()
        # two are late, and one of these is never filed
        cls.env.cr.execute(
            SQL(
                "UPDATE insurance_archive"
                " SET filing_due_date = now() - interval '3 days' WHERE id = ANY(%s)",
                cls.archives[:2].ids,
            )
        )
        cls.env.invalidate_all()
        cls.archives[1:6].with_user(cls.archivist)._file({})

    def _rates(self, measure="filing", user=None):
        rates = self.env["insurance.records.rate"]
        groups = (rates.with_user(user) if user else rates)._read_group(
            [("measure", "=", measure), ("archive_id", "in", self.archives.ids)],
            ["party"],
            ["__count", "reached:avg", "target:avg"],
        )
        return {party: (count, rate, target) for party, count, rate, target in groups}

    def test_filing_rate_of_each_role(self):
        parameter = self.env["insurance.parameter"]
        rates = self._rates()
        for party in ("agent", "manager", "department"):
            count, rate, target = rates[party]
            with self.subTest(party):
                # five filed, four of them in time, and one waits too long
                self.assertEqual(count, 6)
                self.assertAlmostEqual(rate, 100 * 4 / 6)
                self.assertEqual(target, parameter._get(f"filing_rate_{party}_pct"))

    def test_rate_is_what_plain_sql_counts(self):
        self.env.cr.execute(
            """
            SELECT u.id, avg(CASE WHEN ok THEN 100.0 ELSE 0 END), count(*) FROM (
                SELECT agent_id AS id, NOT late AS ok FROM insurance_filing
                UNION ALL
                SELECT agent_id, false FROM insurance_archive
                 WHERE filing_due_date < %s
            ) u WHERE u.id IS NOT NULL GROUP BY u.id
            """,
            [fields.Date.today()],
        )
        expected = {row[0]: (float(row[1]), row[2]) for row in self.env.cr.fetchall()}
        groups = self.env["insurance.records.rate"]._read_group(
            [("measure", "=", "filing"), ("party", "=", "agent")],
            ["user_id"],
            ["reached:avg", "__count"],
        )
        self.assertEqual(len(groups), len(expected))
        for user, rate, count in groups:
            self.assertAlmostEqual(rate, expected[user.id][0])
            self.assertEqual(count, expected[user.id][1])

    def test_what_nobody_is_late_with_counts_for_nobody(self):
        waiting = self.archives[6:]
        self.assertFalse(
            self.env["insurance.records.rate"].search(
                [("archive_id", "in", waiting.ids), ("measure", "=", "filing")]
            )
        )

    def test_destruction_rate_knows_whose_client_it_was(self):
        run = self.env["insurance.destruction"].create({})
        lines = self.env["insurance.destruction.line"].create(
            [
                {"destruction_id": run.id, "archive_id": archive.id}
                for archive in self.archives[:4]
            ]
        )
        self.assertEqual(lines.agent_id, self.agent)
        self._write_sql(
            "UPDATE insurance_destruction_line SET state = 'done', done_on = now()"
            " WHERE id = ANY(%s)",
            lines[:3].ids,
        )
        self.assertFalse(self._rates("destruction"))
        self._write_sql(
            "UPDATE insurance_destruction SET state = 'submitted',"
            " applicant_id = %s WHERE id = %s",
            self.archivist.id,
            run.id,
        )
        rates = self._rates("destruction")
        self.assertEqual(rates["agent"][:2], (4, 75))
        self.assertEqual(rates["manager"][:2], (4, 75))
        self.assertEqual(rates["department"][0], 4)

    def test_rate_of_records_of_use(self):
        self.env.cr.execute(
            """
            SELECT count(*), count(*) FILTER (
                       WHERE coalesce(purpose, '') <> '' OR grant_id IS NOT NULL)
              FROM insurance_use_log
             WHERE result = 'done'
               AND tier IN ('agent', 'manager', 'supervisor', 'department',
                            'department_head', 'compliance', 'archivist')
               AND action NOT IN ('verify', 'prune', 'login', 'denied', 'alarm', 'key',
                                  'writer_start', 'writer_stop', 'writer_gap')
            """
        )
        counted = self.env.cr.fetchone()
        self.assertEqual(self._uses(), counted)
        # whether they were counted or not
        tally = self.env["insurance.use.tally"]
        first = fields.Date.to_date("2000-01-01")
        today = fields.Date.today()
        tally._count(first, today)
        self.assertEqual(self._uses(), counted)
        tally._count(first, fields.Date.add(today, days=1))
        self.assertEqual(self._uses(), counted)
        tally._count(first, fields.Date.add(today, days=1), whole=True)
        self.assertEqual(self._uses(), counted)

    def _uses(self):
        """Return how many uses there are, and how many of them with a full record."""
        [(count, rate)] = self.env["insurance.records.rate"]._read_group(
            [("measure", "=", "use")], [], ["duty_count:sum", "reached:avg"]
        )
        return count, round(count * float(rate) / 100)

    def _use(self, date, user, purpose="claim"):
        self.env.cr.execute(
            SQL(
                "INSERT INTO insurance_use_log (n, date, user_id, company_id, tier,"
                " action, result, purpose)"
                " VALUES (1, %s, %s, %s, 'agent', 'view', 'done', %s)",
                date,
                user.id,
                self.env.company.id,
                purpose,
            )
        )

    def _tally(self):
        with self.enter_registry_test_mode():
            self.env.ref(
                "insurance_compliance.ir_cron_use_tally"
            ).method_direct_trigger()
        self.env.flush_all()
        return self.env["insurance.use.tally"].search([("user_id", "=", self.agent.id)])

    def test_months_that_are_over_are_counted_as_a_whole_and_days_one_by_one(self):
        for moment in ("01-03 10:00", "01-03 11:00", "01-30 11:00", "02-28 23:59:59"):
            self._use(f"2031-{moment}", self.agent)
        for moment in ("03-01 00:00", "03-01 12:00", "03-02 12:00", "03-04 00:30"):
            self._use(f"2031-{moment}", self.agent, purpose=None)
        with freeze_time("2031-03-04 00:59"):
            # what was an hour ago may come to the log still
            counted = self._tally()
            self.assertEqual(
                [(str(row.day), str(row.last), row.use_count) for row in counted],
                [
                    ("2031-03-02", "2031-03-02", 1),
                    ("2031-03-01", "2031-03-01", 2),
                    ("2031-02-01", "2031-02-28", 1),
                    ("2031-01-01", "2031-01-31", 3),
                ],
            )
            self.assertEqual(counted.mapped("kept"), [False, False, True, True])
        with freeze_time("2031-03-04 02:00"):
            self.assertEqual(self._tally(), counted)
        with freeze_time("2031-04-01 02:00"):
            later = self._tally()
        self.assertEqual(later.mapped("use_count"), [4, 1, 3])
        self.assertEqual(str(later[0].last), "2031-03-31")
        rates = self.env["insurance.records.rate"]._read_group(
            [("measure", "=", "use"), ("user_id", "=", self.agent.id)],
            ["day:month"],
            ["duty_count:sum", "reached:avg"],
        )
        self.assertEqual(
            [(count, float(rate)) for _month, count, rate in rates],
            [(3, 100), (1, 100), (4, 0)],
        )

    def test_only_what_is_not_counted_is_read_from_the_log(self):
        today = fields.Date.today()
        self.env["insurance.use.tally"]._count(
            fields.Date.to_date("2000-01-01"), today, whole=True
        )
        # an attack or a fault: the counts do not know it, so that one sees who is read
        self._use("2001-01-01", self.agent2)
        rates = self.env["insurance.records.rate"]
        domain = [("measure", "=", "use"), ("user_id", "=", self.agent2.id)]
        before = rates.search_count(domain)
        self._use(fields.Datetime.now(), self.agent2)
        self.assertEqual(rates.search_count(domain), before + 1)

    def test_the_log_outlives_whom_and_what_it_names(self):
        self.env.cr.execute(
            """
            INSERT INTO insurance_use_log (n, date, user_id, tier, action, result,
                                           archive_id)
            VALUES (1, now(), 2147000000, 'agent', 'view', 'done', 2147000000)
            RETURNING id
            """
        )
        rate = self.env["insurance.records.rate"].browse(
            self.env.cr.fetchone()[0] * 16 + 12
        )
        [row] = rate.web_read(
            {"user_id": {"fields": {"display_name": {}}}, "number": {}}
        )
        self.assertFalse(row["user_id"])
        self.assertFalse(row["number"])

    def test_bars_are_the_averages_of_the_rows(self):
        Bar = self.env["insurance.records.rate.bar"]
        bar = Bar.search(
            [
                ("measure", "=", "filing"),
                ("party", "=", "agent"),
                ("series", "=", "actual"),
            ],
            limit=1,
        )
        action = bar.action_open_duties()
        rows = self.env["insurance.records.rate"].search(action["domain"])
        self.assertEqual(sum(rows.mapped("duty_count")), bar.duty_count)
        self.assertAlmostEqual(sum(rows.mapped("reached")) / len(rows), bar.rate)

    def test_agents_see_their_own_and_leaders_their_teams(self):
        self.assertEqual(set(self._rates(user=self.agent)), {"agent"})
        self.assertFalse(self._rates(user=self.agent2))
        self.assertEqual(
            set(self._rates(user=self.supervisor)), {"agent", "manager", "department"}
        )
        self.assertEqual(len(self._rates(user=self.archivist)), 3)
        with self.assertRaises(AccessError):
            self._rates(user=self.department)
        with self.assertRaises(AccessError):
            self.env["insurance.records.rate.bar"].with_user(self.agent).search([])

    def test_ids_are_unique(self):
        rates = self.env["insurance.records.rate"].search([])
        self.assertEqual(len(set(rates.ids)), len(rates))
