from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.service.model import call_kw
from odoo.tests import tagged

from .common_check import CheckCase

MODELS = (
    "insurance.check.run",
    "insurance.check.result",
    "insurance.check.violation",
    "insurance.check.answer",
)


@tagged("post_install", "-at_install")
class TestCheckAccess(CheckCase):
    """Each attack by the way of a remote call."""

    def setUp(self):
        super().setUp()
        self.result = self._result(2, "insurance.archive", self._ids(self.archive))
        self.run_ = self.result.run_id
        self.rows = self.result.violation_ids

    def _call(self, user, model, method, *args, **kwargs):
        self.env.flush_all()
        self.env.invalidate_all()
        records = self.env(user=user, context={})[model]
        return call_kw(records, method, list(args), kwargs)

    def test_agents_read_nothing_of_checks(self):
        for user in (self.agent, self.manager, self.supervisor, self.accountant):
            for model in (*MODELS, "insurance.check", "insurance.check.plan"):
                with self.subTest(user=user.login, model=model):
                    with self.assertRaises(AccessError):
                        self._call(user, model, "search_read", [], ["id"])

    def test_violations_are_for_compliance_alone(self):
        for user in (self.insurance_admin, self.department_head, self.archivist):
            with self.assertRaises(AccessError):
                self._call(user, "insurance.check.violation", "search_read", [])
        found = self._call(
            self.compliance,
            "insurance.check.violation",
            "web_read",
            self.rows.ids,
            {"number": {}, "archive_id": {"fields": {"display_name": {}}}},
        )
        name = self.archive.partner_id.name
        self.assertNotIn(name, str(found))

    def test_compliance_finds_no_client_by_way_of_violations(self):
        for path in ("archive_id.partner_id.name", "archive_id.partner_id"):
            try:
                found = self._call(
                    self.compliance,
                    "insurance.check.violation",
                    "search_count",
                    [(path, "ilike", "张伟")],
                )
            except AccessError:
                found = 0
            self.assertFalse(found, path)

    def test_opening_a_record_asks_for_the_right_to(self):
        with self.assertRaises(UserError):
            self._call(
                self.compliance,
                "insurance.check.violation",
                "action_open_record",
                self.rows.ids,
            )
        self._grant(self.department, ["basic"], self.archive)
        both = self._user("both", role="compliance")
        both.group_ids |= self.env.ref("insurance_client_archive.group_agent")
        self.archive.agent_id = both
        action = self._call(
            both, "insurance.check.violation", "action_open_record", self.rows.ids
        )
        self.assertEqual(action["res_id"], self.archive.id)

    def test_nobody_writes_results(self):
        for user in (self.compliance, self.insurance_admin, self.department_head):
            for model, record, values in (
                ("insurance.check.result", self.result, {"state": "passed"}),
                ("insurance.check.violation", self.rows, {"text": "x"}),
                ("insurance.check.run", self.run_, {"rate": 100}),
                ("insurance.check.run", self.run_, {"state": "cancelled"}),
                ("insurance.check.run", self.run_, {"note": "all fine"}),
                ("insurance.check.run", self.run_, {"state_reason": "all fine"}),
            ):
                with self.subTest(user=user.login, model=model, values=values):
                    with self.assertRaises(UserError):
                        self._call(user, model, "write", record.ids, values)
                    with self.assertRaises(UserError):
                        self._call(user, model, "unlink", record.ids)

    def test_nobody_creates_results(self):
        check = self.result.check_id
        for user in (self.compliance, self.insurance_admin, self.department_head):
            for model, values in (
                (
                    "insurance.check.result",
                    {"run_id": self.run_.id, "check_id": check.id, "state": "passed"},
                ),
                ("insurance.check.violation", {"result_id": self.result.id}),
                (
                    "insurance.check.answer",
                    {"run_id": self.run_.id, "result_id": self.result.id, "item_id": 1},
                ),
                ("insurance.check.run", {"kind": "automatic"}),
                ("insurance.check.run", {"rate": 100}),
                ("insurance.check.run", {"state": "done"}),
                ("insurance.check.run", {"reviewer_id": user.id}),
                (
                    "insurance.check.run",
                    {"result_ids": [fields.Command.create({"check_id": check.id})]},
                ),
            ):
                with self.subTest(user=user.login, model=model, values=values):
                    with self.assertRaises(UserError):
                        self._call(user, model, "create", [values])

    def test_defaults_of_the_caller_decide_nothing(self):
        context = {
            "default_rate": 100,
            "default_kind": "automatic",
            "default_reviewer_id": self.compliance.id,
            "default_state": "passed",
        }
        runs = self.Run.with_user(self.compliance)
        self.assertEqual(
            runs.with_context(default_state="done").create({}).state, "draft"
        )
        given = {name: value for name, value in context.items() if "state" not in name}
        run = runs.with_context(**given).create({})
        self.assertEqual((run.rate, run.kind), (0, "manual"))
        self.assertFalse(run.reviewer_id)
        check = self._check("test_default")
        action = check.with_user(self.compliance).with_context(**context).action_run()
        begun = self.Run.browse(action["res_id"])
        self.assertEqual(begun.result_ids.mapped("state"), ["open"])

    def test_private_methods_are_not_called(self):
        for model, method in (
            ("insurance.check.result", "_make"),
            ("insurance.check.run", "_finish"),
            ("insurance.check.run", "_server"),
            ("insurance.check", "_find_violations"),
        ):
            with self.assertRaises(AccessError):
                self._call(self.compliance, model, method, self.run_.ids)

    def test_only_compliance_begins_checks(self):
        check = self.result.check_id
        plan = self.env.ref("insurance_compliance.insurance_check_plan_monthly")
        for user in (self.agent, self.department_head, self.insurance_admin):
            for model, record in (
                ("insurance.check", check),
                ("insurance.check.plan", plan),
            ):
                with self.subTest(user=user.login, model=model):
                    with self.assertRaises(AccessError):
                        self._call(user, model, "action_run", record.ids)

    def test_administrators_configure_and_compliance_does_not(self):
        check = self.result.check_id
        self._call(
            self.insurance_admin,
            "insurance.check",
            "write",
            check.ids,
            {"severity": "critical", "frequency": "daily"},
        )
        for values in (
            {"method": "archive_agent_left"},
            {"domain": "[('state', '=', 'filed')]"},
            {"kind": "manual"},
            {"code": "other"},
        ):
            with self.subTest(values=values), self.assertRaises(UserError):
                self._call(
                    self.insurance_admin, "insurance.check", "write", check.ids, values
                )
        with self.assertRaises(AccessError):
            self._call(
                self.compliance, "insurance.check", "write", check.ids, {"name": "x"}
            )
        with self.assertRaises(UserError):
            self._call(self.insurance_admin, "insurance.check", "unlink", check.ids)

    def test_nobody_names_a_method_of_the_catalogue(self):
        with self.assertRaises(UserError):
            self._call(
                self.insurance_admin,
                "insurance.check",
                "create",
                [{"code": "x", "name": "x", "method": "archive_agent_left"}],
            )

    def test_heads_read_reports_and_departments_only_their_own(self):
        read = self._call(
            self.department_head, "insurance.check.result", "search_read", [], ["rate"]
        )
        self.assertIn(self.result.id, [row["id"] for row in read])
        own = self._call(
            self.department, "insurance.check.result", "search_read", [], ["rate"]
        )
        self.assertNotIn(self.result.id, [row["id"] for row in own])

    def test_runs_of_another_company_are_not_seen(self):
        other = self.env["res.company"].create({"name": "Other company"})
        (self.run_ | self.run_.copy()).sudo().company_id = other
        self.result.company_id = other
        self.rows.company_id = other
        for model, record in (
            ("insurance.check.run", self.run_),
            ("insurance.check.result", self.result),
            ("insurance.check.violation", self.rows),
        ):
            found = self._call(
                self.compliance, model, "search_count", [("id", "in", record.ids)]
            )
            self.assertFalse(found, model)

    def test_compliance_pauses_what_the_server_has_begun(self):
        plan = self.env["insurance.check.plan"].create(
            {"name": "Plan", "check_ids": [(6, 0, self._check("test_p").ids)]}
        )
        run = self.Run._begin_automatic(plan._checks(), plan)
        self.assertNotEqual(run.sweep_id.user_id, self.compliance)
        self._call(self.compliance, "insurance.check.run", "action_pause", run.ids)
        self.assertEqual(run.sweep_id.state, "paused")
        for user in (self.department_head, self.agent):
            with self.assertRaises(AccessError):
                self._call(user, "insurance.check.run", "action_resume", run.ids)
