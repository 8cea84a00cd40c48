from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, freeze_time, tagged

from .common import ArchiveCase


@tagged("post_install", "-at_install")
class TestFiling(ArchiveCase):
    """Entered archives are filed by archivists, numbered without gaps."""

    def _enter(self, archives):
        archives._write_multi([{"state": "entered"}] * len(archives))
        archives.invalidate_recordset()
        return archives

    def _entered(self, count):
        archives = self.env["insurance.archive"].create(
            [{"name": "李秀英", "agent_id": self.agent.id} for _number in range(count)]
        )
        return self._enter(archives)

    def test_archivist_files_an_entered_archive(self):
        archive = self._enter(self.archive).with_user(self.archivist)
        archive.action_file()
        self.assertEqual(archive.state, "filed")
        self.assertTrue(archive.number)
        self.assertEqual(archive.filed_by, self.archivist)
        self.assertEqual(archive.filed_on, fields.Date.context_today(archive))
        self.assertEqual(archive.retention_mark, "D30")

    def test_archive_that_is_being_collected_is_not_filed(self):
        for user in self.agent | self.supervisor | self.archivist:
            with self.subTest(user=user.login), self.assertRaises(UserError):
                self.archive.with_user(user).action_file()
        self.assertFalse(self.archive.number)

    def test_nobody_but_an_archivist_files(self):
        self._enter(self.archive)
        for user in self.agent | self.supervisor | self.insurance_admin:
            with self.subTest(user=user.login):
                with self.assertRaises(AccessError):
                    self.archive.with_user(user).action_file()
                with self.assertRaises(AccessError):
                    self.archive.with_user(user).write({"state": "filed"})

    def test_archivist_changes_no_client_data(self):
        archive = self._enter(self.archive).with_user(self.archivist)
        for values in (
            {"employer": "X"},
            {"name": "王芳"},
            {"state": "filed"},
            {"agent_id": self.archivist.id},
        ):
            with self.subTest(**values), self.assertRaises(UserError):
                archive.write(values)

    def test_number_is_written_by_nobody(self):
        everybody = self.agent | self.supervisor | self.archivist | self.env.user
        for user in everybody:
            archive = self.archive.with_user(user)
            with self.subTest(user=user.login), self.assertRaises(UserError):
                archive.write({"number": "Z001-01-2026-D30-0001-0001"})
            with self.subTest(user=user.login), self.assertRaises(UserError):
                archive.with_context(insurance_filing=True).write({"number": "X"})
        with self.assertRaises(UserError):
            self._archive(number="Z001-01-2026-D30-0001-0001")

    def test_number_stays_once_given(self):
        archive = self._enter(self.archive)
        archive.with_user(self.archivist).action_file()
        for values in ({"number": False}, {"filed_on": False}, {"number_item": 7}):
            with self.subTest(**values), self.assertRaises(UserError):
                archive.with_user(self.agent).write(values)

    def test_filed_archive_stays_with_its_company(self):
        archive = self._enter(self.archive)
        archive.with_user(self.archivist).action_file()
        other = self.env["res.company"].create({"name": "Second insurer"})
        with self.assertRaisesRegex(UserError, "stays with the company"):
            archive.company_id = other

    def test_selection_is_filed_in_one_run_and_the_rest_listed(self):
        filed = self._enter(self.archive)
        filed.with_user(self.archivist).action_file()
        number = filed.number
        archives = self._entered(5)
        action = (archives | filed).with_user(self.archivist).action_file()
        items = archives.sorted("id").mapped("number_item")
        self.assertEqual(items, list(range(items[0], items[0] + 5)))
        self.assertEqual(filed.number, number)
        self.assertEqual(action["params"]["title"], "Filed: 5")
        self.assertIn(number, action["params"]["message"])

    def test_numbers_of_a_run_that_failed_are_given_again(self):
        self._entered(1).with_user(self.archivist).action_file()
        counter = self.env["insurance.number.counter"].search([], limit=1)
        before = counter.last_item
        with self.assertRaises(UserError), self.env.cr.savepoint():
            self._entered(3).with_user(self.archivist).action_file()
            raise UserError("the connection broke")
        self.env.invalidate_all()
        self.assertEqual(counter.last_item, before)

    def test_wizard_shows_the_number_that_comes_and_what_stays_behind(self):
        archives = self._entered(2)
        archives[0].with_user(self.archivist).action_file()
        wizard = (
            self.env["insurance.archive.file"]
            .with_user(self.archivist)
            .with_context(default_archive_ids=archives.ids)
        )
        with Form(wizard) as form:
            form.storage_medium = "both"
            form.storage_place = "Room 2, cabinet 14"
            form.retention_mark = "Y"
        wizard = form.record
        self.assertEqual((wizard.ready_count, wizard.refused_count), (1, 1))
        self.assertIn(archives[0].number, wizard.refused)
        expected = wizard.first_number
        wizard.action_confirm()
        self.assertRecordValues(
            archives[1],
            [
                {
                    "number": expected,
                    "retention_mark": "Y",
                    "storage_medium": "both",
                    "storage_place": "Room 2, cabinet 14",
                }
            ],
        )

    def test_wizard_is_for_archivists(self):
        Wizard = self.env["insurance.archive.file"]
        with self.assertRaises(AccessError):
            Wizard.with_user(self.agent).create({"archive_ids": self.archive.ids})

    def test_filing_of_many_costs_no_query_for_each(self):
        small, large = self._entered(10), self._entered(110)
        small.with_user(self.archivist).action_file()
        self.env.flush_all()
        self.env.invalidate_all()
        count = self.env.cr.sql_log_count
        large[:10].with_user(self.archivist).action_file()
        self.env.flush_all()
        few = self.env.cr.sql_log_count - count
        self.env.invalidate_all()
        count = self.env.cr.sql_log_count
        large[10:].with_user(self.archivist).action_file()
        self.env.flush_all()
        many = self.env.cr.sql_log_count - count
        self.assertLessEqual(many, few + 5)

    def test_entered_archive_is_due_after_the_filing_cycle(self):
        parameter = self.env["insurance.parameter"]
        parameter.search([("key", "=", "filing_cycle_months")]).value = "2"
        archive = self._archive()
        self.assertFalse(archive.filing_due_date)
        with freeze_time("2026-01-15"):
            archive.write({"state": "entered"})
            self.assertEqual(str(archive.filing_due_date), "2026-03-15")
        overdue = [("state", "=", "entered"), ("filing_due_date", "<", "today")]
        with freeze_time("2026-03-16"):
            self.assertIn(archive, archive.search(overdue))
            archive.with_user(self.archivist).action_file()
            self.assertNotIn(archive, archive.search(overdue))

    def test_filing_rate_is_the_share_of_filed_archives(self):
        archives = self._entered(4)
        archives[0].with_user(self.archivist).action_file()
        [(rate,)] = archives._read_group(
            [("id", "in", archives.ids)], [], ["filing_rate:avg"]
        )
        self.assertEqual(rate, 25)

    def test_archivist_opens_the_form(self):
        archive = self._enter(self.archive).with_user(self.archivist)
        archive.get_views([(False, "form"), (False, "list"), (False, "search")])
        self.assertEqual(Form(archive).name, "张伟")
        archive.action_file()
        self.assertEqual(Form(archive).number, archive.number)

    def test_filing_is_in_the_history_under_the_archivist(self):
        archive = self._enter(self.archive)
        archive.with_user(self.archivist).action_file()
        change = archive.change_ids.filtered(
            lambda change: change.field_name == "state"
        )
        self.assertEqual(change.user_id, self.archivist)
        self.assertEqual(change.new_value, "Filed")

    @freeze_time("2026-12-31 18:00:00")
    def test_number_carries_the_year_of_the_company(self):
        self.env.company.partner_id.tz = "Asia/Shanghai"
        archive = self._enter(self.archive)
        archive.with_user(self.archivist).action_file()
        self.assertIn("2027", archive.number)
