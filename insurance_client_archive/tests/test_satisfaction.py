from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import HttpCase, RecordCapturer, freeze_time, new_test_user, tagged
from odoo.tools import mute_logger

from .common import MODULE, ArchiveCase

NOW = "2026-06-15 09:00:00"


class SatisfactionCase(ArchiveCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.partner.email = "zhang.wei@example.com"
        cls.survey = cls.env.ref(f"{MODULE}.survey_service")

    def _ask(self, user=None, **values):
        Request = self.env["insurance.satisfaction"].with_user(user or self.agent)
        return Request.create({"archive_id": self.archive.id, **values})

    def _answer(self, request, scales=(10, 9, 8), words="", complaint=False):
        """Answer as a client without a login does."""
        public = self.env.ref("base.public_user")
        answer = request.sudo().user_input_id.with_user(public).sudo()
        values = dict(zip(range(1, 4), scales, strict=True))
        survey = answer.survey_id.get_external_id()[answer.survey_id.id]
        for number, value in values.items():
            answer._save_lines(self.env.ref(f"{survey}_question_{number}"), value)
        answer._save_lines(self.env.ref(f"{survey}_question_words"), words)
        choice = survey + ("_answer_yes" if complaint else "_answer_no")
        answer._save_lines(
            self.env.ref(f"{survey}_question_complaint"), self.env.ref(choice).id
        )
        answer._mark_done()
        self.env.invalidate_all()


@tagged("post_install", "-at_install")
class TestSatisfaction(SatisfactionCase):
    """Clients are asked, and what they answer stands on their archive."""

    def test_answer_becomes_a_score_from_nought_to_a_hundred(self):
        request = self._ask()
        self._answer(request, (10, 9, 8))
        self.assertRecordValues(
            request, [{"state": "answered", "score": 90, "answered_by_id": False}]
        )
        self.assertEqual(self.archive.satisfaction_score, 90)
        self.assertFalse(self.archive.satisfaction_trend)

    def test_trend_compares_with_the_survey_before(self):
        days = self.env["insurance.parameter"]._get("satisfaction_cooling_days")
        with freeze_time("2026-01-05 09:00:00"):
            self._answer(self._ask(), (10, 10, 10))
        with freeze_time(fields.Date.to_date("2026-01-05") + timedelta(days=days)):
            self._answer(self._ask(), (5, 5, 5))
        self.assertEqual(self.archive.satisfaction_score, 50)
        self.assertEqual(self.archive.satisfaction_trend, "worse")

    def test_words_become_feedback_of_the_fitting_kind(self):
        for scales, complaint, kind in (
            ((10, 10, 10), False, "praise"),
            ((5, 5, 5), False, "suggestion"),
            ((1, 1, 1), True, "complaint"),
        ):
            self.archive.satisfaction_asked_on = False
            with self.subTest(kind=kind):
                request = self._ask()
                self._answer(request, scales, "Call back sooner.", complaint)
                self.assertRecordValues(
                    request.feedback_ids,
                    [
                        {
                            "kind": kind,
                            "description": "Call back sooner.",
                            "channel": "survey",
                            "archive_id": self.archive.id,
                        }
                    ],
                )

    def test_no_words_stay_in_the_survey(self):
        request = self._ask()
        self._answer(request, words="My name is Zhang Wei.")
        answer = request.sudo().user_input_id
        self.assertFalse(answer.partner_id or answer.email or answer.nickname)
        texts = answer.user_input_line_ids.filtered(
            lambda line: line.answer_type in ("char_box", "text_box")
        )
        self.assertFalse(texts)
        self.env.flush_all()
        self.cr.execute(
            "SELECT count(*) FROM survey_user_input_line"
            " WHERE value_text_box LIKE '%Zhang Wei%'"
        )
        self.assertEqual(self.cr.fetchone(), (0,))

    def test_client_rests_between_two_surveys(self):
        self._ask()
        with self.assertRaisesRegex(UserError, "was asked on"):
            self._ask()

    def test_client_who_wants_no_surveys_is_left_in_peace(self):
        self.archive.survey_opt_out = True
        with self.assertRaisesRegex(UserError, "does not want"):
            self._ask()

    def test_mail_needs_an_address_and_a_link_none(self):
        self.partner.email = False
        with self.assertRaisesRegex(UserError, "no e-mail address"):
            self._ask()
        request = self._ask(channel="link")
        self.assertIn("answer_token=", request.link)

    def test_mail_goes_to_the_client_in_the_clients_language_and_hangs_nowhere(self):
        with RecordCapturer(self.env["mail.mail"], []) as mails:
            request = self._ask()
        self.assertEqual(len(mails.records), 1)
        mail = mails.records
        self.assertFalse(mail.model or mail.res_id)
        self.assertIn(request.sudo().user_input_id.access_token, mail.body_html)
        self.assertIn(self.partner.email, mail.email_to)
        for user in self.agent | self.accountant | self.agent2:
            with self.assertRaises(AccessError):
                mail.mail_message_id.with_user(user).read(["body"])

    def test_answers_come_from_the_client_alone(self):
        with self.assertRaisesRegex(UserError, "client alone"):
            self._ask(score=100, state="answered")
        request = self._ask()
        with self.assertRaisesRegex(UserError, "client alone"):
            request.write({"score": 100})
        with self.assertRaises(AccessError):
            request.write({"event": "claim"})

    def test_cancelled_question_can_not_be_answered(self):
        request = self._ask()
        request.action_cancel()
        self.assertEqual(request.state, "cancelled")
        self.assertFalse(request.sudo().user_input_id)
        with self.assertRaisesRegex(UserError, "open question"):
            request.action_cancel()

    def test_link_is_of_the_same_client(self):
        other = self._archive(name="王芳")
        policy = self._policy(archive_id=other.id)
        with self.assertRaisesRegex(ValidationError, "concerns this client"):
            self._ask(event="renewal", policy_id=policy.id)

    def test_event_without_a_survey_says_who_adds_one(self):
        self.env.ref(f"{MODULE}.satisfaction_rule_claim").active = False
        with self.assertRaisesRegex(UserError, "No survey is set up"):
            self._ask(event="claim")

    def test_claim_button_asks_about_the_claim(self):
        policy = self._policy(state="active", start_date="2025-01-01")
        claim = self.env["insurance.claim"].create({"policy_id": policy.id})
        action = claim.with_user(self.agent).action_ask_satisfaction()
        context = action["context"]
        self.assertEqual(context["default_event"], "claim")
        self.assertEqual(context["default_claim_id"], claim.id)


@tagged("post_install", "-at_install")
class TestSatisfactionAccess(SatisfactionCase):
    """Who reads answers: who may open the archive, and no survey officer."""

    def test_agent_reads_and_others_do_not(self):
        request = self._ask()
        self._answer(request, words="Thanks")
        self.assertEqual(request.with_user(self.agent).score, 90)
        for user in (
            self.agent2,
            self.department,
            self.archivist,
            self.compliance,
            self.insurance_admin,
            self.accountant,
        ):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                request.with_user(user).read(["score"])

    def test_other_teams_do_not_ask(self):
        with self.assertRaises(AccessError):
            self._ask(self.agent2)

    def test_survey_officers_and_managers_read_no_answers(self):
        request = self._ask()
        self._answer(request)
        answer = request.sudo().user_input_id
        for group in ("group_survey_user", "group_survey_manager"):
            officer = new_test_user(
                self.env, f"test {group}", groups=f"base.group_user,survey.{group}"
            )
            with self.subTest(group=group):
                for record in answer, answer.user_input_line_ids:
                    with self.assertRaises(AccessError):
                        record.with_user(officer).read(["create_date"])
                    self.assertFalse(
                        record.with_user(officer).search([("id", "in", record.ids)])
                    )
                survey = self.survey.with_user(officer)
                with self.assertRaisesRegex(UserError, "its type stays"):
                    survey.survey_type = "survey"

    def test_token_is_no_field_of_an_agent(self):
        request = self._ask()
        with self.assertRaises(AccessError):
            request.read(["user_input_id"])
        with self.assertRaises(AccessError):
            request.search([("user_input_id", "!=", False)])

    def test_administrator_chooses_among_surveys_of_clients_only(self):
        other = self.env["survey.survey"].create(
            {"title": "Employees", "survey_type": "survey"}
        )
        Survey = self.env["survey.survey"].with_user(self.insurance_admin)
        found = Survey.search([])
        self.assertIn(self.survey, found)
        self.assertNotIn(other, found)
        with self.assertRaises(AccessError):
            self.survey.with_user(self.insurance_admin).write({"title": "x"})

    def test_score_on_the_archive_is_not_the_archivists(self):
        self._answer(self._ask())
        self.archive.sudo()._write_multi([{"state": "entered"}])
        self.archive.invalidate_recordset()
        with self.assertRaises(AccessError):
            self.archive.with_user(self.archivist).read(["satisfaction_score"])


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestAutomaticSurveys(SatisfactionCase):
    """After service, claim and renewal clients are asked by themselves."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["insurance.archive"].search([]).survey_opt_out = True
        cls.archive.survey_opt_out = False
        cls.archive.sudo()._write_multi([{"state": "entered"}])
        cls.env.invalidate_all()
        cls.env["insurance.satisfaction.rule"].search([]).automatic = True

    def _run_cron(self):
        with self.enter_registry_test_mode():
            self.env.ref(f"{MODULE}.ir_cron_ask_satisfaction").method_direct_trigger()
        self.env.invalidate_all()

    def _requests(self):
        return self.archive.satisfaction_ids

    def _service(self, days=3, **values):
        return self.env["insurance.interaction"].create(
            {
                "archive_id": self.archive.id,
                "purpose": "policy_service",
                "date": fields.Datetime.subtract(fields.Datetime.now(), days=days),
                **values,
            }
        )

    def test_service_is_asked_about_once(self):
        talk = self._service()
        for _run in range(2):
            self._run_cron()
        self.assertRecordValues(
            self._requests(),
            [{"interaction_id": talk.id, "event": "service", "channel": "mail"}],
        )

    def test_fresh_old_and_failed_talks_are_not_asked_about(self):
        self._service(days=0)
        self._service(days=60)
        self._service(outcome="not_reached")
        self._service(purpose="care")
        self._run_cron()
        self.assertFalse(self._requests())

    def test_one_survey_for_several_events(self):
        self._service(3)
        self._service(4)
        policy = self._policy(state="active", start_date="2025-01-01")
        claim = self.env["insurance.claim"].create(
            {"policy_id": policy.id, "state": "closed"}
        )
        claim.state_date = "2026-06-10"
        self._run_cron()
        self.assertEqual(len(self._requests()), 1)

    def test_settled_claim_is_asked_about(self):
        policy = self._policy(state="active", start_date="2025-01-01")
        claim = self.env["insurance.claim"].create(
            {"policy_id": policy.id, "state": "closed"}
        )
        claim.state_date = "2026-06-10"
        self._run_cron()
        self.assertEqual(self._requests().claim_id, claim)

    def test_renewal_is_asked_about(self):
        policy = self._policy(state="active", start_date="2025-01-01")
        renewal = self._policy(
            state="active",
            start_date="2026-01-01",
            previous_policy_id=policy.id,
        )
        renewal.state_date = "2026-06-10"
        self._run_cron()
        self.assertEqual(self._requests().policy_id, renewal)

    def test_nobody_is_asked_while_the_rule_is_not_automatic(self):
        self.env["insurance.satisfaction.rule"].search([]).automatic = False
        self._service()
        self._run_cron()
        self.assertFalse(self._requests())

    def test_clients_without_mail_or_peace_are_not_asked(self):
        self._service()
        for vals in ({"survey_opt_out": True}, {"satisfaction_asked_on": "2026-06-01"}):
            self.archive.write(
                {"survey_opt_out": False, "satisfaction_asked_on": False, **vals}
            )
            self._run_cron()
            self.assertFalse(self._requests())
        self.archive.write({"survey_opt_out": False, "satisfaction_asked_on": False})
        self.partner.email = False
        self._run_cron()
        self.assertFalse(self._requests())

    def test_unanswered_question_expires(self):
        request = self._ask()
        with freeze_time(request.expires_on + timedelta(days=1)):
            self._run_cron()
        self.assertEqual(request.state, "expired")


@tagged("post_install", "-at_install")
class TestSatisfactionOverHttp(SatisfactionCase, HttpCase):
    """The link alone opens the survey, once, for anybody who holds it."""

    def _page(self, request):
        answer = request.sudo().user_input_id
        return self.url_open(answer.get_start_url())

    def _assert_asks(self, page):
        """The client is asked, in whatever language the page is."""
        languages = [code for code, _name in self.env["res.lang"].get_installed()]
        titles = [self.survey.with_context(lang=code).title for code in languages]
        self.assertTrue([title for title in titles if title in page.text], titles)

    def test_client_opens_the_survey_without_a_login(self):
        page = self._page(self._ask())
        self._assert_asks(page)
        self.assertNotIn("张伟", page.text)

    def test_client_with_a_login_opens_it_as_well(self):
        client = self._portal_user("test client", self.partner)
        request = self._ask()
        self.authenticate(client.login, client.login)
        self._assert_asks(self._page(request))

    def test_survey_without_an_invitation_is_not_answered(self):
        before = self.env["survey.user_input"].search_count([])
        self.url_open(self.survey.get_start_url())
        request = self._ask()
        self._answer(request)
        answer = request.sudo().user_input_id
        self.url_open(f"/survey/retry/{self.survey.access_token}/{answer.access_token}")
        self.assertEqual(self.env["survey.user_input"].search_count([]), before + 1)

    def test_answer_in_the_session_of_an_employee_is_told_as_an_interview(self):
        request = self._ask(channel="link")
        answer = request.sudo().user_input_id
        answer.with_user(self.agent).sudo()._mark_done()
        self.assertRecordValues(
            request,
            [{"channel": "interview", "answered_by_id": self.agent.id}],
        )

    @mute_logger("odoo.http")
    def test_wrong_token_opens_nothing(self):
        request = self._ask()
        page = self.url_open(f"{self.survey.get_start_url()}?answer_token=guessed")
        self.assertNotIn("How quickly did we answer", page.text)
        self.assertEqual(request.state, "sent")

    def test_rule_lists_what_it_asked(self):
        self._answer(self._ask())
        rule = self.env.ref(f"{MODULE}.satisfaction_rule_service")
        mine = rule.with_user(self.agent)
        self.assertEqual(mine.asked_count, mine.answered_count)
        action = mine.action_open_requests()
        found = self.env["insurance.satisfaction"].with_user(self.agent)
        self.assertEqual(found.search_count(action["domain"]), mine.asked_count)
