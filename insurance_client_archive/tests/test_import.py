from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common_import import COLUMNS, ImportCase

TAKEN = "A client with this name and phone is already on file."


@tagged("post_install", "-at_install")
class TestImport(ImportCase):
    """Good rows come in, bad rows are listed, nothing is half created."""

    def test_good_rows_come_in_and_bad_rows_are_listed(self):
        result = self._import(
            self._file(
                self._row("欧阳明慧", "13912345670", birth_date="1985-02-03"),
                self._row("张先生", "13912345671"),
                self._row("司马文静", "12"),
                self._row("诸葛建平", "13912345673", birth_date="2999-01-01"),
                self._row("慕容秋月", "13912345674", birth_date="03.02.1985"),
                self._row("令狐云飞", "13912345675", client_kind="alien"),
                self._row("", "13912345676"),
                self._row("上官婉婷", "13912345677"),
            )
        )
        names = self.env["insurance.archive"].browse(result["ids"]).mapped("name")
        self.assertEqual(names, ["欧阳明慧", "上官婉婷"])
        reasons = self._reasons(result)
        self.assertEqual(list(reasons), [3, 4, 5, 6, 7, 8])
        self.assertEqual(reasons[3], "Enter the full name, not a form of address.")
        self.assertEqual(reasons[4], self._phone_reason("12"))
        self.assertEqual(reasons[5], "The birth date lies in the future.")
        self.assertIn("03.02.1985", reasons[6])
        self.assertIn("alien", reasons[7])
        self.assertEqual(reasons[8], "Enter the client's name.")

    def test_reason_is_that_of_a_remote_call(self):
        for name, values in (
            ("张先生", {}),
            ("欧阳明慧", {"phone": "12"}),
            ("欧阳明慧", {"birth_date": "2999-01-01"}),
            ("浦江贸易有限公司", {"client_kind": "enterprise", "credit_code": "91"}),
        ):
            with self.subTest(name=name, **values):
                with self.assertRaises(UserError) as caught:
                    self.env["insurance.archive"].with_user(self.agent).create(
                        {"name": name, **values}
                    )
                row = self._row(name, **values)
                result = self._import(self._file(row))
                self.assertEqual(self._reasons(result), {2: str(caught.exception)})

    def test_refused_row_leaves_no_contact_behind(self):
        Partner = self.env["res.partner"]
        before = Partner.search_count([])
        self._import(self._file(self._row("张先生"), self._row("司马文静", "12")))
        self.assertEqual(Partner.search_count([]), before)

    def test_rule_that_only_creating_meets_refuses_its_row_alone(self):
        rows = [self._row(f"欧阳明{char}", "") for char in "一二三四五六七八九"]
        columns = [*COLUMNS, "headcount"]
        rows = [[*row, "-3" if row[0] == "欧阳明四" else "3"] for row in rows]
        file = self._file(*rows, header=columns)
        Partner = self.env["res.partner"]
        before = Partner.search_count([])
        with mute_logger("odoo.sql_db"):
            result = self._import(file, columns=columns)
        self.assertEqual(
            self._reasons(result), {5: "The number of persons can't be negative."}
        )
        self.assertEqual(len(result["ids"]), 8)
        self.assertEqual(Partner.search_count([]), before + 8)

    def test_test_run_creates_nothing_and_lists_everything(self):
        Archive = self.env["insurance.archive"]
        before = Archive.search_count([])
        logs = self.env["insurance.import.log"].search_count([])
        file = self._file(self._row("欧阳明慧"), self._row("张先生", ""))
        result = self._import(file, dryrun=True)
        self.assertEqual(Archive.search_count([]), before)
        self.assertEqual(self.env["insurance.import.log"].search_count([]), logs)
        self.assertEqual(list(self._reasons(result)), [3])

    def test_row_numbers_are_those_of_the_file(self):
        rows = [
            self._row("欧阳明慧", "13912345670"),
            ["", "", "", "", "", ""],
            self._row("慕容\n秋月", "13912345674"),
            [],
            self._row("张先生", "13912345671"),
        ]
        result = self._import(self._file(*rows))
        self.assertIn(6, self._reasons(result))

    def test_steps_of_one_file_go_on_with_its_numbers(self):
        rows = [
            self._row("欧阳明慧", "13912345670"),
            self._row("张先生", "13912345671"),
            self._row("慕容秋月", "13912345674"),
            self._row("欧阳明慧", "139 1234 5670"),
        ]
        for dryrun in (True, False):
            with self.subTest(dryrun=dryrun):
                importer = (
                    self.env["base_import.import"]
                    .with_user(self.agent)
                    .create(
                        {
                            "res_model": "insurance.archive",
                            "file": self._file(*rows),
                            "file_name": "clients.csv",
                            "file_type": "text/csv",
                        }
                    )
                )
                first = self._step(importer, dryrun, limit=2)
                self.assertEqual(first["nextrow"], 2)
                self.assertEqual(list(self._reasons(first)), [3])
                second = self._step(importer, dryrun, limit=2, skip=2)
                self.assertEqual(
                    self._reasons(second),
                    {5: "Row 2 of this file has the same name and phone."},
                )
        log = self.env["insurance.import.log"].search(
            [("import_ref", "=", importer.id)]
        )
        self.assertRecordValues(
            log, [{"row_count": 4, "created_count": 2, "refused_count": 2}]
        )

    def test_client_on_file_is_reported_without_saying_whose(self):
        row = self._row("张伟", "+86 138 0013 8000")
        for user in self.agent | self.agent2:
            with self.subTest(user=user.login):
                result = self._import(self._file(row), user)
                self.assertEqual(self._reasons(result), {2: TAKEN})
                self.assertFalse(result["ids"])

    def test_same_name_with_another_phone_is_another_client(self):
        result = self._import(self._file(self._row("张伟", "13912345678")))
        self.assertFalse(result["refused"])

    def test_agents_import_their_own_clients(self):
        file = self._file(
            self._row("欧阳明慧", "13912345670", agent_id=self.agent.name),
            self._row("慕容秋月", "13912345674"),
            self._row("诸葛建平", "13912345673", agent_id=self.agent2.name),
            self._row("司马文静", "13912345672", agent_id="Nobody at all"),
        )
        result = self._import(file)
        archives = self.env["insurance.archive"].browse(result["ids"])
        self.assertEqual(archives.agent_id, self.agent)
        reasons = self._reasons(result)
        self.assertIn("clients of your own", reasons[4])
        self.assertIn("Nobody at all", reasons[5])

    def test_supervisors_import_for_their_teams(self):
        file = self._file(
            self._row("欧阳明慧", "13912345670", agent_id=self.agent.name),
            self._row("慕容秋月", "13912345674"),
            self._row("诸葛建平", "13912345673", agent_id=self.agent2.name),
        )
        result = self._import(file, self.supervisor)
        archive = self.env["insurance.archive"].browse(result["ids"])
        self.assertEqual(archive.team_id, self.team_a)
        reasons = self._reasons(result)
        self.assertEqual(reasons[3], "Name the agent who looks after the client.")
        self.assertEqual(reasons[4], "This agent is in none of your teams.")

    def test_users_without_the_right_import_nothing(self):
        file = self._file(self._row("欧阳明慧"))
        for user in self.accountant | self.archivist | self.compliance:
            with self.subTest(user=user.login):
                before = self.env["insurance.archive"].search_count([])
                result = self._import(file, user)
                self.assertFalse(result["ids"])
                after = self.env["insurance.archive"].search_count([])
                self.assertEqual(after, before)

    def test_log_keeps_reasons_and_no_values(self):
        file = self._file(
            self._row("欧阳明慧", "13912345670"), self._row("司马文静", "12345")
        )
        result = self._import(file)
        log = self.env["insurance.import.log"].browse(result["import_log_id"])
        self.assertRecordValues(
            log,
            [{"name": "clients.csv", "created_count": 1, "refused_count": 1}],
        )
        line = log.with_user(self.agent).line_ids
        self.assertEqual((line.row_number, line.field_name), (3, "phone"))
        self.assertEqual(line.field_label, "Phone")
        self.assertNotIn("12345", line.reason)
        self.assertIn("12345", self._reasons(result)[3])

    def test_log_is_read_by_importer_and_administrator(self):
        file = self._file(self._row("欧阳明慧"))
        log_id = self._import(file)["import_log_id"]
        Log = self.env["insurance.import.log"]
        for user in self.agent | self.insurance_admin:
            self.assertTrue(Log.with_user(user).search([("id", "=", log_id)]))
        for user in self.agent2 | self.supervisor | self.accountant:
            with self.subTest(user=user.login):
                log = Log.with_user(user).browse(log_id)
                self.assertFalse(log.has_access("read"))
        self.assertFalse(Log.with_user(self.agent).browse(log_id).has_access("write"))

    def test_load_over_rpc_takes_good_rows_too(self):
        result = (
            self.env["insurance.archive"]
            .with_user(self.agent)
            .with_context(insurance_import_report={"problems": {}})
            .load(["name", "phone"], [["欧阳明慧", ""], ["张先生", ""]])
        )
        self.assertEqual(len(result["ids"]), 1)
        [message] = result["messages"]
        self.assertEqual(message["rows"], {"from": 1, "to": 1})
        self.assertEqual(message["field"], "name")

    def test_data_files_still_load_all_or_nothing(self):
        Archive = self.env["insurance.archive"].with_context(install_mode=True)
        result = Archive.load(["name", "phone"], [["欧阳明慧", ""], ["张先生", ""]])
        self.assertFalse(result["ids"])

    def test_unknown_column_is_refused(self):
        with self.assertRaises(ValueError):
            self.env["insurance.archive"].load(["name", "id_number_x"], [["李明", "1"]])

    def test_number_and_state_can_not_be_imported(self):
        for column, value in (("number", "Z001"), ("state", "filed")):
            with self.subTest(column=column):
                file = self._file(["欧阳明慧", value], header=["name", column])
                result = self._import(file, columns=["name", column])
                self.assertFalse(result["ids"])
                self.assertEqual(len(result["refused"]), 1)

    def test_existing_client_is_corrected_by_its_id(self):
        file = self._file(
            [self.archive.id, "王芳"],
            [self.archive.id, "张先生"],
            header=[".id", "name"],
        )
        result = self._import(file, columns=[".id", "name"])
        self.assertEqual(self.archive.name, "王芳")
        self.assertEqual(list(self._reasons(result)), [3])

    def test_import_costs_no_query_for_each_row(self):
        chars = "一二三四五六七八九十"

        def rows(start, count):
            return self._file(
                *(
                    self._row(f"欧阳{chars[n // 10 % 10]}{chars[n % 10]}", f"139{n:08}")
                    for n in range(start, start + count)
                )
            )

        self._import(rows(10000000, 5))
        counts = []
        for start, count in ((20000000, 10), (30000000, 60)):
            file = rows(start, count)
            before = self.env.cr.sql_log_count
            result = self._import(file)
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - before)
            self.assertEqual(len(result["ids"]), count, result["refused"])
        self.assertLessEqual(counts[1], counts[0] + 10)
