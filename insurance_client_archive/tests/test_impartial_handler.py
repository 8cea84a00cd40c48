from odoo.exceptions import UserError, ValidationError
from odoo.tests import freeze_time, tagged

from .common_feedback import FeedbackCase

TODAY = "2026-06-15"


@tagged("post_install", "-at_install")
@freeze_time(TODAY)
class TestImpartialHandler(FeedbackCase):
    """Nobody with an interest handles a complaint (art. 17)."""

    def test_agent_of_the_client_is_refused(self):
        with self.assertRaisesRegex(ValidationError, "has an interest.*art. 17"):
            self._feedback(handler_id=self.agent.id)

    def test_person_complained_about_is_refused(self):
        feedback = self._feedback(complained_user_id=self.manager.id)
        self.assertEqual(feedback.handler_id, self.supervisor)
        with self.assertRaisesRegex(ValidationError, "has an interest"):
            feedback.handler_id = self.manager

    def test_seller_of_the_policy_is_refused(self):
        policy = self._policy(agent_id=self.manager.id)
        with self.assertRaisesRegex(ValidationError, "has an interest"):
            self._feedback(policy_id=policy.id, handler_id=self.manager.id)

    def test_handler_must_be_able_to_open_the_client(self):
        with self.assertRaisesRegex(ValidationError, "may not work on"):
            self._feedback(handler_id=self.agent2.id)

    def test_without_an_impartial_person_there_is_no_handler(self):
        self.archive.manager_id = False
        feedback = self._feedback(self.agent, complained_user_id=self.supervisor.id)
        self.assertFalse(feedback.handler_id)
        with self.assertRaisesRegex(UserError, "an interest"):
            feedback.state = "acknowledged"

    def test_agent_adds_a_statement_and_nothing_else(self):
        feedback = self._handled().with_user(self.agent)
        feedback.statement = "I was on holiday."
        for vals in (
            {"description": "Client is happy"},
            {"complained_user_id": self.manager.id},
            {"state": "answered"},
            {"statement": "x", "kind": "praise"},
        ):
            with (
                self.subTest(vals=vals),
                self.assertRaisesRegex(UserError, "only add your statement"),
            ):
                feedback.write(vals)

    def test_agent_corrects_the_own_note_until_work_begins(self):
        feedback = self._feedback(self.agent)
        feedback.description = "Four calls."
        with self.assertRaisesRegex(UserError, "only add your statement"):
            feedback.state = "acknowledged"
        feedback.with_user(self.manager).state = "acknowledged"
        with self.assertRaisesRegex(UserError, "only add your statement"):
            feedback.description = "No calls."

    def test_handler_who_becomes_the_agent_stops(self):
        feedback = self._handled()
        self.archive.with_user(self.supervisor).write(
            {"agent_id": self.manager.id, "team_id": self.team_a.id}
        )
        self.assertTrue(feedback.handler_conflict)
        with self.assertRaisesRegex(UserError, "interest"):
            self._answer(feedback)

    def test_suggestions_have_no_interested_persons(self):
        feedback = self._feedback(self.agent, kind="suggestion")
        feedback.state = "acknowledged"
        feedback.answer = "Thank you, we will."
        feedback.state = "answered"
        self.assertEqual(feedback.state, "answered")

    def test_onchange_is_no_oracle_of_who_sells_a_hidden_policy(self):
        policy = self._policy(agent_id=self.agent.id)
        Feedback = self.env["insurance.feedback"].with_user(self.agent2)
        answer = Feedback.onchange(
            {
                "archive_id": self.archive.id,
                "policy_id": policy.id,
                "handler_id": self.agent.id,
                "kind": "complaint",
            },
            ["policy_id"],
            {"handler_conflict": {}, "partner_id": {"fields": {"display_name": {}}}},
        )
        self.assertFalse(answer["value"].get("handler_conflict"))
        self.assertNotIn("张伟", str(answer))
