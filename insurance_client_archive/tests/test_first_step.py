from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .. import vault_process
from .common_first_step import FirstStepCase


@tagged("post_install", "-at_install")
class TestFirstStep(FirstStepCase):
    def test_every_step_can_be_judged_and_its_screen_opened(self):
        steps = self.env["insurance.first.step"].search([])
        self.assertTrue(steps)
        for step in steps:
            with self.subTest(step=step.key):
                self.assertIsInstance(step._missing(), str)
                if step.action:
                    found = self.env["ir.actions.actions"]._for_xml_id(step.action)
                    self.assertTrue(found["type"])
                self.assertFalse(step.by_hand and step.urgent)

    def test_a_company_without_country_or_with_foreign_money(self):
        china = self.env.ref("base.cn")
        china.currency_id.active = True
        self.house.write({"country_id": False})
        self.assertMissing("company_country", "New house has no country")
        self.house.write(
            {"country_id": china.id, "currency_id": self.env.ref("base.EUR").id}
        )
        self.assertMissing("company_country", "EUR")
        self.house.currency_id = china.currency_id
        self.assertDone("company_country")

    def test_an_agent_needs_a_team_that_a_supervisor_leads(self):
        self.assertDone("people_agents")
        self.assertMissing("people_teams", self.agent3.name)
        team = self._team("New team", self.agent3)
        self.assertMissing("people_teams", self.agent3.name)
        team.user_id = self._member("supervisor")
        self.assertDone("people_teams")
        self.agent3.active = False
        self.assertDone("people_teams")

    def test_one_compliance_officer_is_too_few(self):
        self.assertMissing("people_compliance", "one compliance officer")
        self._member("compliance")
        self.assertDone("people_compliance")

    def test_scheduled_actions_that_never_ran_or_stand_still(self):
        crons = self.env["ir.cron"].search([])
        for lastcall, text in (
            (False, "ever run"),
            ("2020-01-01", "2020-01-01"),
            (fields.Datetime.now(), None),
        ):
            crons.flush_recordset()
            self.env.cr.execute("UPDATE ir_cron SET lastcall = %s", [lastcall or None])
            if text:
                self.assertMissing("scheduled_actions", text)
            else:
                self.assertDone("scheduled_actions")

    def test_a_keyring_in_the_data_directory_is_not_enough(self):
        here = vault_process.Location("file", "/nowhere", True)
        away = here._replace(development=False)
        opened = {"state": "open", "backup_confirmed": "2026-01-01"}
        with patch.object(vault_process, "location", return_value=here):
            self.assertMissing("keys_place", "data directory")
        with (
            patch.object(vault_process, "location", return_value=away),
            patch.object(vault_process, "status", return_value=opened),
        ):
            self.assertDone("keys_place")
            self.assertDone("keys_backup")
        opened["backup_confirmed"] = None
        with patch.object(vault_process, "status", return_value=opened):
            self.assertMissing("keys_backup", "safe place")

    def test_what_no_program_can_judge_is_confirmed_by_a_person(self):
        self.env["insurance.first.step"].search([]).confirmed_on = False
        step = self._step("occupations")
        self.assertEqual(step.state, "open")
        step.action_confirm()
        step = self._step("occupations")
        self.assertEqual(step.state, "done")
        self.assertEqual(step.confirmed_by_id, self.insurance_admin)
        step.action_undo()
        self.assertEqual(self._step("occupations").state, "open")

    def test_what_is_urgent_can_not_be_waved_aside(self):
        step = self._step("company_country")
        self.house.country_id = False
        self.assertFalse(step.can_skip)
        with self.assertRaises(AccessError):
            step.action_confirm()
        self._step("people_archivist").action_confirm()
        step = self._step("people_archivist")
        self.assertEqual(step.state, "skipped")
        self._member("archivist")
        self.assertDone("people_archivist")

    def test_nobody_writes_a_confirmation_by_hand(self):
        for user in (self.insurance_admin, self.compliance):
            with self.assertRaises(AccessError):
                self._step("occupations", user).write(
                    {"confirmed_by_id": self.env.uid, "confirmed_on": "2026-01-01"}
                )
        # a compliance officer confirms the own steps alone
        with self.assertRaises(AccessError):
            self._step("occupations", self.compliance).action_confirm()
        with self.assertRaises(AccessError):
            self._step("occupations", self.agent3)

    def test_a_step_of_somebody_else_says_whose_it_is(self):
        step = self._step("people_agents")
        self.assertFalse(step.can_open)
        told = step.action_open()
        self.assertEqual(told["tag"], "display_notification")
        self.assertIn(
            dict(step._fields["role"]._description_selection(step.env))[step.role],
            told["params"]["message"],
        )
        self.assertTrue(self._step("products").action_open()["res_model"])

    def test_the_filter_finds_what_the_state_says(self):
        steps = self._step("products").search([])
        for state in ("urgent", "open", "done", "skipped"):
            self.assertEqual(
                steps.search([("state", "=", state)]),
                steps.filtered(lambda step, state=state: step.state == state),
            )
