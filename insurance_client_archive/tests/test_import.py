import csv
import io

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import file_open, mute_logger

from .common import ArchiveCase

COLUMNS = ["name", "phone", "birth_date", "client_kind", "credit_code", "agent_id"]
TAKEN = "A client with this name and phone is already on file."


class ImportCase(ArchiveCase):
    """Files as the importer's screen hands them over."""

    def _file(self, *rows, header=None):
        text = io.StringIO()
        csv.writer(text).writerows([header or COLUMNS, *rows])
        return text.getvalue().encode()

    def _row(self, name, phone="13912345678", **values):
        row = {"name": name, "phone": phone, **values}
        return [row.get(column, "") for column in COLUMNS]

    def _import(
        self, file, user=None, dryrun=False, columns=None, model=None, **options
    ):
        Importer = self.env["base_import.import"].with_user(user or self.agent)
        importer = Importer.create(
            {
                "res_model": model or "insurance.archive",
                "file": file,
                "file_name": "clients.csv",
                "file_type": "text/csv",
            }
        )
        return self._step(importer, dryrun, columns, **options)

    def _step(self, importer, dryrun=False, columns=None, **options):
        columns = columns or COLUMNS
        return importer.execute_import(
            columns,
            columns,
            {
                "has_headers": True,
                "quoting": '"',
                "separator": ",",
                "date_format": "%Y-%m-%d",
                **options,
            },
            dryrun=dryrun,
        )

    def _reasons(self, result):
        return {line["row"]: line["message"] for line in result["refused"]}

    def _phone_reason(self, phone):
        archive = self.env["insurance.archive"]
        return archive._phone_problem(phone, self.env.ref("base.cn"))


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


@tagged("post_install", "-at_install")
class TestImportTemplates(ImportCase):
    """Each template maps by itself and its example comes in, in both languages."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("zh_CN")
        # the Chinese templates need the Chinese words, whatever language is loaded
        modules = cls.env["ir.module.module"]
        modules._load_module_terms(["insurance_client_archive"], ["zh_CN"])
        cls.env.cr.cache.clear()

    def _importer(self, model, template, user):
        with file_open(template.removeprefix("/"), "rb") as file:
            content = file.read()
        return (
            self.env["base_import.import"]
            .with_user(user)
            .with_context(lang=user.lang)
            .create(
                {
                    "res_model": model,
                    "file": content,
                    "file_name": template.rpartition("/")[2],
                    "file_type": "application/vnd.openxmlformats-officedocument"
                    ".spreadsheetml.sheet",
                }
            )
        )

    def _import_template(self, model, template, user, **fill):
        importer = self._importer(model, template, user)
        preview = importer.parse_preview({"has_headers": True, "quoting": '"'})
        matches = preview["matches"]
        self.assertEqual(len(matches), len(preview["headers"]), template)
        columns = [matches[i][0] for i in range(len(matches))]
        self.assertEqual(len(set(columns)), len(columns))
        options = {"quoting": '"', **preview["options"], "has_headers": True}
        if fill:
            _length, rows = importer._read_file(options)
            for field, value in fill.items():
                rows[1][columns.index(field)] = value
            text = io.StringIO()
            csv.writer(text).writerows(rows)
            importer.write({"file": text.getvalue().encode(), "file_type": "text/csv"})
            options["separator"] = ","
        return importer.execute_import(columns, columns, options)

    def test_client_templates_come_in(self):
        Archive = self.env["insurance.archive"]
        for lang in ("en_US", "zh_CN"):
            self.agent.lang = lang
            templates = Archive.with_user(self.agent).with_context(lang=lang)
            kinds = []
            for template in templates.get_import_templates():
                with self.subTest(**template):
                    result = self._import_template(
                        "insurance.archive", template["template"], self.agent
                    )
                    self.assertFalse(result["messages"])
                    kinds.append(Archive.browse(result["ids"]).client_kind)
            self.assertEqual(kinds, ["individual", "enterprise", "group"])

    def test_policy_templates_come_in(self):
        product = self._product()
        Policy = self.env["insurance.policy"]
        for lang in ("en_US", "zh_CN"):
            self.agent.lang = lang
            policies = Policy.with_user(self.agent).with_context(lang=lang)
            [template] = policies.get_import_templates()
            with self.subTest(**template):
                result = self._import_template(
                    "insurance.policy",
                    template["template"],
                    self.agent,
                    archive_id=self.archive.phone,
                    product_id=product.name,
                    number=f"TEST-{lang}",
                )
                self.assertFalse(result["messages"])
                policy = Policy.browse(result["ids"])
                self.assertEqual(policy.archive_id, self.archive)
                self.assertEqual(policy.payment_mode, "yearly")


@tagged("post_install", "-at_install")
class TestImportPolicies(ImportCase):
    """Policies come in for clients that the user looks after, each number once."""

    columns = ["number", "archive_id", "product_id", "premium", "start_date"]

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.product = cls._product()

    def _policies(self, *rows, user=None, **options):
        rows = [
            [number, client, self.product.name, premium, "2026-01-10"]
            for number, client, premium in rows
        ]
        file = self._file(*rows, header=self.columns)
        return self._import(
            file, user, columns=self.columns, model="insurance.policy", **options
        )

    def test_good_policies_come_in_and_bad_ones_are_listed(self):
        self._policy(number="TAKEN-1", product_id=self.product.id)
        result = self._policies(
            ("NEW-1", self.archive.phone, "6000"),
            ("TAKEN-1", "张伟", "6000"),
            ("NEW-1", "张伟", "6000"),
            ("NEW-2", "张伟", "a lot"),
            ("NEW-3", "", "6000"),
            ("NEW-4", "张伟", "6000"),
        )
        policies = self.env["insurance.policy"].browse(result["ids"])
        reasons = self._reasons(result)
        self.assertEqual(policies.mapped("number"), ["NEW-1", "NEW-4"], reasons)
        self.assertEqual(list(reasons), [3, 4, 5, 6])
        self.assertIn("already in use", reasons[3])
        self.assertEqual(reasons[4], "Row 2 of this file has the same policy number.")
        self.assertEqual(reasons[6], "“Policyholder” is missing.")

    def test_policy_for_the_client_of_another_agent_is_refused(self):
        result = self._policies(("NEW-1", "张伟", "6000"), user=self.agent2)
        self.assertFalse(result["ids"])
        self.assertIn("No matching record", self._reasons(result)[2])

    def test_client_whose_name_two_have_is_not_guessed(self):
        self._archive(name="张伟", phone="13912345678")
        result = self._policies(
            ("NEW-1", "张伟", "6000"), ("NEW-2", "13912345678", "6000")
        )
        self.assertEqual(len(result["ids"]), 1)
        self.assertEqual(list(self._reasons(result)), [2])

    def test_policyholders_are_found_together(self):
        chars = "一二三四五六七八九十"
        for char in chars:
            self._archive(name=f"欧阳{char}{char}", phone="")
        self._policies(("WARM", "张伟", "6000"))
        counts = []
        for prefix, names in (("A", chars[:2]), ("B", chars)):
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            rows = [(f"{prefix}{c}", f"欧阳{c}{c}", "600") for c in names]
            result = self._policies(*rows)
            self.env.flush_all()
            self.assertFalse(result["refused"])
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0] + 8)
