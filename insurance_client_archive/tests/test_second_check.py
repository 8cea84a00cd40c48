from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common_segments import SegmentCase


@tagged("post_install", "-at_install")
class TestSecondCheck(SegmentCase):
    """What one person has entered by hand is checked by another one."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Check = cls.env["insurance.second.check"]
        cls._draw_percent(100)

    @classmethod
    def _draw_percent(cls, percent):
        parameter = cls.env.ref(
            "insurance_client_archive.parameter_second_check_percent"
        )
        parameter.value = str(percent)

    def _checks(self):
        return self.Check.search([("archive_id", "=", self.archive.id)])

    def _talk(self, user=None, **values):
        return (
            self.env["insurance.interaction"]
            .with_user(user or self.agent)
            .create(
                {
                    "archive_id": self.archive.id,
                    "purpose": "needs",
                    "client_words": "I earn a lot.",
                    **values,
                }
            )
        )

    def _answered(self, score=80):
        request = (
            self.env["insurance.satisfaction"]
            .with_user(self.agent)
            .create({"archive_id": self.archive.id, "channel": "interview"})
        )
        answer = request.sudo().user_input_id
        request.sudo().write(
            {
                "state": "answered",
                "score": score,
                "answered_by_id": self.agent.id,
            }
        )
        return request, answer

    def test_a_record_named_by_a_choice_shows_its_word_in_the_language(self):
        self._talk()
        for lang in ("en_US", "zh_CN"):
            check = self._checks()[0].with_context(lang=lang)
            labels = dict(check._fields["kind"]._description_selection(check.env))
            self.assertNotEqual(labels[check.kind], check.kind)
            self.assertEqual(check.display_name, labels[check.kind])

    def test_statements_from_interviews_are_drawn(self):
        talk = self._talk()
        self.assertRecordValues(
            self._checks(),
            [{"kind": "statement", "res_id": talk.id, "author_id": self.agent.id}],
        )
        self.assertEqual(
            self._checks().with_user(self.supervisor).entered, "I earn a lot."
        )

    def test_calls_that_are_no_interviews_are_not_drawn(self):
        self._talk(purpose="care")
        self._talk(client_words=False)
        self.assertFalse(self._checks())

    def test_feedback_that_was_taken_down_is_drawn_and_written_one_is_not(self):
        Feedback = self.env["insurance.feedback"].with_user(self.agent)
        values = {"archive_id": self.archive.id, "name": "Late", "kind": "suggestion"}
        Feedback.create({**values, "channel": "letter"})
        self.assertFalse(self._checks())
        Feedback.create({**values, "channel": "phone", "description": "Too slow."})
        self.assertEqual(self._checks().kind, "feedback")

    def test_bands_entered_by_hand_are_drawn_and_those_of_sealed_numbers_are_not(self):
        archive = self.archive.with_user(self.agent)
        archive.income_band = "2"
        self.assertEqual(self._checks().field_name, "income_band")
        archive.total_assets = "2000000"
        self.assertEqual(self._checks().mapped("field_name"), ["income_band"])
        archive.health_grade = "b"
        self.assertEqual(len(self._checks()), 2)

    def test_what_is_entered_anew_is_checked_once_as_it_stands_now(self):
        self.archive.with_user(self.agent).income_band = "2"
        self.archive.with_user(self.manager).income_band = "3"
        self.assertEqual(self._checks().author_id, self.manager)

    def test_nobody_escapes_the_draw_by_a_context_of_the_own(self):
        archive = self.archive.with_user(self.agent)
        archive.with_context(insurance_band=True).income_band = "2"
        self.assertTrue(self._checks())

    def test_answers_entered_in_an_interview_are_drawn_once(self):
        request, answer = self._answered()
        received = self.env["insurance.satisfaction"].with_user(self.agent).sudo()
        received._receive(answer)
        received._receive(answer)
        self.assertRecordValues(
            self._checks(), [{"kind": "interview", "res_id": request.id}]
        )
        self.assertEqual(self._checks().author_id, self.agent)

    def test_nothing_is_drawn_at_nought_per_cent(self):
        self._draw_percent(0)
        self._talk()
        self.assertFalse(self._checks())

    def test_about_the_share_of_the_parameter_is_drawn(self):
        self._draw_percent(30)
        talks = self.env["insurance.interaction"].create(
            [{"archive_id": self.archive.id}] * 400
        )
        drawn = self.Check.with_user(self.agent)._draw("statement", talks)
        self.assertTrue(60 < len(drawn) < 190, len(drawn))

    def test_the_author_does_not_check_the_own_entry(self):
        self._talk()
        check = self._checks().with_user(self.agent)
        self.assertFalse(check.checkable)
        with self.assertRaises(UserError):
            check.action_right()
        with self.assertRaises(UserError):
            check.write({"state": "wrong", "state_reason": "x"})
        with self.assertRaises(UserError):
            check.action_wrong()

    def test_a_second_person_finds_it_right(self):
        self._talk()
        check = self._checks().with_user(self.supervisor)
        self.assertTrue(check.checkable)
        check.action_right()
        self.assertRecordValues(
            check,
            [{"state": "right", "checked_by_id": self.supervisor.id, "error_rate": 0}],
        )

    def _correct(self, **values):
        check = self._checks().with_user(self.supervisor)
        wizard = (
            self.env["insurance.second.check.correct"]
            .with_user(self.supervisor)
            .browse(check.action_wrong()["res_id"])
        )
        wizard.write(values)
        wizard.action_confirm()
        return check

    def test_a_wrong_statement_is_corrected_where_it_stands(self):
        talk = self._talk()
        check = self._correct(words="I earn little.", reason="Heard the tape.")
        self.assertEqual(talk.client_words, "I earn little.")
        self.assertRecordValues(
            check,
            [{"state": "wrong", "state_reason": "Heard the tape.", "error_rate": 100}],
        )

    def test_a_wrong_score_is_corrected_by_the_check_alone(self):
        request, answer = self._answered(80)
        self.env["insurance.satisfaction"].with_user(self.agent).sudo()._receive(answer)
        with self.assertRaises(UserError):
            request.with_user(self.supervisor).score = 10
        check = self._correct(score=40, reason="The paper says 40.")
        self.assertEqual(request.score, 40)
        self.assertEqual(self.archive.satisfaction_score, 40)
        self.assertEqual(check.corrected, "40")

    def test_a_wrong_band_is_corrected_for_its_own_field(self):
        self.archive.with_user(self.agent).income_band = "2"
        with self.assertRaises(UserError):
            self._correct(band="asset_band:3", reason="Wrong form.")
        self._correct(band="income_band:3", reason="Payslip.")
        self.assertEqual(self.archive.income_band, "3")

    def test_saying_wrong_needs_to_say_what(self):
        self._talk()
        with self.assertRaises(UserError):
            self._correct(words="Else.", reason=" ")

    def test_what_was_checked_is_not_checked_anew_or_forged(self):
        self._talk()
        check = self._checks().with_user(self.supervisor)
        check.action_right()
        with self.assertRaises(UserError):
            check.write({"state": "wrong", "state_reason": "x"})
        with self.assertRaises(UserError):
            check.write({"author_id": self.supervisor.id})
        with self.assertRaises(UserError):
            self.Check.with_user(self.supervisor).create(
                {"archive_id": self.archive.id, "kind": "band"}
            )

    def test_only_those_who_may_open_the_client_see_the_check(self):
        self._talk()
        for user in (self.agent2, self.department, self.accountant, self.archivist):
            check = self._checks().with_user(user)
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                check.read(["kind"])
