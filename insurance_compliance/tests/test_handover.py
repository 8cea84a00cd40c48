from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .handover_case import HandoverCase


@tagged("post_install", "-at_install")
class TestHandoverPlan(HandoverCase):
    def test_clients_are_listed_with_what_is_open(self):
        self._open_work()
        handover = self._handover()
        [line] = handover.line_ids
        self.assertEqual(line.archive_id, self.archive)
        self.assertEqual(line.to_agent_id, self.colleague)
        self.assertTrue(line.long_term)
        self.assertEqual(line.policy_count, 1)
        self.assertEqual(line.work_count, 7)
        counts = {work.kind: work.count for work in handover.work_ids}
        self.assertEqual(set(counts.values()), {1})
        self.assertEqual(len(counts), 7)

    def test_counts_open_what_they_count(self):
        work = self._open_work()
        handover = self._handover()
        for row in handover.work_ids:
            action = row.action_open()
            found = self.env[action["res_model"]].search(action["domain"])
            self.assertEqual(found, work[row.kind], row.kind)

    def test_clients_are_shared_out_by_province(self):
        north, south = self.env["res.country.state"].search([], limit=2)
        self.partner.state_id = north
        other = self._archive(name="王芳")
        other.partner_id.state_id = south
        handover = self._handover(
            {"agent_id": self.colleague.id, "region_ids": north.ids}, self.colleague2
        )
        takers = {line.archive_id: line.to_agent_id for line in handover.line_ids}
        self.assertEqual(takers, {self.archive: self.colleague, other: self.colleague2})

    def test_policies_are_spread_evenly(self):
        archives = self.archive | self._archive() | self._archive() | self._archive()
        for archive in archives[:2]:
            self._long_policy(archive)
        handover = self._handover(self.colleague, self.colleague2)
        for lines in handover.line_ids.grouped("to_agent_id").values():
            self.assertEqual(sum(lines.mapped("policy_count")), 1)

    def test_one_client_can_get_another_agent_by_hand(self):
        handover = self._handover()
        handover.line_ids.to_agent_id = self.colleague2
        handover.action_hand_over()
        self.assertEqual(self.archive.agent_id, self.colleague2)

    def test_whoever_gives_away_takes_nothing(self):
        with self.assertRaises(ValidationError):
            self._handover(self.agent, propose=False)
        handover = self._handover()
        with self.assertRaises(ValidationError):
            handover.line_ids.to_agent_id = self.agent

    def test_only_agents_take_over(self):
        with self.assertRaises(ValidationError):
            self._handover(self.department, propose=False)

    def test_supervisors_hand_over_for_their_own_people_only(self):
        with self.assertRaises(ValidationError):
            self._handover(agent_id=self.agent2.id, propose=False)

    def test_agents_prepare_no_handover(self):
        with self.assertRaises(AccessError):
            self._handover(user=self.colleague, propose=False)

    def test_handover_of_another_team_is_out_of_sight(self):
        handover = self._handover()
        other = self._user("other supervisor", role="supervisor")
        self.assertFalse(handover.with_user(other).search([]))

    def test_list_that_is_out_of_date_is_refused(self):
        handover = self._handover()
        self._archive(name="王芳")
        with self.assertRaises(UserError):
            handover.action_hand_over()

    def test_clients_without_a_new_agent_are_named(self):
        handover = self._handover()
        handover.line_ids.to_agent_id = False
        with self.assertRaisesRegex(UserError, "张伟"):
            handover.action_hand_over()

    def test_what_follows_from_steps_is_entered_by_nobody(self):
        handover = self._handover()
        for values in ({"notice_due": "2020-01-01"}, {"rights_cut_on": False}):
            with self.assertRaises(UserError):
                handover.write(values)
        for values in ({"state": "sent"}, {"archive_id": self._archive().id}):
            with self.assertRaises(UserError):
                handover.line_ids.write(values)
        with self.assertRaises(UserError):
            handover.line_ids.copy()


@tagged("post_install", "-at_install")
class TestHandoverDone(HandoverCase):
    def test_clients_and_open_work_pass_to_the_new_agent(self):
        work = self._open_work()
        self._handover().action_hand_over()
        self.assertEqual(self.archive.agent_id, self.colleague)
        self.assertEqual(self.archive.team_id, self.team_a)
        for kind, record in work.items():
            field = {"application": "agent_id", "feedback": "handler_id"}.get(
                kind, "user_id"
            )
            self.assertEqual(record[field], self.colleague, kind)

    def test_former_agent_is_out_in_the_same_moment(self):
        self._handover(reason="moves").action_hand_over()
        self.env.flush_all()
        self.assertFalse(self.archive.with_user(self.agent).has_access("read"))
        self.assertTrue(self.archive.with_user(self.colleague).has_access("write"))

    def test_talks_keep_who_had_them(self):
        talk = self.env["insurance.interaction"].create(
            {
                "archive_id": self.archive.id,
                "user_id": self.agent.id,
                "client_words": "Call me",
                "next_date": "2030-01-01",
            }
        )
        handover = self._handover()
        handover.action_hand_over()
        self.assertEqual(talk.user_id, self.agent)
        self.assertEqual(talk.with_user(self.colleague).client_words, "Call me")
        self.assertEqual(handover.work_ids.kind, "step")

    def test_issued_policies_keep_who_sold_them(self):
        policy = self._long_policy(agent_id=self.agent.id)
        self._handover().action_hand_over()
        self.assertEqual(policy.agent_id, self.agent)

    def test_done_work_stays_as_it_is(self):
        service = self._open_work()["service"]
        service.write({"state": "done"})
        self._handover().action_hand_over()
        self.assertEqual(service.user_id, self.agent)

    def test_complaint_goes_to_somebody_without_interest(self):
        complaint = self.env["insurance.feedback"].create(
            {
                "archive_id": self.archive.id,
                "name": "Rude",
                "kind": "complaint",
                "handler_id": self.supervisor.id,
            }
        )
        complaint.handler_id = self.manager
        handover = self._handover(self.manager)
        handover.action_hand_over()
        self.assertEqual(self.archive.agent_id, self.manager)
        self.assertEqual(complaint.handler_id, self.supervisor)

    def test_account_manager_needs_a_successor(self):
        handover = self._handover(agent_id=self.manager.id, propose=False)
        with self.assertRaises(UserError):
            handover.action_hand_over()
        successor = self._user("manager2", role="manager")
        handover.new_manager_id = successor
        handover.action_hand_over()
        self.assertEqual(self.archive.manager_id, successor)
        self.assertEqual(self.archive.agent_id, self.agent)

    def test_former_agent_follows_no_contact_any_more(self):
        self.partner.message_subscribe(partner_ids=self.agent.partner_id.ids)
        self._handover().action_hand_over()
        self.assertNotIn(self.agent.partner_id, self.partner.message_partner_ids)

    def test_change_stands_in_the_history(self):
        self._handover().action_hand_over()
        change = self.archive.change_ids.filtered(
            lambda one: one.field_name == "agent_id"
        )
        self.assertEqual(change.user_id, self.supervisor)
        self.assertEqual(change.new_value, self.colleague.name)

    def test_handover_from_the_list_of_clients_leaves_a_record(self):
        wizard = (
            self.env["insurance.archive.handover"]
            .with_user(self.supervisor)
            .create({"archive_ids": self.archive.ids, "agent_id": self.colleague.id})
        )
        wizard.action_confirm()
        self.assertEqual(self.archive.agent_id, self.colleague)
        handover = self.env["insurance.handover"].search(
            [("agent_id", "=", self.agent.id)]
        )
        self.assertEqual(handover.state, "done")
        self.assertEqual(handover.reason, "reassigned")
        self.assertEqual(handover.user_id, self.supervisor)
        self.assertFalse(handover.rights_cut_on)

    def test_handover_that_took_place_stays(self):
        handover = self._handover()
        handover.action_hand_over()
        with self.assertRaises(UserError):
            handover.unlink()
        with self.assertRaises(UserError):
            handover.date = "2020-01-01"
        with self.assertRaises(UserError):
            handover.line_ids.unlink()


@tagged("post_install", "-at_install")
class TestHandoverReturn(HandoverCase):
    def _return(self, handover, user=None):
        handover.with_user(user or self.supervisor).write(
            {"state": "returned", "state_reason": "stays after all"}
        )

    def test_clients_and_work_come_back(self):
        work = self._open_work()
        handover = self._handover(reason="moves")
        handover.action_hand_over()
        self._return(handover)
        self.assertEqual(self.archive.agent_id, self.agent)
        self.assertEqual(work["service"].user_id, self.agent)
        self.assertEqual(work["opportunity"].user_id, self.agent)
        self.assertEqual(work["claim"].user_id, self.agent)
        self.assertEqual(handover.state, "returned")

    def test_too_late_once_a_client_was_told(self):
        handover = self._handover(reason="moves")
        handover.action_hand_over()
        handover.line_ids.action_told()
        with self.assertRaises(UserError):
            self._return(handover)

    def test_too_late_once_the_new_agent_has_talked(self):
        handover = self._handover(reason="moves")
        handover.action_hand_over()
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE insurance_handover SET done_on = done_on - interval '1 hour'"
        )
        self.env.invalidate_all()
        self.env["insurance.interaction"].with_user(self.colleague).create(
            {"archive_id": self.archive.id, "client_words": "Hello"}
        )
        with self.assertRaises(UserError):
            self._return(handover)

    def test_too_late_once_work_was_done(self):
        work = self._open_work()
        handover = self._handover(reason="moves")
        handover.action_hand_over()
        work["service"].with_user(self.colleague).write({"state": "done"})
        with self.assertRaises(UserError):
            self._return(handover)

    def test_role_has_to_be_given_back_first(self):
        handover = self._handover()
        handover.action_hand_over()
        with self.assertRaises(UserError):
            self._return(handover)

    def test_only_who_handed_over_gives_back(self):
        handover = self._handover(reason="moves")
        handover.action_hand_over()
        other = self._user("other supervisor", role="supervisor")
        with self.assertRaises(AccessError):
            self._return(handover, other)
