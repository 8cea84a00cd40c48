from psycopg2 import IntegrityError

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common_request import RequestCase


@tagged("post_install", "-at_install")
class TestAccessAttack(RequestCase):
    """Ways around an approval by somebody else."""

    def test_state_and_approver_are_written_by_nobody(self):
        request = self.submitted()
        for user in (self.agent, self.supervisor, self.compliance):
            for values in (
                {"state": "approved"},
                {"approver_id": self.supervisor.id},
                {"revision": 7},
                {"second_needed": False},
                {"grant_id": 1},
                {"team_id": self.team_b.id},
                {"user_id": self.agent2.id},
                {"level": "department"},
            ):
                with self.assertRaises(AccessError), self.calling(user) as env:
                    request.with_env(env).write(values)

    def test_state_is_not_written_in_superuser_mode_either(self):
        request = self.submitted()
        with self.assertRaises(AccessError):
            request.sudo().write({"state": "approved"})

    def test_new_application_is_a_draft_of_the_own(self):
        with self.assertRaises(UserError):
            self.draft(state="approved")
        with self.assertRaises(UserError):
            self.draft(approver_id=self.supervisor.id)
        self.assertEqual(self.draft(user_id=self.agent2.id).user_id, self.agent)

    def test_default_in_the_context_is_no_way_in(self):
        with self.assertRaises(UserError), self.calling(self.agent) as env:
            env[self.requests._name].with_context(default_state="approved").create({})

    def test_import_makes_no_approved_application(self):
        with self.calling(self.agent) as env:
            result = env[self.requests._name].load(
                ["purpose_id/.id", "state"], [[str(self.claim.id), "approved"]]
            )
        self.assertFalse(result["ids"])

    def test_reason_dialog_of_other_records_does_not_decide(self):
        request = self.submitted()
        with self.assertRaises(AccessError), self.calling(self.agent) as env:
            env["insurance.state.change"].create(
                {
                    "res_model": request._name,
                    "res_ids": str(request.id),
                    "target_state": "approved",
                    "reason": "x",
                }
            ).action_confirm()

    def test_server_action_approves_nothing(self):
        request = self.submitted()
        action = self.env["ir.actions.server"].create(
            {
                "name": "Approve",
                "model_id": self.env["ir.model"]._get_id(request._name),
                "state": "code",
            }
        )
        codes = (
            "record.sudo().write({'state': 'approved'})",
            "record.sudo()._store({'state': 'approved'})",
            "record.sudo()._grant()",
            f"record.with_user({self.supervisor.id}).action_approve(record.revision)",
            f"record.with_user({self.supervisor.id})._approve(record.revision)",
            "record.action_approve(record.revision)",
            f"record.with_user({self.supervisor.id})._note_step('approved')",
        )
        for code in codes:
            action.code = code
            with self.subTest(code), self.assertRaises(UserError):
                with self.calling(self.supervisor) as env:
                    action.with_env(env).sudo().with_context(
                        active_model=request._name, active_id=request.id
                    ).run()
        self.assertEqual(request.state, "submitted")
        self.assertFalse(request.step_ids.filtered(lambda one: one.kind == "approved"))

    def test_somebody_elses_environment_approves_nothing(self):
        request = self.submitted()
        with self.assertRaises(AccessError), self.calling(self.agent):
            request.with_user(self.supervisor).action_approve(request.revision)

    def test_attempt_on_an_own_application_is_in_the_log(self):
        request = self.submitted(self.supervisor)
        self.uses.clear()
        with self.assertRaises(AccessError):
            self.approve(request, self.supervisor)
        self.assertIn(("approve", "denied"), self.actions())

    @mute_logger("odoo.sql_db")
    def test_database_refuses_an_approver_who_is_the_applicant(self):
        request = self.submitted()
        self.env.flush_all()
        with self.assertRaises(IntegrityError), self.env.cr.savepoint():
            self.env.cr.execute(
                "UPDATE insurance_access_request SET approver_id = user_id"
                " WHERE id = %s",
                [request.id],
            )
        with self.assertRaises(IntegrityError), self.env.cr.savepoint():
            self.env.cr.execute(
                "UPDATE insurance_access_request SET state = 'approved' WHERE id = %s",
                [request.id],
            )

    def test_steps_are_not_made_up(self):
        request = self.submitted()
        step = {
            "request_id": request.id,
            "applicant_id": self.agent.id,
            "kind": "approved",
            "slot": "first",
            "revision": request.revision,
        }
        with self.assertRaises(AccessError), self.calling(self.supervisor) as env:
            env["insurance.access.step"].create(step)

    def test_wizard_line_made_up_by_the_applicant_decides_nothing(self):
        request = self.submitted(self.supervisor)
        with self.assertRaises(UserError), self.calling(self.supervisor) as env:
            env["insurance.access.decide"].create(
                {
                    "decision": "approved",
                    "line_ids": [
                        Command.create(
                            {"request_id": request.id, "revision": request.revision}
                        )
                    ],
                }
            ).action_confirm()
        self.assertEqual(request.state, "submitted")

    def test_others_do_not_see_an_application(self):
        request = self.submitted()
        for user in (self.agent2, self.manager, self.department, self.supervisor2):
            records = self.requests.with_user(user)
            self.assertFalse(records.search([("id", "=", request.id)]))
            lines = self.env["insurance.access.request.line"].with_user(user)
            self.assertFalse(lines.search([("request_id", "=", request.id)]))

    def test_others_do_not_change_a_draft(self):
        request = self.draft()
        for user in (self.agent2, self.supervisor, self.compliance):
            with self.assertRaises(AccessError), self.calling(user) as env:
                request.with_env(env).write({"uses_max": 0})
            with self.assertRaises(AccessError), self.calling(user) as env:
                request.with_env(env).action_submit()
