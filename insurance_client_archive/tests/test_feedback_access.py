from odoo.exceptions import AccessError
from odoo.tests import freeze_time, tagged

from .common import MODULE
from .common_feedback import FeedbackCase

TODAY = "2026-06-15"


@tagged("post_install", "-at_install")
@freeze_time(TODAY)
class TestFeedbackAccess(FeedbackCase):
    """Feedback opens with the client's archive, and with nothing else."""

    def test_agent_manager_and_supervisor_read(self):
        feedback = self._feedback()
        for user in self.agent | self.manager | self.supervisor:
            with self.subTest(user=user.login):
                self.assertEqual(feedback.with_user(user).name, "Nobody calls back")

    def test_others_read_nothing(self):
        feedback = self._handled()
        feedback.measure_ids = [(0, 0, {"name": "x", "due_date": TODAY})]
        for user in (
            self.agent2,
            self.department,
            self.department_head,
            self.archivist,
            self.compliance,
            self.insurance_admin,
            self.accountant,
        ):
            with self.subTest(user=user.login):
                for record in feedback, feedback.measure_ids:
                    with self.assertRaises(AccessError):
                        record.with_user(user).read(["name"])

    def test_searches_of_other_teams_find_nothing(self):
        feedback = self._feedback()
        for user in self.agent2 | self.department:
            Feedback = self.env["insurance.feedback"].with_user(user)
            mine = [("id", "=", feedback.id)]
            self.assertFalse(Feedback.search(mine))
            self.assertFalse(Feedback._read_group(mine, ["topic_id"], ["__count"]))

    def test_feedback_is_not_hung_under_a_hidden_client(self):
        with self.assertRaises(AccessError):
            self._feedback(self.agent2)

    def test_topic_counts_only_clients_that_open(self):
        topic = self.env.ref(f"{MODULE}.feedback_topic_response")
        self.env["insurance.feedback"].search([]).topic_id = False
        self._feedback(topic_id=topic.id)
        self._feedback(topic_id=topic.id, kind="suggestion")
        self.assertRecordValues(
            topic.with_user(self.agent),
            [
                {
                    "feedback_count": 2,
                    "complaint_count": 1,
                    "share": 100,
                    "benchmark": 28,
                }
            ],
        )
        for user in self.agent2 | self.accountant:
            self.assertFalse(topic.with_user(user).feedback_count)
        action = topic.with_user(self.agent).action_open_feedback()
        found = self.env["insurance.feedback"].search_count(action["domain"])
        self.assertEqual(found, 2)

    def test_count_on_the_client_opens_what_it_counts(self):
        self._feedback()
        archive = self.archive.with_user(self.agent)
        self.assertEqual(archive.feedback_count, 1)
        action = archive.action_open_feedback()
        found = self.env["insurance.feedback"].search_count(action["domain"])
        self.assertEqual(found, 1)
        self.assertFalse(self.archive.with_user(self.compliance).feedback_count)
