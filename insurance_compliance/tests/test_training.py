from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.insurance_client_archive.tests.common import MODULE, ArchiveCase


@tagged("post_install", "-at_install")
class TestTraining(ArchiveCase):
    """Who was taught what, and who is due."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.course = cls.env["insurance.training.course"].create(
            {
                "name": "Safety",
                "hours": 3,
                "every_months": 12,
                "group_ids": [(6, 0, cls.env.ref(f"{MODULE}.group_agent").ids)],
            }
        )

    def _training(self, days=-10, users=None, **values):
        training = (
            self.env["insurance.training"]
            .with_user(self.compliance)
            .create(
                {
                    "name": "Autumn",
                    "course_id": self.course.id,
                    "date": fields.Date.today() + timedelta(days=days),
                    "participant_ids": [
                        (0, 0, {"user_id": user.id}) for user in users or self.agent
                    ],
                    **values,
                }
            )
        )
        return training

    def _passed(self, days=-10, users=None):
        training = self._training(days, users)
        training.action_hold()
        training.participant_ids.result = "passed"
        return training

    def _due(self, user):
        due = self.env["insurance.training.due"]
        due.invalidate_model()
        return due.search(
            [("user_id", "=", user.id), ("course_id", "=", self.course.id)]
        )

    def test_members_of_the_groups_are_due_until_they_have_passed(self):
        self.assertEqual(self._due(self.agent).state, "due")
        self.assertFalse(self._due(self.archivist))
        self._passed()
        self.assertRecordValues(
            self._due(self.agent),
            [
                {
                    "state": "done",
                    "last_on": fields.Date.today() - timedelta(days=10),
                }
            ],
        )

    def test_due_again_before_a_year_is_over_and_late_after_it(self):
        self._passed(days=-350)
        self.assertEqual(self._due(self.agent).state, "due")
        self._passed(days=-400, users=self.agent2)
        self.assertEqual(self._due(self.agent2).state, "late")

    def test_once_is_enough_where_the_course_says_so(self):
        self.course.every_months = 0
        self._passed(days=-4000)
        self.assertEqual(self._due(self.agent).state, "done")

    def test_failed_and_absent_stay_due(self):
        training = self._training()
        training.action_hold()
        for result in ("failed", "absent"):
            training.participant_ids.result = result
            self.assertEqual(self._due(self.agent).state, "due")

    def test_nobody_passes_before_it_was_held(self):
        training = self._training(days=5)
        with self.assertRaisesRegex(UserError, "was held"):
            training.participant_ids.result = "passed"
        with self.assertRaisesRegex(ValidationError, "its day"):
            training.action_hold()

    def test_nobody_enters_the_own_result(self):
        training = self._training(users=self.compliance)
        training.action_hold()
        with self.assertRaisesRegex(AccessError, "your own result"):
            training.participant_ids.result = "passed"
        other = self._user("officer2", role="compliance")
        training.participant_ids.with_user(other).result = "passed"
        self.assertEqual(training.participant_ids.recorded_by_id, other)

    def test_a_result_is_not_moved_to_somebody_else_nor_signed_by_others(self):
        training = self._passed()
        line = training.participant_ids
        for values in (
            {"user_id": self.agent2.id},
            {"recorded_by_id": self.agent2.id},
            {"recorded_on": "2020-01-01 00:00:00"},
        ):
            with self.subTest(values), self.assertRaises(UserError):
                line.write(values)
        with self.assertRaises(UserError):
            line.unlink()
        with self.assertRaises(UserError):
            training.unlink()

    @mute_logger("odoo.addons.base.models.ir_model", "odoo.addons.base.models.ir_rule")
    def test_agents_see_their_own_and_change_nothing(self):
        mine, others = self._passed(), self._passed(users=self.agent2)
        participants = self.env["insurance.training.participant"].with_user(self.agent)
        self.assertEqual(participants.search([]).user_id, self.agent)
        trainings = self.env["insurance.training"].with_user(self.agent).search([])
        self.assertIn(mine, trainings)
        self.assertNotIn(others, trainings)
        due = self.env["insurance.training.due"].with_user(self.agent).search([])
        self.assertEqual(due.user_id, self.agent)
        with self.assertRaises(AccessError):
            mine.participant_ids.with_user(self.agent).result = "passed"
        with self.assertRaises(AccessError):
            participants.create({"training_id": mine.id, "user_id": self.agent.id})

    def test_everybody_due_is_added_by_a_click(self):
        training = self._training(days=5)
        training.action_add_due()
        people = training.participant_ids.user_id
        for user in (self.agent, self.agent2, self.supervisor):
            self.assertIn(user, people)
        self.assertEqual(len(people), len(training.participant_ids))

    def test_training_is_proposed_once_for_each_cause(self):
        source = self.course
        trainings = self.env["insurance.training"]
        one = trainings._propose(source, "Again", self.agent, "Found twice")
        self.assertEqual(one.state, "proposed")
        self.assertEqual(trainings._propose(source, "Again"), one)
        self.assertEqual(one.action_open_origin()["res_id"], source.id)
