from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .handover_case import HandoverCase


@tagged("post_install", "-at_install")
class TestHandoverRights(HandoverCase):
    def _key(self, user):
        return (
            self.env["res.users.apikeys"]
            .with_user(user)
            ._generate(
                None, "program", fields.Datetime.add(fields.Datetime.now(), days=1)
            )
        )

    def _session_token(self, user):
        return user.with_user(user)._compute_session_token("s" * 84)

    def test_leaving_ends_sessions_keys_and_roles(self):
        self._key(self.agent)
        token = self._session_token(self.agent)
        handover = self._handover()
        handover.action_hand_over()
        self.assertNotEqual(self._session_token(self.agent), token)
        keys = self.env["res.users.apikeys"].search([("user_id", "=", self.agent.id)])
        self.assertFalse(keys)
        self.assertFalse(
            self.agent.has_group("insurance_client_archive.group_archive_user")
        )
        self.assertTrue(self.agent.active)
        self.assertEqual(handover.rights_cut_by_id, self.supervisor)
        self.assertTrue(handover.cut_group_ids)

    def test_grants_end_with_the_handover(self):
        own = self._grant(self.agent, ["financial"], self.archive)
        other = self._grant(self.agent, ["basic"], self.archive2)
        colleagues = self._grant(self.colleague, ["basic"], self.archive)
        handover = self._handover(reason="moves")
        handover.action_hand_over()
        self.assertEqual(own.state, "revoked")
        self.assertEqual(own.ended_by_id, self.supervisor)
        self.assertEqual(other.state, "active")
        self.assertEqual(colleagues.state, "active")
        self.assertEqual(handover.grant_count, 1)
        self.assertClosed(self.agent, self.archive)

    def test_all_grants_of_somebody_who_leaves_end(self):
        other = self._grant(self.agent, ["basic"], self.archive2)
        self._handover().action_hand_over()
        self.assertEqual(other.state, "revoked")
        self.assertFalse(self.archive2.with_user(self.agent).has_access("read"))

    def test_applications_of_somebody_who_leaves_wait_for_nobody(self):
        request = self.env["insurance.access.request"].with_user(self.agent)
        request = request.create(
            {
                "purpose_id": self.purpose.id,
                "purpose_text": "Claim of the client",
                "slice_claims": True,
                "line_ids": [(0, 0, {"archive_id": self.archive.id})],
            }
        )
        request.sudo()._store({"state": "submitted"})
        self._handover().action_hand_over()
        self.assertEqual(request.sudo().state, "refused")

    def test_moving_ends_neither_sessions_nor_roles(self):
        token = self._session_token(self.agent)
        handover = self._handover(reason="moves")
        handover.action_hand_over()
        self.assertEqual(self._session_token(self.agent), token)
        self.assertTrue(self.agent.has_group("insurance_client_archive.group_agent"))
        self.assertFalse(handover.rights_cut_on)

    def test_compliance_officer_ends_rights_before_clients_are_handed_over(self):
        handover = (
            self.env["insurance.handover"]
            .with_user(self.compliance)
            .create({"agent_id": self.agent.id, "reason": "leaves"})
        )
        handover.action_cut_rights()
        self.assertFalse(self.agent.has_group("insurance_client_archive.group_agent"))
        self.assertEqual(self.archive.agent_id, self.agent)
        with self.assertRaises(AccessError):
            handover.action_hand_over()
        prepared = handover.with_user(self.supervisor)
        prepared.target_ids = [(0, 0, {"agent_id": self.colleague.id})]
        prepared.action_propose()
        prepared.action_hand_over()
        self.assertEqual(self.archive.agent_id, self.colleague)

    def test_account_is_closed_only_by_who_manages_users(self):
        handover = self._handover(archive_user=True)
        with self.assertRaises(UserError):
            handover.action_hand_over()
        self.supervisor.group_ids |= self.env.ref("base.group_erp_manager")
        handover.action_hand_over()
        self.assertFalse(self.agent.active)

    def test_nobody_ends_the_own_rights(self):
        with self.assertRaises(ValidationError):
            self._handover(agent_id=self.supervisor.id, propose=False)

    def test_supervisor_does_not_disarm_a_higher_role(self):
        self.agent.group_ids |= self.env.ref(
            "insurance_client_archive.group_compliance"
        )
        handover = self._handover()
        with self.assertRaises(AccessError):
            handover.action_hand_over()

    def test_supervisor_of_another_team_ends_no_rights(self):
        handover = self._handover()
        other = self._user("other supervisor", role="supervisor")
        with self.assertRaises(AccessError):
            handover.with_user(other).action_cut_rights()

    def test_rights_end_once(self):
        handover = self._handover()
        handover.action_cut_rights()
        with self.assertRaises(UserError):
            handover.action_cut_rights()
