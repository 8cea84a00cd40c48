from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, freeze_time, tagged
from odoo.tools import mute_logger

from .common import ArchiveCase


@tagged("post_install", "-at_install")
class TestNumberPattern(ArchiveCase):
    """How archive numbers are made, and what no pattern may be."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        Pattern = cls.env["insurance.number.pattern"]
        cls.pattern = Pattern._of_company(cls.env.company).copy(
            {"name": "Test", "active": False, "fonds": "T9"}
        )
        Pattern._of_company(cls.env.company).active = False
        cls.env.flush_all()
        cls.pattern.active = True

    def _entered(self, count=1, **values):
        archives = self.env["insurance.archive"].create(
            [
                {"name": "李秀英", "agent_id": self.agent.id, **values}
                for _number in range(count)
            ]
        )
        archives._write_multi([{"state": "entered"}] * count)
        archives.invalidate_recordset()
        return archives

    def test_preview_is_the_number_that_comes(self):
        with freeze_time("2026-06-01"):
            preview = self.pattern.preview
            self.assertEqual(preview, "T9-01-2026-D30-0001-0001")
            archive = self._entered()
            archive.with_user(self.archivist).action_file()
        self.assertEqual(archive.number, preview)

    def test_form_shows_the_next_number_at_once(self):
        self.pattern.active = False
        with (
            freeze_time("2026-06-01"),
            Form(self.pattern.with_user(self.archivist)) as form,
        ):
            form.pattern = "{fonds}-{year}-{item:06d}"
            self.assertEqual(form.preview, "T9-2026-000001")

    def test_form_says_what_is_wrong_with_a_pattern(self):
        self.assertEqual(
            self.pattern.new({"pattern": "{oops}", "fonds": "T9"}).preview,
            "A number pattern knows the placeholders {fonds}, {class}, {year}, "
            "{retention}, {unit} and {item}.",
        )

    def test_bad_patterns_are_refused(self):
        for values in (
            {"pattern": "{fonds.__class__}-{item}"},
            {"pattern": "{fonds}-{year}"},
            {"fonds": "Z 1"},
        ):
            with self.subTest(**values), self.assertRaises(ValidationError):
                self.pattern.with_user(self.archivist).write(values)

    def test_class_code_is_checked(self):
        with self.assertRaisesRegex(ValidationError, "capital letters or digits"):
            self.pattern.class_ids[0].code = "0-1"

    def test_unit_begins_anew_when_it_is_full(self):
        self.pattern.unit_size = 2
        archives = self._entered(3)
        archives.with_user(self.archivist).action_file()
        self.assertEqual(
            [number[-9:] for number in archives.mapped("number")],
            ["0001-0001", "0001-0002", "0002-0001"],
        )

    def test_kinds_are_numbered_in_series_of_their_own(self):
        person = self._entered()
        firm = self._entered(client_kind="enterprise", name="上海浦江贸易有限公司")
        (person | firm).with_user(self.archivist).action_file()
        self.assertEqual((person | firm).mapped("number_item"), [1, 1])
        self.assertEqual((person | firm).mapped("class_code"), ["01", "02"])

    def test_product_line_decides_before_the_kind(self):
        life = self.env["insurance.product.category"].create(
            {"name": "Test line", "code": "test_line", "line": "life"}
        )
        self.pattern.class_ids = [
            (
                0,
                0,
                {"client_kind": "individual", "category_id": life.id, "code": "07"},
            )
        ]
        archive = self._entered(intent_category_ids=life.ids)
        archive.with_user(self.archivist).action_file()
        self.assertEqual(archive.class_code, "07")

    def test_kind_without_a_class_is_refused_with_advice(self):
        self.pattern.class_ids.filtered(
            lambda line: line.client_kind == "group"
        ).unlink()
        archive = self._entered(client_kind="group", name="浦江中学教职工会")
        with self.assertRaisesRegex(UserError, "Add one"):
            archive.with_user(self.archivist).action_file()
        self.env.invalidate_all(flush=False)
        self.assertEqual(archive.state, "entered")

    def test_company_without_a_pattern_is_told_where_to_make_one(self):
        self.pattern.active = False
        with self.assertRaisesRegex(UserError, "Number patterns"):
            self._entered().with_user(self.archivist).action_file()

    def test_used_pattern_stays_as_it_is(self):
        self._entered().with_user(self.archivist).action_file()
        pattern = self.pattern.with_user(self.archivist)
        with self.assertRaisesRegex(UserError, "stays as it is"):
            pattern.fonds = "T8"
        with self.assertRaisesRegex(UserError, "Archive it"):
            pattern.unlink()

    def test_numbers_go_on_under_a_new_pattern(self):
        first = self._entered()
        first.with_user(self.archivist).action_file()
        self.pattern.active = False
        self.env.flush_all()
        self.pattern.copy(
            {"active": True, "pattern": self.pattern.pattern, "unit_size": 5}
        )
        second = self._entered()
        second.with_user(self.archivist).action_file()
        self.assertEqual(second.number_item, first.number_item + 1)
        self.assertNotEqual(second.number, first.number)

    def test_a_company_uses_one_pattern(self):
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"):
            self.pattern.copy({"active": True})

    def test_year_is_that_of_the_company(self):
        self.env.company.partner_id.tz = "Asia/Shanghai"
        with freeze_time("2026-12-31 18:00:00"):
            self.assertIn("-2027-", self.pattern.preview)

    def test_only_archivist_and_administrator_change_patterns(self):
        for user in self.agent | self.supervisor | self.compliance:
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.pattern.with_user(user).name = "Mine"
        self.pattern.with_user(self.insurance_admin).name = "Ours"

    def test_counters_are_written_by_nobody(self):
        self._entered().with_user(self.archivist).action_file()
        counter = self.pattern.counter_ids
        for user in self.archivist | self.insurance_admin:
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                counter.with_user(user).last_item = 0


@tagged("post_install", "-at_install")
class TestNumberIssue(ArchiveCase):
    """The check for gaps and duplicates finds what raw SQL has done."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["insurance.number.pattern"]._of_company(cls.env.company).active = False
        cls.env.flush_all()
        cls.pattern = cls.env["insurance.number.pattern"].create(
            {
                "name": "Test",
                "fonds": "T9",
                "class_ids": [(0, 0, {"client_kind": "individual", "code": "01"})],
            }
        )
        cls.archives = cls.env["insurance.archive"].create(
            [{"name": "李秀英", "agent_id": cls.agent.id} for _number in range(6)]
        )
        cls.archives._write_multi([{"state": "entered"}] * 6)
        cls.archives.invalidate_recordset()
        cls.archives.with_user(cls.archivist).action_file()
        cls.env.flush_all()

    def _issues(self):
        self.env.invalidate_all()
        return (
            self.env["insurance.number.issue"]
            .with_user(self.archivist)
            .search([("counter_id.pattern_id", "=", self.pattern.id)])
        )

    def _sql(self, text, *values):
        self.env.cr.execute(text, values)

    def test_series_in_order_has_no_issue(self):
        self.assertFalse(self._issues())

    def test_gaps_are_found_in_the_middle_and_at_the_end(self):
        lost = self.archives[1] | self.archives[2] | self.archives[5]
        self._sql(
            "UPDATE insurance_archive SET number = NULL, number_item = NULL,"
            " number_counter_id = NULL WHERE id IN %s",
            lost._ids,
        )
        issues = self._issues()
        self.assertRecordValues(
            issues,
            [
                {"kind": "gap", "first_item": 2, "last_item": 3, "item_count": 2},
                {"kind": "gap", "first_item": 6, "last_item": 6, "item_count": 1},
            ],
        )
        self.assertTrue(issues[0].number.endswith("0001-0002"))
        domain = issues[0].action_open_archives()["domain"]
        around = self.env["insurance.archive"].search(domain, order="number_item")
        self.assertEqual(around, self.archives[0] | self.archives[3])

    def test_duplicates_are_found_and_open(self):
        self._sql("DROP INDEX insurance_archive_number_unique")
        self._sql(
            "UPDATE insurance_archive SET number = %s WHERE id = %s",
            self.archives[0].number,
            self.archives[1].id,
        )
        issue = self._issues()
        self.assertRecordValues(issue, [{"kind": "duplicate", "item_count": 2}])
        domain = issue.action_open_archives()["domain"]
        self.assertEqual(
            self.env["insurance.archive"].search(domain),
            self.archives[1] | self.archives[0],
        )

    def test_one_statement_checks_everything(self):
        Issue = self.env["insurance.number.issue"].with_user(self.archivist)
        Issue.search_fetch([], ["kind"])
        self.env.invalidate_all()
        with self.assertQueryCount(1):
            Issue.search_fetch([], ["kind", "first_item", "item_count"])

    def test_only_archivists_see_the_check(self):
        with self.assertRaises(AccessError):
            self.env["insurance.number.issue"].with_user(self.agent).search([])
