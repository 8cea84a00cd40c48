from dateutil.relativedelta import relativedelta

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.insurance_client_archive.tests.common_sweep import (
    forget_sweeps,
    run_sweeps,
)

from .common_filing import FilingCase


@tagged("post_install", "-at_install")
class TestFilingCycle(FilingCase):
    """What comes to a filed archive is due to be filed within the cycle."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.today = fields.Date.today()
        cls.in_a_cycle = cls.today + relativedelta(
            months=cls.env["insurance.parameter"]._get("filing_cycle_months")
        )

    def _paper(self):
        return self.env["insurance.document"].create(
            {
                "archive_id": self.archive.id,
                "type_id": self.env["insurance.document.type"].search([], limit=1).id,
                "form": "scan",
            }
        )

    def test_filed_archive_is_not_due(self):
        self.assertEqual(self.archive.filing_due_date, self.in_a_cycle)
        self._file()
        self.assertFalse(self.archive.filing_due_date)
        self.assertTrue(self.archive.filed_through)
        self._refresh()
        self.assertFalse(self.archive.filing_due_date)

    def test_paper_that_comes_later_makes_it_due_again(self):
        self._file()
        self._filed_ago(self.archive, 30)
        self._paper()
        self.env.cr.precommit.run()
        self.archive.invalidate_recordset()
        self.assertEqual(self.archive.filing_since, self.today)
        self.assertEqual(self.archive.filing_due_date, self.in_a_cycle)
        # the sweep says the same as the event
        self.assertEqual(self._refresh(), 0)

    def test_each_kind_of_record_counts(self):
        self._file()
        self._filed_ago(self.archive, 30)
        self._paper()
        self._policy()
        self.env["insurance.interaction"].create(
            {"archive_id": self.archive.id, "name": "Call", "channel": "phone"}
        )
        self._refresh()
        waiting = self.archive._filing_counts(self.archive.ids)[self.archive.id]
        self.assertEqual(waiting["policy_count"], 1)
        self.assertEqual(waiting["paper_count"], 1)
        self.assertEqual(waiting["talk_count"], 1)
        self.assertEqual(waiting["claim_count"], 0)

    def test_filing_again_leaves_a_record_and_nothing_due(self):
        self._file()
        self._filed_ago(self.archive, 30)
        self._paper()
        self._refresh()
        number = self.archive.number
        self._file(storage_place="B-1", storage_medium="both")
        first, again = self.archive.filing_ids.sorted("id")
        self.assertEqual((first.kind, again.kind), ("first", "again"))
        self.assertEqual(again.filed_by, self.archivist)
        self.assertEqual(again.paper_count, 1)
        self.assertEqual(again.due_on, self.in_a_cycle)
        self.assertFalse(again.late)
        self.assertEqual(self.archive.number, number)
        self.assertEqual(self.archive.storage_place, "B-1")
        self.assertFalse(self.archive.filing_due_date)

    def test_late_filing_is_noted_as_late(self):
        self._write_sql(
            "UPDATE insurance_archive SET state_date = now() - interval '8 months'"
            " WHERE id = %s",
            self.archive.id,
        )
        self._refresh()
        self.assertLess(self.archive.filing_due_date, self.today)
        self._file()
        self.assertTrue(self.archive.filing_ids.late)

    def test_other_cycle_moves_the_day(self):
        parameter = self.env["insurance.parameter"]
        parameter.search([("key", "=", "filing_cycle_months")]).value = "2"
        self._refresh()
        self.assertEqual(
            self.archive.filing_due_date, self.today + relativedelta(months=2)
        )

    def test_sweep_writes_the_days_of_all(self):
        forget_sweeps(self.env)
        self._file()
        self._filed_ago(self.archive, 30)
        self._paper()
        self._write_sql(
            "UPDATE insurance_archive SET filing_since = NULL, filing_due_date = NULL"
            " WHERE id = %s",
            self.archive.id,
        )
        root = self.env["insurance.sweep"].with_user(self.compliance)
        root._start("filing_cycle")
        run_sweeps(self)
        self.assertEqual(self.archive.filing_since, self.today)
        self.assertEqual(self._refresh(self.archive.search([])), 0)

    def test_restricted_archive_is_not_due(self):
        self._file()
        self._filed_ago(self.archive, 30)
        self._paper()
        self._write_sql(
            "UPDATE insurance_archive SET state = 'restricted' WHERE id = %s",
            self.archive.id,
        )
        self._refresh()
        self.assertFalse(self.archive.filing_due_date)

    def test_agent_does_not_move_the_day(self):
        archive = self.archive.with_user(self.agent)
        for name, value in (
            ("filing_due_date", "2099-01-01"),
            ("filing_since", "2099-01-01"),
            ("filed_through", "2099-01-01 00:00:00"),
        ):
            with self.subTest(name), self.assertRaises(UserError):
                archive.write({name: value})

    def test_nobody_writes_records_of_filings(self):
        self._file()
        filing = self.archive.filing_ids
        for user in (self.agent, self.archivist, self.compliance):
            with self.subTest(user=user.login):
                with self.assertRaises(UserError):
                    filing.with_user(user).write({"late": False})
                with self.assertRaises(UserError):
                    filing.with_user(user).create({"archive_id": self.archive.id})
        with self.assertRaises(UserError):
            filing.late = True
        with self.assertRaises(UserError):
            filing.unlink()

    def test_responsible_is_reminded_once_in_neutral_words(self):
        self._write_sql(
            "UPDATE insurance_archive SET state_date = now() - interval '8 months'"
            " WHERE id = %s",
            self.archive.id,
        )
        self._refresh()
        cron = self.env.ref("insurance_compliance.ir_cron_filing")
        for _night in range(2):
            forget_sweeps(self.env)
            with self.enter_registry_test_mode():
                cron.method_direct_trigger()
        self.env.invalidate_all()
        reminder = self.env["insurance.archive"]._open_reminders("filing", self.partner)
        self.assertEqual(reminder.user_id, self.agent)
        self.assertNotIn("张伟", f"{reminder.summary}{reminder.note}")

    def test_filing_many_needs_no_more_queries(self):
        archives = self.env["insurance.archive"].create(
            [{"name": "李秀英", "agent_id": self.agent.id} for _number in range(30)]
        )
        archives._write_multi([{"state": "entered"}] * len(archives))
        archives.invalidate_recordset()
        archives._recount_completeness()

        def queries(some):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self._file(some)
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        queries(archives[:5])
        few = queries(archives[5:10])
        many = queries(archives[10:])
        self.assertLessEqual(many, few + 5)
        with self.assertQueryCount(12):
            self._refresh(archives)
