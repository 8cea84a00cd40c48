"""Approvals over the wire: what a program or a forged call may try."""

import json

from odoo import Command
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import mute_logger

from odoo.addons.insurance_client_archive import vault_caller

ARCHIVE = "insurance_client_archive"
REQUEST = "insurance.access.request"
LINE = "insurance.access.request.line"
QUIET = (
    "odoo.http",
    "odoo.addons.base.models.ir_rule",
    "odoo.addons.base.models.ir_model",
)


@tagged("post_install", "-at_install")
class TestAccessWire(HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.agent = cls._user("agent")
        cls.leader = cls._user("supervisor")
        cls.officer = cls._user("compliance")
        cls.department = cls._user("department")
        cls.head = cls._user("department_head")
        cls.insurance_admin = cls._user("admin")
        cls.env["insurance.department"].create(
            {
                "name": "Wire",
                "head_ids": [Command.set(cls.head.ids)],
                "member_ids": [Command.set(cls.department.ids)],
            }
        )
        cls.env["crm.team"].create(
            {
                "name": "Wire",
                "user_id": cls.leader.id,
                "member_ids": [Command.set(cls.agent.ids)],
            }
        )
        cls.archive = cls.env["insurance.archive"].create(
            {"name": "张伟", "agent_id": cls.agent.id, "annual_income": "737373"}
        )
        cls.env.cr.execute(
            "UPDATE insurance_archive SET number = 'WIRE-1' WHERE id = %s",
            [cls.archive.id],
        )
        cls.env.invalidate_all()
        cls.claim = cls.env.ref(f"{ARCHIVE}.purpose_claim")

    @classmethod
    def _user(cls, role):
        groups = f"base.group_user,{ARCHIVE}.group_{role}"
        return new_test_user(cls.env, f"wire {role}", groups, lang="en_US")

    def setUp(self):
        super().setUp()
        # the password was given a moment ago: that has tests of its own
        self.patch(vault_caller, "identity_is_fresh", lambda *args: True)

    def call(self, user, model, method, *args, **kwargs):
        """Call as the web client does; return (error name, result)."""
        self.authenticate(user.login, user.login)
        params = {"model": model, "method": method, "args": args, "kwargs": kwargs}
        with mute_logger(*QUIET):
            response = self.url_open(
                f"/web/dataset/call_kw/{model}/{method}",
                data=json.dumps({"jsonrpc": "2.0", "params": params}),
                headers={"Content-Type": "application/json"},
            ).json()
        self.env.invalidate_all()
        error = response.get("error", {}).get("data", {}).get("name", "")
        return error.rpartition(".")[2], response.get("result")

    def submitted(self, user=None, **values):
        user = user or self.agent
        name = {"archive_id": self.archive.id}
        if user in (self.department, self.head):
            name = {"number": "WIRE-1"}
        values = {
            "purpose_id": self.claim.id,
            "slice_financial": True,
            "line_ids": [[0, 0, name]],
            **values,
        }
        error, request_id = self.call(user, REQUEST, "create", values)
        self.assertFalse(error)
        error, _done = self.call(user, REQUEST, "action_submit", [request_id])
        self.assertFalse(error)
        return self.env[REQUEST].browse(request_id)

    def test_leader_approves_and_the_value_opens_at_once(self):
        error, _value = self.reveal(self.agent)
        self.assertEqual(error, "AccessError")
        request = self.submitted()
        error, _done = self.call(
            self.leader, REQUEST, "action_approve", [request.id], revision=1
        )
        self.assertFalse(error)
        error, value = self.reveal(self.agent)
        self.assertFalse(error)
        self.assertEqual(value, {"annual_income": 737373})

    def test_revocation_acts_on_the_next_request(self):
        request = self.submitted()
        self.call(self.leader, REQUEST, "action_approve", [request.id], revision=1)
        _error, dialog = self.call(self.leader, REQUEST, "action_revoke", [request.id])
        decide = [dialog["res_id"]]
        model = dialog["res_model"]
        self.call(self.leader, model, "write", decide, {"reason": "No need"})
        error, _done = self.call(self.leader, model, "action_confirm", decide)
        self.assertFalse(error)
        error, _value = self.reveal(self.agent)
        self.assertEqual(error, "AccessError")

    def test_department_without_an_application_is_refused(self):
        error, _value = self.reveal(self.department)
        self.assertEqual(error, "AccessError")

    def test_department_opens_what_its_head_approved(self):
        request = self.submitted(self.department)
        self.call(self.head, REQUEST, "action_approve", [request.id], revision=1)
        error, value = self.reveal(self.department)
        self.assertFalse(error)
        self.assertEqual(value, {"annual_income": 737373})

    def test_own_application_is_approved_by_no_call(self):
        request = self.submitted(self.leader)
        for method, args, kwargs in (
            ("action_approve", [], {"revision": 1}),
            ("write", [{"state": "approved"}], {}),
            ("write", [{"approver_id": self.officer.id}], {}),
            ("write", [{"user_id": self.agent.id}], {}),
            ("web_save", [{"state": "approved"}, {}], {}),
            ("action_change_state", [], {"context": {"target_state": "approved"}}),
            ("_approve", [1], {}),
            ("_grant", [], {}),
            ("_store", [{"state": "approved"}], {}),
            ("copy", [{"state": "approved"}], {}),
        ):
            with self.subTest(method, args=args):
                error, result = self.call(
                    self.leader, REQUEST, method, [request.id], *args, **kwargs
                )
                if method == "copy" and not error:
                    request |= self.env[REQUEST].browse(result)
                self.assertNotIn("approved", request.mapped("state"))
                self.assertEqual(request.user_id, self.leader)
        self.assertFalse(self.grants(self.leader))

    def test_grants_and_steps_are_made_by_no_call(self):
        request = self.submitted()
        for user in (self.agent, self.leader, self.officer, self.insurance_admin):
            for model, values in (
                ("insurance.access.grant", {"user_id": user.id, "state": "active"}),
                (
                    "insurance.access.step",
                    {"request_id": request.id, "kind": "approved", "slot": "first"},
                ),
            ):
                error, _record = self.call(user, model, "create", values)
                self.assertEqual(error, "AccessError", (user.login, model))

    def test_bulk_dialog_decides_nothing_that_a_click_would_not(self):
        own, other = self.submitted(self.leader), self.submitted(self.department)
        values = {
            "decision": "approved",
            "line_ids": [
                [0, 0, {"request_id": request.id, "revision": 1}]
                for request in own | other
            ],
        }
        model = "insurance.access.decide"
        error, dialog = self.call(self.leader, model, "create", values)
        self.assertFalse(error)
        error, _done = self.call(self.leader, model, "action_confirm", [dialog])
        self.assertEqual(error, "AccessError")
        self.assertEqual(set((own | other).mapped("state")), {"submitted"})

    def test_onchange_tells_nothing_about_a_client_out_of_sight(self):
        shown = []
        for number in ("WIRE-1", "WIRE-404"):
            error, result = self.call(
                self.department,
                REQUEST,
                "onchange",
                [],
                {"line_ids": [[0, "virtual_1", {"number": number}]]},
                ["line_ids"],
                {
                    "key_count": {},
                    "client_count": {},
                    "missing_count": {},
                    "verdict": {},
                    "hint": {},
                    "line_ids": {"fields": {"number": {}, "client": {}}},
                },
            )
            self.assertFalse(error)
            shown.append(json.dumps(result).replace(number, "N"))
        self.assertEqual(shown[0], shown[1])

    def test_onchange_with_an_archive_out_of_sight_shows_no_name(self):
        error, result = self.call(
            self.department,
            REQUEST,
            "onchange",
            [],
            {"line_ids": [[0, "virtual_1", {"archive_id": self.archive.id}]]},
            ["line_ids"],
            {
                "clients_text": {},
                "line_ids": {
                    "fields": {
                        "client": {},
                        "archive_id": {"fields": {"display_name": {}}},
                    }
                },
            },
        )
        self.assertNotIn("张伟", json.dumps(result, ensure_ascii=False) + error)
        self.assertNotIn("WIRE-1", json.dumps(result) + error)

    def test_what_is_meant_is_read_sorted_and_grouped_by_nobody(self):
        request = self.submitted(self.department)
        for user in (self.department, self.head, self.officer):
            lines = [["request_id", "=", request.id]]
            for method, args in (
                ("search_read", [lines, ["target_id"]]),
                ("search", [[["target_id", "!=", False]]]),
                ("search", [[["target_id.number", "=", "WIRE-1"]]]),
                ("formatted_read_group", [lines, ["target_id"], ["__count"]]),
            ):
                error, _result = self.call(user, LINE, method, *args)
                self.assertEqual(error, "AccessError", (user.login, method, args))

    def test_print_needs_a_purpose(self):
        request = self.submitted()
        self.authenticate(self.agent.login, self.agent.login)
        path = f"/report/html/insurance_compliance.report_access_request/{request.id}"
        with mute_logger(*QUIET):
            self.assertEqual(self.url_open(path).status_code, 422)
        context = json.dumps({"insurance_purpose": "claim"})
        page = self.url_open(f"{path}?context={context}")
        self.assertEqual(page.status_code, 200)
        self.assertIn(request.number, page.text)

    def test_print_of_somebody_elses_application_is_refused(self):
        request = self.submitted(self.department)
        self.authenticate(self.agent.login, self.agent.login)
        path = f"/report/html/insurance_compliance.report_access_request/{request.id}"
        context = json.dumps({"insurance_purpose": "claim"})
        with mute_logger(*QUIET):
            page = self.url_open(f"{path}?context={context}")
        self.assertNotEqual(page.status_code, 200)
        self.assertNotIn("WIRE-1", page.text)

    def reveal(self, user):
        arguments = [[self.archive.id], ["annual_income"], "claim"]
        error, value = self.call(user, "insurance.archive", "reveal", *arguments)
        return error, value

    def grants(self, user):
        return self.env["insurance.access.grant"].search([("user_id", "=", user.id)])
