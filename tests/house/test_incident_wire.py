"""Incidents over the wire: who may not see them, and what a suspended user tries."""

import json

from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from odoo.addons.insurance_compliance.tests.common_incident import IncidentCase

QUIET = (
    "odoo.http",
    "odoo.addons.base.models.ir_rule",
    "odoo.addons.base.models.ir_model",
)
MODELS = (
    "insurance.incident",
    "insurance.incident.archive",
    "insurance.incident.clock",
    "insurance.incident.detection",
    "insurance.incident.drill",
    "insurance.incident.event",
    "insurance.incident.letter",
    "insurance.incident.rule",
    "insurance.access.suspension",
    "insurance.vault.lock",
)


@tagged("post_install", "-at_install")
class TestIncidentWire(IncidentCase, HttpCase):
    def call(self, user, model, method, *args, login=True, **kwargs):
        """Call as the web client does; return the name of the error, or the result."""
        if login:
            self.authenticate(user.login, user.login)
        params = {"model": model, "method": method, "args": args, "kwargs": kwargs}
        with mute_logger(*QUIET):
            response = self.url_open(
                f"/web/dataset/call_kw/{model}/{method}",
                data=json.dumps({"jsonrpc": "2.0", "params": params}),
                headers={"Content-Type": "application/json"},
            ).json()
        self.env.invalidate_all()
        self.env.cr.cache.clear()
        error = response.get("error", {}).get("data", {}).get("name", "")
        return error.rpartition(".")[2] or response.get("result")

    def assertRefused(self, *args, **kwargs):
        self.assertIn(
            self.call(*args, **kwargs),
            ("AccessError", "UserError", "SessionExpiredException"),
            args,
        )

    def test_agent_reads_no_incident_by_any_call(self):
        incident = self.incident()
        for model in MODELS:
            self.assertRefused(self.agent2, model, "search_read", [], ["id"])
            self.assertRefused(self.agent2, model, "web_search_read", [], {"id": {}})
        self.assertRefused(self.agent2, MODELS[0], "read", [incident.id], ["title"])
        self.assertRefused(self.agent2, MODELS[0], "write", [incident.id], {"title": 1})
        self.assertRefused(
            self.agent2, MODELS[0], "export_data", [incident.id], ["title"]
        )
        for step in ("action_suspend", "action_lock_vault", "action_close"):
            self.assertRefused(self.agent2, MODELS[0], step, [incident.id])

    def test_suspended_user_is_logged_out_and_tries_everything_in_vain(self):
        incident = self.incident()
        count = self.call(self.agent, "insurance.archive", "search_count", [])
        self.assertGreater(count, 0)
        done = self.call(
            self.compliance, "insurance.incident", "action_suspend", [incident.id]
        )
        self.assertIs(done, True)
        archive = self.archive.id
        for model, method, *args in (
            ("insurance.archive", "search_count", []),
            ("insurance.archive", "read", [archive], ["state"]),
            ("insurance.archive", "web_read", [archive], {"name": {}}),
            ("insurance.archive", "write", [archive], {"city": "x"}),
            ("insurance.archive", "create", {"name": "x"}),
            ("insurance.archive", "reveal", [archive], ["id_number"], "claim"),
            ("insurance.archive", "export_data", [archive], ["number"]),
            ("insurance.archive", "name_search", ""),
            ("insurance.policy", "search_read", [], ["number"]),
            ("insurance.use.log", "search_read", [], ["action"]),
            ("insurance.access.request", "create", {}),
            ("insurance.incident.report", "create", {"name": "x"}),
            ("insurance.access.suspension", "search_read", [], ["reason"]),
        ):
            self.assertRefused(self.agent, model, method, *args)
        [contact] = self.call(
            self.agent,
            "res.partner",
            "read",
            [self.partner.id],
            ["insurance_archive_id"],
        )
        self.assertFalse(contact["insurance_archive_id"])

    def test_officer_forges_no_clock(self):
        incident = self.incident()
        clock = incident.clock_ids[:1]
        late = {"due_on": "2099-01-01 00:00:00"}
        for method, *args in (
            ("write", [clock.id], late),
            ("web_save", [clock.id], late, {}),
            ("create", {"incident_id": incident.id, **late}),
            ("unlink", [clock.id]),
            ("_tell", [clock.id], "2026-01-01 00:00:00", "x"),
        ):
            self.assertRefused(
                self.compliance, "insurance.incident.clock", method, *args
            )
        self.assertRefused(
            self.compliance,
            "insurance.incident",
            "write",
            [incident.id],
            {"clock_ids": [[1, clock.id, late]]},
        )
        self.assertRefused(
            self.compliance,
            "insurance.incident",
            "web_save",
            [incident.id],
            {"discovered_on": "2099-01-01 00:00:00"},
            {},
        )
