from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common_request import RequestCase


@tagged("post_install", "-at_install")
class TestAccessDecision(RequestCase):
    """Who decides on which application."""

    def test_level_1_is_approved_by_the_leader_of_the_team(self):
        request = self.submitted()
        for user in (self.supervisor2, self.manager, self.department_head, self.agent2):
            with self.assertRaises(AccessError):
                self.approve(request, user)
        self.approve(request, self.supervisor)
        self.assertEqual(request.state, "approved")

    def test_level_2_is_approved_by_the_managers_supervisor(self):
        request = self.submitted(self.manager)
        self.assertEqual(request.level, "manager")
        with self.assertRaises(AccessError):
            self.approve(request, self.department_head)
        self.approve(request, self.supervisor)
        self.assertEqual(request.state, "approved")

    def test_level_3_is_approved_by_a_department_head(self):
        request = self.submitted(self.department)
        with self.assertRaises(AccessError):
            self.approve(request, self.supervisor)
        self.approve(request, self.department_head)
        self.assertEqual(request.grant_id.archive_line_ids.archive_id, self.archive)

    def test_leader_who_applies_is_decided_on_by_compliance(self):
        request = self.submitted(self.supervisor)
        with self.assertRaises(AccessError):
            self.approve(request, self.supervisor)
        self.approve(request, self.compliance)
        self.assertEqual(request.state, "approved")

    def test_department_head_is_decided_on_by_another_head(self):
        request = self.submitted(self.department_head)
        with self.assertRaises(AccessError):
            self.approve(request, self.department_head)
        self.approve(request, self.head2)
        self.assertEqual(request.state, "approved")

    def test_agent_without_a_leader_is_decided_on_by_compliance(self):
        self.team_a.user_id = False
        request = self.submitted()
        self.approve(request, self.compliance)
        self.assertEqual(request.state, "approved")

    def test_health_needs_two_persons(self):
        request = self.submitted(slices=["health"])
        self.approve(request, self.supervisor)
        self.assertEqual(request.state, "submitted")
        self.assertFalse(request.grant_id)
        with self.assertRaises(AccessError):
            self.approve(request, self.supervisor)
        self.approve(request, self.compliance)
        self.assertRecordValues(
            request,
            [{"state": "approved", "second_approver_id": self.compliance.id}],
        )

    def test_two_approvals_may_come_in_any_order(self):
        request = self.submitted(slices=["health"])
        self.approve(request, self.compliance)
        self.assertEqual(request.state, "submitted")
        self.approve(request, self.supervisor)
        self.assertEqual(request.state, "approved")

    def test_one_person_with_both_roles_gives_one_of_the_two(self):
        group = self.env.ref("insurance_client_archive.group_compliance")
        self.supervisor.group_ids = [Command.link(group.id)]
        request = self.submitted(slices=["health"])
        self.approve(request, self.supervisor)
        with self.assertRaises(AccessError):
            self.approve(request, self.supervisor)
        self.assertEqual(request.state, "submitted")

    def test_key_and_high_risk_clients_need_two_persons(self):
        self.archive.key_client = True
        request = self.submitted()
        self.approve(request, self.supervisor)
        self.assertEqual(request.state, "submitted")

    def test_client_that_became_a_key_client_needs_two_persons_from_then_on(self):
        request = self.submitted()
        self.archive.key_client = True
        self.approve(request, self.supervisor)
        self.assertEqual(request.state, "submitted")

    def test_resubmission_voids_the_first_approval(self):
        request = self.submitted(slices=["health"])
        self.approve(request, self.supervisor)
        with self.calling(self.agent) as env:
            request.with_env(env).action_take_back()
        self.submit(request)
        self.approve(request, self.compliance)
        self.assertEqual(request.state, "submitted")
        self.assertFalse(request.grant_id)

    def test_application_changed_meanwhile_is_looked_at_again(self):
        request = self.submitted()
        seen = request.revision
        with self.calling(self.agent) as env:
            request.with_env(env).action_take_back()
            request.with_env(env).uses_max = 50
        self.submit(request)
        with self.assertRaisesRegex(UserError, "has been changed"):
            self.approve(request, revision=seen)

    def test_decision_without_saying_what_was_seen_is_refused(self):
        request = self.submitted()
        with self.assertRaises(UserError), self.calling(self.supervisor) as env:
            request.with_env(env).action_approve()

    def test_policy_that_changed_meanwhile_is_asked_again(self):
        request = self.submitted()
        self._policy_of("agent").max_days = 3
        with self.assertRaisesRegex(UserError, "too long"):
            self.approve(request)
        with self.calling(self.supervisor) as env:
            self.assertIn("too long", request.with_env(env).verdict)

    def test_approver_of_a_changed_policy_gets_it_in_the_queue(self):
        request = self.submitted()
        self._policy_of("agent").approver_rule = "compliance"
        waiting = self.requests.search([("waits_for_me", "=", True)])
        self.assertNotIn(request, waiting.with_user(self.supervisor))
        officer = self.requests.with_user(self.compliance)
        self.assertIn(request, officer.search([("waits_for_me", "=", True)]))

    def test_applicant_whose_role_changed_is_not_approved(self):
        request = self.submitted()
        group = self.env.ref("insurance_client_archive.group_manager")
        self.agent.group_ids = [Command.link(group.id)]
        with self.assertRaisesRegex(UserError, "role has changed"):
            self.approve(request)

    def test_applicant_who_has_left_is_not_approved(self):
        request = self.submitted()
        self.agent.active = False
        with self.assertRaisesRegex(UserError, "account is closed"):
            self.approve(request)

    def test_second_click_finds_the_application_decided(self):
        request = self.approved()
        with self.assertRaisesRegex(UserError, "nothing to decide"):
            self.approve(request)
        grants = self.env["insurance.access.grant"].search(
            [("request_id", "=", request.id)]
        )
        self.assertEqual(len(grants), 1)

    def test_bulk_approval_says_what_it_leaves_and_why(self):
        good, long = self.submitted(), self.submitted()
        own = self.submitted(self.supervisor)
        self._policy_of("agent").max_days = 30
        self.env.cr.execute(
            "UPDATE insurance_access_request SET date_to = date_to + interval '90 days'"
            " WHERE id = %s",
            [long.id],
        )
        self.env.invalidate_all()
        with self.calling(self.supervisor) as env:
            chosen = (good | long | own).with_env(env)
            dialog = chosen.action_approve_selected()
            decide = env[dialog["res_model"]].browse(dialog["res_id"])
            self.assertEqual((decide.ready_count, decide.blocked_count), (1, 2))
            problems = dict(
                decide.line_ids.mapped(lambda line: (line.request_id.id, line.problem))
            )
            self.assertIn("too long", problems[long.id])
            self.assertIn("own application", problems[own.id])
            decide.action_confirm()
        states = (good | long | own).mapped("state")
        self.assertEqual(states, ["approved", "submitted", "submitted"])

    def test_decisions_are_in_the_use_log(self):
        request = self.submitted()
        self.uses.clear()
        self.refuse(request)
        [use] = [use for use in self.uses if use["action"] == "approve"]
        self.assertEqual(use["user"], self.supervisor.id)
        self.assertEqual((use["result"], use["ids"]), ("denied", self.archive.ids))

    def test_queue_holds_what_waits_for_the_user(self):
        request = self.submitted()
        waiting = [("waits_for_me", "=", True)]
        for user, expected in (
            (self.supervisor, True),
            (self.supervisor2, False),
            (self.compliance, False),
            (self.agent, False),
        ):
            found = self.requests.with_user(user).search(waiting)
            self.assertEqual(request in found, expected, user.name)
        self.approve(request)
        self.assertFalse(self.requests.with_user(self.supervisor).search(waiting))

    def test_queue_costs_the_same_however_many_wait(self):
        for _number in range(6):
            self.submitted()
        self._read_queue(1)
        few, many = self._read_queue(2), self._read_queue(6)
        self.assertLessEqual(many - few, 4 * 12)

    def _read_queue(self, count):
        self.env.flush_all()
        self.env.invalidate_all()
        names = ["client_count", "verdict", "approvals", "clients_text", "duration"]
        before = self.env.cr.sql_log_count
        found = self.requests.with_user(self.supervisor).search(
            [("waits_for_me", "=", True)], limit=count
        )
        found.read(names)
        return self.env.cr.sql_log_count - before
