from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common_recommendation import RecommendationCase

WORDS = {"need_met": "partly", "understood": "yes", "why": "The price was right"}


@tagged("post_install", "-at_install")
class TestRecommendationInterview(RecommendationCase):
    """What clients say after the advice."""

    def _interview(self, advice, user=None, **values):
        return (
            self.env["insurance.recommendation.interview"]
            .with_user(user or self.agent)
            .create({"recommendation_id": advice.id, **WORDS, **values})
        )

    def test_interview_counts_as_need_met_in_the_effect(self):
        advice = self._advice("sold")
        self._interview(advice)
        self._interview(advice, need_met="no")
        self.env.flush_all()
        [(met,)] = (
            self.env["insurance.recommendation.effect"]
            .with_user(self.agent)
            ._read_group(
                [("archive_id", "=", self.archive.id)], aggregates=["need_met:avg"]
            )
        )
        self.assertEqual(met, 25)

    def test_who_asked_is_never_the_callers_to_say(self):
        advice = self._advice("talk", agent_id=self.agent.id)
        with self.assertRaises(UserError):
            self._interview(advice, user_id=self.agent2.id)
        interview = self._interview(advice)
        self.assertEqual((interview.user_id, interview.by_seller), (self.agent, True))
        with self.assertRaises(UserError):
            interview.write({"user_id": self.agent2.id})

    def test_nobody_is_asked_before_the_talk_or_in_the_future(self):
        with self.assertRaises(UserError):
            self._interview(self._advice("match"))
        tomorrow = fields.Date.add(fields.Date.today(), days=2)
        advice = self._advice("talk")
        with self.assertRaises(UserError):
            self._interview(advice, date=tomorrow)

    def test_outsiders_neither_read_nor_write_interviews(self):
        advice = self._advice("talk")
        interview = self._interview(advice)
        with self.assertRaises(AccessError):
            interview.with_user(self.agent2).read(["why"])
        with self.assertRaises(AccessError):
            self._interview(advice, user=self.agent2)

    def test_what_was_said_is_changed_by_who_asked_and_deleted_by_nobody(self):
        advice = self._advice("talk")
        interview = self._interview(advice, user=self.supervisor)
        with self.assertRaises(AccessError):
            interview.with_user(self.agent).write({"need_met": "yes"})
        for user in (self.agent, self.supervisor):
            with self.subTest(user.login), self.assertRaises(AccessError):
                interview.with_user(user).unlink()
        interview.write({"need_met": "no"})
        self.assertFalse(interview.by_seller)

    def test_wrong_data_remind_the_agent_once_and_say_nothing_about_the_client(self):
        advice = self._advice("talk")
        before = self.env["insurance.reminder.mixin"]._open_reminders(
            "review", self.partner
        )
        before.unlink()
        self._interview(advice, data_wrong="Two children, not one")
        self._interview(advice, data_wrong="Has a new job")
        [reminder] = self.env["insurance.reminder.mixin"]._open_reminders(
            "review", self.partner
        )
        self.assertEqual(reminder.user_id, self.archive.agent_id)
        self.assertFalse(reminder.note)
        self.assertNotIn("children", reminder.summary or "")
